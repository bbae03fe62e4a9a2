"""QR codes of stores: the page that prints them, and the one that whoever scans them sees."""

import secrets
import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from wafaa.access.business.queries import get_business
from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import Limit
from wafaa.access.staff.decorators import public, requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.design.codes import draw_qr
from wafaa.kit import clock
from wafaa.kit.addresses import limit_subject, read_client
from wafaa.know.customers.actions import get_default_region
from wafaa.know.orders.queries import list_stores
from wafaa.listen.connectors.actions import note_visit
from wafaa.listen.connectors.errors import ConnectionMissing
from wafaa.listen.connectors.forms import StoreForm, VisitForm
from wafaa.listen.connectors.models import Connection
from wafaa.listen.connectors.presence.connector import name_contact, open_store, sign_store
from wafaa.listen.connectors.queries import find_by_uuid8, get_connection
from wafaa.listen.connectors.rules import Sighting

# A family that shares one address enters together; a script that invents visits is slowed down.
VISITS = Limit(name="store_visits", burst=20, every_s=30)
# Until the browser closes: only so that one person who taps twice is not counted twice.
VISITOR_COOKIE = "wafaa_visit"


@requires(Capability.MANAGE_CONNECTIONS)
@require_GET
def qr(request: StaffRequest, connection_uuid: uuid.UUID) -> HttpResponse:
    """The code of one store, to be printed."""
    try:
        connection = get_connection(connection_uuid)
    except ConnectionMissing as error:
        raise Http404 from error
    if connection.system != "presence" or connection.state == Connection.State.DISCONNECTED:
        raise Http404
    form = StoreForm(request.GET or None)
    store = form.cleaned_data["store"].strip() if form.is_bound and form.is_valid() else ""
    address = ""
    if store:
        address = request.build_absolute_uri(reverse("visit", args=[sign_store(connection.uuid8, store)]))
    context = {
        "connection": connection,
        "form": form,
        "store": store,
        "address": address,
        "drawn": draw_qr(address) if address else "",
        "stores": list_stores(),
        "trail": [
            (_("Connections"), reverse("connections")),
            (str(connection), reverse("connection", args=[connection.uuid])),
        ],
    }
    return render(request, "connectors/qr.html", context, status=422 if form.errors else 200)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, signed: str) -> HttpResponse:
    """A GET only greets, because previews of links fetch it too; the tap on the button is the visit."""
    opened = open_store(signed)
    connection = find_by_uuid8(opened[0], system="presence") if opened else None
    if opened is None or connection is None:
        return render(request, "connectors/visit_gone.html", status=404)
    store = opened[1]
    form = VisitForm(request.POST or None)
    context = {
        "form": form,
        "store": next((str(one) for one in list_stores() if one.code == store), store),
        "business": get_business(),
        "is_noted": False,
    }
    if request.method != "POST":
        return render(request, "connectors/visit.html", context)
    take(VISITS, limit_subject(read_client(request)))
    contact = form.cleaned_data["contact"] if form.is_valid() else ""
    person = name_contact(contact, get_default_region())
    if contact.strip() and not person:
        form.add_error("contact", _("This is neither an e-mail address nor a mobile number."))
        return render(request, "connectors/visit.html", context, status=422)
    visitor = request.COOKIES.get(VISITOR_COOKIE, "")
    visitor = visitor if visitor.isalnum() and len(visitor) == 32 else secrets.token_hex(16)
    sighting = Sighting(
        distinct_id=person or f"anonymous:{visitor}", store=store, what="enter", at=clock.now(), via="qr"
    )
    note_visit(connection=connection, sighting=sighting)
    response = render(request, "connectors/visit.html", {**context, "is_noted": True})
    response.set_cookie(
        VISITOR_COOKIE, visitor, httponly=True, samesite="Lax", secure=request.is_secure(), path="/p/"
    )
    return response
