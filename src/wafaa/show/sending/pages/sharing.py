"""Sharing a page, the list of links, and what a link shows."""

import copy
import uuid
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from wafaa.access.business.queries import get_business
from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import Limit
from wafaa.access.staff.decorators import public, requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit import clock
from wafaa.kit.addresses import limit_subject
from wafaa.learn.measures.definitions import JOURNEY_MEASURES, MEASURES
from wafaa.show.sending.actions import NewShare, note_opening, revoke_share, share_page
from wafaa.show.sending.errors import EndOutOfRange, FiguresNotReady, PageNotShareable
from wafaa.show.sending.forms import ShareForm
from wafaa.show.sending.queries import find_alive, find_share, get_share, list_shares, read_body
from wafaa.show.sending.rules import SharedPart, cut_shared_part

# Today and the pages of the reports: they hold figures and no customer.
SHAREABLE = {"today", "report-measure", *(f"report-{key}" for key in (*MEASURES, *JOURNEY_MEASURES))} | {
    f"report-{name}" for name in ("cohorts", "rfm", "pareto", "gaps", "journey")
}
# A meeting opens a link at once; a guesser of 256 bits needs more than patience.
OPENING = Limit(name="shared_page", burst=60, every_s=2)
DAYS_AT_FIRST = 30
PAGE_ROWS = 50


@requires(Capability.SEE_FIGURES)
@require_GET
def sharing(request: StaffRequest) -> HttpResponse:
    """The links that were made, with what became of them."""
    page = Paginator(list_shares(request.staff), PAGE_ROWS).get_page(request.GET.get("page"))
    alive = find_alive(page)
    context = {
        "page": page,
        "shares": [{"share": share, "is_alive": share in alive} for share in page],
        "now": clock.now(),
        "trail": [(_("Reports"), reverse("reports"))],
    }
    return render(request, "sending/sharing.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_http_methods(["GET", "POST"])
def share_new(request: StaffRequest) -> HttpResponse:
    """Answers the form with the address itself: this page is the only place where it is ever shown."""
    today = clock.today(request.business.zone)
    at = request.POST.get("at") or request.GET.get("at", "/")
    find_page(at)
    initial = {
        "at": at,
        "last_day": today + timedelta(days=DAYS_AT_FIRST),
        "language": translation.get_language(),
    }
    form = ShareForm(request.POST or None, initial=initial)
    made = _share(form, request) if request.method == "POST" and form.is_valid() else None
    context = {
        "form": form,
        "made": made,
        "address": request.build_absolute_uri(reverse("shared", args=[made.token])) if made else "",
        "back": at,
        "trail": [(_("Reports"), reverse("reports")), (_("Shared links"), reverse("sharing"))],
    }
    return render(request, "sending/share_new.html", context, status=422 if form.errors else 200)


@requires(Capability.SEE_FIGURES)
@require_POST
def share_revoke(request: StaffRequest, share_uuid: uuid.UUID) -> HttpResponse:
    revoke_share(share=get_share(share_uuid, request.staff), by=request.staff)
    messages.success(request, _("The link shows nothing any more."))
    return redirect("sharing")


@public
@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The page as it stood, for whoever has the link; 410 when its time is over, 404 when there never was one."""
    take(OPENING, limit_subject(str(getattr(request, "client_address", ""))))
    share = find_share(token)
    if share is None or not find_alive([share]):
        status = HTTPStatus.GONE if share else HTTPStatus.NOT_FOUND
        return keep_private(render(request, "sending/over.html", status=status))
    if request.method == "GET":
        note_opening(share)
    business = get_business()
    with translation.override(share.language), timezone.override(business.zone):
        context = {"share": share, "body": read_body(share), "business": business}
        return keep_private(render(request, "sending/shared.html", context))


def keep_private(response: HttpResponse) -> HttpResponse:
    """Whoever has the address has the page, so nobody else is told of it."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _share(form: ShareForm, request: StaffRequest) -> NewShare | None:
    given = form.cleaned_data
    with translation.override(given["language"]):
        part = read_page(request, given["at"], given["language"])
    try:
        return share_page(
            part=part,
            path=given["at"],
            language=given["language"],
            last_day=given["last_day"],
            by=request.staff,
        )
    except EndOutOfRange as error:
        form.add_error("last_day", str(error))
        return None


def find_page(at: str) -> ResolverMatch:
    """The page at an address of ours. Raises PageNotShareable."""
    if not at.startswith("/") or at.startswith("//"):
        raise PageNotShareable
    try:
        found = resolve(urlsplit(at).path)
    except (Resolver404, ValueError) as error:
        raise PageNotShareable from error
    if found.url_name not in SHAREABLE:
        raise PageNotShareable
    return found


def read_page(request: StaffRequest, at: str, language: str) -> SharedPart:
    """The page as its sharer sees it now, in the current language, without what is for staff only.

    Raises PageNotShareable, FiguresNotReady.
    """
    found, parts = find_page(at), urlsplit(at)
    asked = copy.copy(request)
    asked.method, asked.path, asked.path_info = "GET", parts.path, parts.path
    asked.GET, asked.POST = QueryDict(parts.query), QueryDict()
    asked.META = {**request.META, "QUERY_STRING": parts.query, "REQUEST_METHOD": "GET"}
    asked.LANGUAGE_CODE = language
    response = found.func(asked, *found.args, **found.kwargs)
    if response.status_code != HTTPStatus.OK:
        raise FiguresNotReady
    part = cut_shared_part(response.content.decode())
    if not part.body:
        raise FiguresNotReady
    return part
