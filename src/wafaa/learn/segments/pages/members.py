"""Who is in a segment: page by page, and as a file; who is on a list, put there and taken off."""

import uuid
from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability, mask
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.customers.errors import CustomerMissing
from wafaa.know.customers.queries import get_customer, say_customer
from wafaa.learn.segments.actions import add_to_list, create_list, import_list, take_off_list
from wafaa.learn.segments.actions.listing import Imported
from wafaa.learn.segments.errors import NotAList, SegmentMissing
from wafaa.learn.segments.forms import ListForm, RowsForm
from wafaa.learn.segments.lookups import list_members
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.pages.listing import make_trail
from wafaa.learn.segments.queries import count_members, get_segment

PAGE_ROWS = 50
EXPORT_ROWS = 2_000
EXPORT_HEAD = ("customer_id", "customer_number", "name", "email", "phone", "country", "city", "since")


@requires(Capability.SEE_SEGMENTS)
@require_GET
def members(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    shown, sees_personal = get_segment(segment_uuid), request.staff.may(Capability.SEE_PERSONAL)
    told = request.GET.get("after", "")
    after = int(told) if told.isdecimal() and len(told) < 19 else 0
    page = list_members(shown, after=after, limit=PAGE_ROWS)
    context = {
        "segment": shown,
        "name": name_segment(shown),
        "rows": [
            {
                "member": one,
                "label": say_customer(one.customer, sees_personal),
                "email": one.customer.email if sees_personal else mask(one.customer.email),
                "phone": one.customer.phone if sees_personal else mask(one.customer.phone),
            }
            for one in page.members
        ],
        "next_after": page.next_after,
        "is_first": not after,
        "count": count_members([shown])[shown.pk],
        "currency": request.business.currency,
        "taken_off": _find_taken_off(request, shown, sees_personal),
        "may_take_off": _may_take_off(request, shown),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
        "trail": make_trail(shown),
    }
    return render(request, "segments/members.html", context)


def _may_take_off(request: StaffRequest, shown: Segment) -> bool:
    return shown.kind == Segment.Kind.LIST and request.staff.may(Capability.CHANGE_SEGMENTS)


def _find_taken_off(request: StaffRequest, shown: Segment, sees_personal: bool) -> dict[str, str] | None:
    """Whom somebody took off just now, to be put back."""
    if not _may_take_off(request, shown):
        return None
    try:
        customer = get_customer(uuid.UUID(request.GET.get("off", "")))
    except (ValueError, CustomerMissing):
        return None
    return {"uuid": str(customer.uuid), "label": say_customer(customer, sees_personal)}


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse | StreamingHttpResponse:
    """All members; names, mails and phones masked for whoever may not see them."""
    if not request.staff.may(Capability.SEE_SEGMENTS):
        raise SegmentMissing
    shown = get_segment(segment_uuid)
    return answer_table(request, "segment", EXPORT_HEAD, _cells(shown, request))


def _cells(shown: Segment, request: StaffRequest) -> Iterator[list[Cell]]:
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    after: int | None = 0
    while after is not None:
        page = list_members(shown, after=after, limit=EXPORT_ROWS)
        after = page.next_after
        for one in page.members:
            customer = one.customer
            personal = (customer.name, customer.email, customer.phone)
            yield [
                str(customer.uuid),
                customer.external_id,
                *(text if sees_personal else mask(text) for text in personal),
                customer.country,
                customer.city,
                one.since,
            ]


@requires(Capability.CHANGE_SEGMENTS)
@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    """A list from what is typed or lies in a file."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        named = {key: form.cleaned_data[key] for key in ("name", "description")}
        shown = create_list(by=request.staff, **named)
        return _bring(request, shown, form.cleaned_data["rows"])
    return render(request, "segments/list_new.html", {"form": form, "trail": make_trail()})


@requires(Capability.CHANGE_SEGMENTS)
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    shown = get_segment(segment_uuid)
    if shown.kind != Segment.Kind.LIST:
        raise NotAList
    form = RowsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _bring(request, shown, form.cleaned_data["rows"])
    context = {"form": form, "segment": shown, "name": shown.name, "trail": make_trail(shown)}
    return render(request, "segments/list_add.html", context)


def _bring(request: StaffRequest, shown: Segment, rows: list[str]) -> HttpResponse:
    """Says who was found; whoever was not is listed, to be corrected and sent again."""
    brought: Imported = import_list(segment=shown, rows=rows, by=request.staff)
    context = {
        "segment": shown,
        "name": shown.name,
        "brought": brought,
        "form": RowsForm(initial={"pasted": "\n".join(brought.unknown)}),
        "trail": make_trail(shown),
    }
    return render(request, "segments/list_brought.html", context)


@requires(Capability.CHANGE_SEGMENTS)
@require_POST
def take_off(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    shown = get_segment(segment_uuid)
    customer = get_customer(_read_uuid(request))
    take_off_list(segment=shown, customer_ids=[customer.pk])
    return redirect(f"{reverse('segment-members', args=[shown.uuid])}?off={customer.uuid}")


@requires(Capability.CHANGE_SEGMENTS)
@require_POST
def put_back(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    shown = get_segment(segment_uuid)
    add_to_list(segment=shown, customer_ids=[get_customer(_read_uuid(request)).pk])
    messages.success(request, _("The customer is on the list again."))
    return redirect("segment-members", shown.uuid)


def _read_uuid(request: StaffRequest) -> uuid.UUID:
    """Raises CustomerMissing."""
    try:
        return uuid.UUID(request.POST.get("customer", ""))
    except ValueError as error:
        raise CustomerMissing from error
