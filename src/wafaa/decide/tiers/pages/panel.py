"""A customer's tiers on their page: where they stand, until when, and how it changed."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.decide.loyalty.queries import list_memberships
from wafaa.decide.loyalty.rules.tiers import TierSet
from wafaa.decide.tiers.models import Change
from wafaa.decide.tiers.queries import Standing, get_standing, list_changes, list_defined
from wafaa.decide.tiers.words import (
    name_set,
    name_tier,
    say_benefit,
    say_last_day,
    say_missing,
    say_missing_to_keep,
)
from wafaa.kit import clock
from wafaa.kit.text import choose_words
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.queries import get_store_scope, get_visible_customer

CHANGES_SHOWN = 10


@requires(Capability.SEE_LOYALTY)
@require_GET
def panel(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    label = say_customer(customer, request.staff.may(Capability.SEE_PERSONAL))
    members = list_memberships(customer.pk)
    sets = {
        (one.programme_id, tier_set.code): tier_set
        for one in list_defined([member.programme_id for member in members])
        for tier_set in one.sets
    }
    now = clock.now()
    context = {
        "customer": customer,
        "label": label,
        "standings": [_show(one) for member in members for one in get_standing(member.pk, now)],
        "changes": [
            _show_change(one, sets.get((member.programme_id, one.set_code)))
            for member in members
            for one in list_changes(member.pk)[:CHANGES_SHOWN]
        ],
        "trail": [(label, reverse("customer", args=[customer.uuid]))],
    }
    template = "tiers/panel.html" if request.htmx else "tiers/panel_page.html"
    return render(request, template, context)


def _show(one: Standing) -> dict[str, Any]:
    name = choose_words(one.tier_name) or one.tier
    above = choose_words(one.next_name) or one.next_tier
    return {
        "set": choose_words(one.set_name) or one.set_code,
        "name": name,
        "colour": one.colour,
        "since": one.since if one.tier else None,
        "until": say_last_day(one.until) if one.until else "",
        "is_in_grace": one.is_in_grace,
        "missing": say_missing(one.missing, above) if one.missing else "",
        "to_keep": say_missing_to_keep(one.missing_to_keep, name) if one.missing_to_keep else "",
        "benefits": [say_benefit(benefit) for benefit in one.benefits],
    }


def _show_change(one: Change, tier_set: TierSet | None) -> dict[str, Any]:
    def name(code: str) -> str:
        return name_tier(tier_set.find(code) if tier_set else None, code)

    return {
        "at": one.at,
        "set": name_set(tier_set) if tier_set else one.set_code,
        "before": name(one.before),
        "after": name(one.after),
        "why": one.get_why_display(),
    }
