"""Who allowed what: counts, the list of customers, its export."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.pagination import COUNT_MAX, Stretch, count_up_to, read_page
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.consents.forms import ConsentFilterForm
from wafaa.know.consents.queries import Standing, count_states, list_standings, narrow
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_customers, say_customer
from wafaa.know.orders.queries import filter_by_stores, get_store_scope

PAGE_ROWS = 50
EXPORT_ROWS = 2_000
EXPORT_HEAD = (
    "customer_id",
    "customer_number",
    "name",
    "email",
    "phone",
    "channel",
    "purpose",
    "allowed",
    "at",
)


@requires(Capability.CHANGE_CUSTOMERS)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    form, found, asked = _find(request)
    page = read_page(
        [Stretch(rows=found, key="id", is_descending=True)], cursor=request.GET.get("at", ""), size=PAGE_ROWS
    )
    standings = list_standings([one.pk for one in page.rows])
    context = {
        "form": form,
        "page": page,
        "rows": [
            {
                "customer": one,
                "label": say_customer(one, sees_personal=True),
                "standings": [stand for stand in standings[one.pk] if _fits(stand, asked)],
            }
            for one in page.rows
        ],
        "count": count_up_to(found),
        "count_max": COUNT_MAX,
        "counts": count_states() if get_store_scope(request.staff) is None else [],
        "is_narrowed": any(value for key, value in request.GET.items() if key != "at"),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
        "may_word": request.staff.may(Capability.CHANGE_SETTINGS),
        "trail": [(_("Customers"), reverse("customers"))],
    }
    return render(request, "consents/consents.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export_consents(request: StaffRequest) -> StreamingHttpResponse:
    """A row per customer and consent, as the list shows them; masked for whoever may not see personal data."""
    _form, found, asked = _find(request)
    rows = _cells(found, asked, request.staff.may(Capability.SEE_PERSONAL))
    return answer_table(request, "consents", EXPORT_HEAD, rows)


def _find(request: StaffRequest) -> tuple[ConsentFilterForm, QuerySet[Customer], dict[str, Any]]:
    form = ConsentFilterForm(request.GET)
    asked = form.get_asked()
    is_masked = not request.staff.may(Capability.SEE_PERSONAL)
    found = list_customers(search=asked["q"], searches_numbers_only=is_masked)
    stores = get_store_scope(request.staff)
    found = found if stores is None else filter_by_stores(found, stores)
    found = narrow(found, channel=asked["channel"], purpose=asked["purpose"], is_given=asked["is_given"])
    return form, found, asked


def _fits(stand: Standing, asked: dict[str, Any]) -> bool:
    return (
        asked["channel"] in {"", stand.channel}
        and asked["purpose"] in {"", stand.purpose}
        and asked["is_given"] in {None, stand.is_given}
    )


def _cells(found: QuerySet[Customer], asked: dict[str, Any], sees_personal: bool) -> Iterator[list[Cell]]:
    customers = found.order_by("pk").iterator(chunk_size=EXPORT_ROWS)
    while some := list(islice(customers, EXPORT_ROWS)):
        standings = list_standings([one.pk for one in some])
        for one in some:
            who = [one.name, one.email, one.phone] if sees_personal else [say_customer(one, False), "", ""]
            for stand in standings[one.pk]:
                if _fits(stand, asked):
                    yield [
                        str(one.uuid),
                        one.external_id,
                        *who,
                        stand.channel,
                        stand.purpose,
                        int(stand.is_given),
                        stand.at,
                    ]
