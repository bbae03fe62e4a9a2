"""The tiers of a programme as a form, with each as a sentence, how many stand in it, and who changes next."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.business.queries import get_business
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.decide.loyalty.actions import save_draft
from wafaa.decide.loyalty.errors import ProgrammeMissing
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries import find_draft, find_published, get_programme
from wafaa.decide.loyalty.rules import State
from wafaa.decide.loyalty.rules.content import Content, read_content, write_content
from wafaa.decide.loyalty.rules.tiers import Basis, Stays, Tier, TierSet
from wafaa.decide.loyalty.words import name_rule
from wafaa.decide.tiers.errors import SetMissing
from wafaa.decide.tiers.forms import SetForm, make_set
from wafaa.decide.tiers.models import Standing
from wafaa.decide.tiers.queries import count_standings, get_set, list_ending, list_inside
from wafaa.decide.tiers.words import name_set, name_tier, say_amount, say_tier
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.kit.money import name_currency
from wafaa.kit.text import choose_words
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.queries import filter_by_stores, get_store_scope

LANGUAGES: Final = ("ar", "en")
AHEAD: Final = timedelta(days=90)
SHOWN: Final = 10
AT_ONCE: Final = 50


@requires(Capability.SEE_LOYALTY)
@require_GET
def tiers(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    """Read by all who see loyalty; managers write the draft."""
    found = find_programme(programme_uuid)
    content = _read_draft(found)
    return _show(request, found, content, [SetForm(None, tier_set=one) for one in content.tier_sets])


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def save(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    """What stands in the fields; "more" adds a set beside it."""
    found = find_programme(programme_uuid)
    content = _read_draft(found)
    forms = [SetForm(request.POST, tier_set=one) for one in content.tier_sets]
    valid = [form.is_valid() for form in forms]  # all of them say what is wrong
    if not all(valid):
        return _show(request, found, content, forms, status=422)
    sets = [form.get_set() for form in forms if form.is_there]
    if "more" in request.POST:
        sets.append(make_set([one.code for one in content.tier_sets], get_business().currency))
    return _save(request, found, msgspec.structs.replace(content, tier_sets=sets))


@requires(Capability.SEE_LOYALTY)
@require_GET
def members(request: StaffRequest, programme_uuid: uuid.UUID, set_code: str) -> HttpResponse:
    """Who stands in a tier (?tier=), or whose tier may end soon."""
    found = find_programme(programme_uuid)
    try:
        tier_set = get_set(found, set_code)
    except SetMissing:
        raise Http404 from None
    code = request.GET.get("tier")
    rows = _see(request, _find_rows(found, tier_set, code))
    page = Paginator(rows, AT_ONCE).get_page(request.GET.get("page"))
    title = _("Who changes next") if code is None else name_tier(tier_set.find(code), code)
    context = {
        "title": title,
        "set": name_set(tier_set),
        "programme": found,
        "page": page,
        "rows": [_show_member(request, tier_set, one) for one in page],
        "trail": [*_lead(found), (_("Tiers"), reverse("loyalty-tiers", args=[found.uuid]))],
    }
    return render(request, "tiers/members.html", context)


def find_programme(programme_uuid: uuid.UUID) -> Programme:
    try:
        return get_programme(programme_uuid)
    except ProgrammeMissing:
        raise Http404 from None


def _read_draft(found: Programme) -> Content:
    """The draft, or else what holds."""
    version = find_draft(found) or find_published(found)
    return read_content(version.content) if version else Content()


def _save(request: StaffRequest, found: Programme, content: Content) -> HttpResponse:
    try:
        save_draft(programme=found, content=write_content(content), by=request.staff)
    except WafaaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The draft was saved. Tiers hold once you let the draft hold."))
    return redirect("loyalty-tiers", found.uuid)


def _show(
    request: StaffRequest, found: Programme, content: Content, forms: Sequence[SetForm], *, status: int = 200
) -> HttpResponse:
    counts = count_standings(found)
    may_change = request.staff.may(Capability.MANAGE_LOYALTY) and found.state != State.ENDED
    context = {
        "programme": found,
        "name": choose_words(found.name),
        "sets": [_show_set(request, found, content, form, counts) for form in forms],
        "is_draft": find_draft(found) is not None,
        "may_change": may_change,
        "trail": _lead(found),
    }
    return render(request, "tiers/tiers.html", context, status=status)


def _show_set(
    request: StaffRequest,
    found: Programme,
    content: Content,
    form: SetForm,
    counts: dict[tuple[str, str], int],
) -> dict[str, Any]:
    one = form.tier_set
    ending = _see(request, _find_rows(found, one, None))[:SHOWN]
    return {
        "code": one.code,
        "name": name_set(one),
        "form": form,
        "without": counts.get((one.code, ""), 0),
        "tiers": [
            {
                "form": each,
                "code": each.tier.code,
                "name": name_tier(each.tier),
                "colour": each.tier.colour,
                "sentences": _say_both(one, each.tier),
                "rules": [
                    name_rule(rule) for rule in content.rules if f"{one.code}:{each.tier.code}" in rule.tiers
                ],
                "count": counts.get((one.code, each.tier.code), 0),
            }
            for each in form.tiers
            if each.tier is not None
        ],
        "spare": form.tiers[-1],
        "currency": name_currency(one.currency, get_language() or "en") if one.basis is Basis.SPEND else "",
        "ending": [_show_member(request, one, row) for row in ending],
    }


def _say_both(one: TierSet, tier: Tier) -> list[tuple[str, str]]:
    told = []
    for language in LANGUAGES:
        with translation.override(language):
            told.append((language, say_tier(one, tier)))
    return told


def _find_rows(found: Programme, one: TierSet, tier: str | None) -> QuerySet[Standing]:
    if tier is not None:
        return list_inside(found, one.code, tier)
    rows = list_ending(found, one.code, until=clock.now() + AHEAD)
    if one.stays is Stays.NEXT:  # who has enough already keeps it
        for each in one.tiers:
            rows = rows.exclude(tier=each.code, amount__gte=each.least, grace_until=None)
    return rows


def _see(request: StaffRequest, rows: QuerySet[Standing]) -> QuerySet[Standing]:
    """Staff of some stores see their customers."""
    stores = get_store_scope(request.staff)
    if stores is None:
        return rows
    return rows.filter(member__customer__in=filter_by_stores(Customer.objects.all(), stores))


def _show_member(request: StaffRequest, one: TierSet, row: Standing) -> dict[str, Any]:
    customer = row.member.customer
    assert customer is not None  # the queries ask for one
    tier = one.find(row.tier)
    return {
        "customer": customer,
        "label": say_customer(customer, request.staff.may(Capability.SEE_PERSONAL)),
        "tier": name_tier(tier, row.tier),
        "amount": say_amount(row.amount, one.basis, currency=one.currency, unit=one.unit),
        "since": row.since,
        "ends": row.grace_until or row.keeps_until,
        "is_in_grace": row.grace_until is not None,
    }


def _lead(found: Programme) -> list[tuple[str, str]]:
    return [
        (_("Loyalty"), reverse("loyalty")),
        (choose_words(found.name), reverse("loyalty-programme", args=[found.uuid])),
    ]
