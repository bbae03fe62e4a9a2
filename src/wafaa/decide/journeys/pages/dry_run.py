"""A dry run: everybody whom a campaign is about, with what the gate says of each, and as a file."""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability, mask
from wafaa.decide.journeys.counting import count_people
from wafaa.decide.journeys.errors import CampaignMissing
from wafaa.decide.journeys.models import Campaign
from wafaa.decide.journeys.pages.campaign import show_count
from wafaa.decide.journeys.pages.shared import make_trail, name_customers, sees, sends
from wafaa.decide.journeys.queries import get_campaign, iterate_dry_run, list_dry_run
from wafaa.decide.journeys.rules import Foreseen
from wafaa.decide.journeys.words import GROUPS, LATER, TONES, say_foreseen_why, sort_foreseen
from wafaa.kit.errors import WafaaError
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.customers.models import Customer

PAGE_ROWS = 50
LOOKED_AT_ONCE = 500
# Rare verdicts are looked for among so many; then one presses to look further.
LOOKED_AT_MAX = 5_000
EXPORT_AT_ONCE = 1_000
EXPORT_HEAD = ("customer_id", "customer_number", "name", "verdict", "reason", "at")


@sees
@require_GET
def dry_run(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    shown = get_campaign(campaign_uuid)
    group, why = request.GET.get("group", ""), request.GET.get("why", "")[:60]
    told = request.GET.get("after", "")
    after = int(told) if told.isdecimal() and len(told) < 19 else 0
    context: dict[str, Any] = {
        "campaign": shown,
        "group": group if group in GROUPS else "",
        "group_title": GROUPS.get(group, ""),
        "why": why,
        "why_said": say_foreseen_why("", why),
        "is_first": not after,
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
        "trail": make_trail((shown.name, reverse("campaign", args=[shown.uuid]))),
    }
    try:
        found, next_after = _find(shown, group, why, after)
        context |= show_count(count_people(shown))
    except WafaaError as error:
        return render(request, "journeys/dry_run.html", {**context, "hindrance": str(error)})
    names = name_customers([one.customer_id for one in found], request.staff.may(Capability.SEE_PERSONAL))
    context |= {
        "rows": [_as_row(one, names) for one in found if one.customer_id in names],
        "next_after": next_after,
    }
    return render(request, "journeys/dry_run.html", context)


def _find(shown: Campaign, group: str, why: str, after: int) -> tuple[list[Foreseen], int | None]:
    """The next ones of a group and reason behind `after`, and where to look on."""
    found: list[Foreseen] = []
    place: int | None = after
    limit = LOOKED_AT_ONCE if group or why else PAGE_ROWS
    for _turn in range(LOOKED_AT_MAX // LOOKED_AT_ONCE):
        rows, place = list_dry_run(shown, after=place or 0, limit=limit)
        found += [one for one in rows if _fits(one, group, why)]
        if len(found) > PAGE_ROWS:
            return found[:PAGE_ROWS], found[PAGE_ROWS - 1].customer_id
        if place is None or len(found) == PAGE_ROWS:
            break
    return found, place


def _fits(one: Foreseen, group: str, why: str) -> bool:
    return (not group or sort_foreseen(one.then, one.cause) == group) and (not why or one.cause == why)


def _as_row(one: Foreseen, names: dict[int, tuple[str, uuid.UUID]]) -> dict[str, Any]:
    group = sort_foreseen(one.then, one.cause)
    label, own = names[one.customer_id]
    return {
        "label": label,
        "uuid": own,
        "title": GROUPS[group],
        "tone": TONES[group],
        "why": say_foreseen_why(one.then, one.cause),
        "names": one.names,
        "at": one.due_at if group == LATER else None,
    }


@sends
@require_POST
def count_anew(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse:
    """Who fits changes all the time; this counts once more."""
    shown = get_campaign(campaign_uuid)
    with suppress(WafaaError):  # its page says what is in the way
        count_people(shown, anew=True)
    return redirect("campaign", shown.uuid)


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export(request: StaffRequest, campaign_uuid: uuid.UUID) -> HttpResponse | StreamingHttpResponse:
    """Everybody with the verdict; names masked for whoever may not see them."""
    if not request.staff.may(Capability.SEE_EXPERIMENTS):
        raise CampaignMissing
    shown = get_campaign(campaign_uuid)
    list_dry_run(shown, limit=1)  # what is in the way is told before the file begins
    cells = _cells(shown, request.staff.may(Capability.SEE_PERSONAL))
    return answer_table(request, "dry-run", EXPORT_HEAD, cells)


def _cells(shown: Campaign, sees_personal: bool) -> Iterator[list[Cell]]:
    waiting: list[Foreseen] = []
    for one in iterate_dry_run(shown):
        waiting.append(one)
        if len(waiting) >= EXPORT_AT_ONCE:
            yield from _write(waiting, sees_personal)
            waiting = []
    yield from _write(waiting, sees_personal)


def _write(rows: list[Foreseen], sees_personal: bool) -> Iterator[list[Cell]]:
    customers = Customer.objects.in_bulk([one.customer_id for one in rows])
    for one in rows:
        customer = customers.get(one.customer_id)
        if customer is None:
            continue
        yield [
            str(customer.uuid),
            customer.external_id,
            customer.name if sees_personal else mask(customer.name),
            str(GROUPS[sort_foreseen(one.then, one.cause)]),
            say_foreseen_why(one.then, one.cause),
            one.due_at,
        ]
