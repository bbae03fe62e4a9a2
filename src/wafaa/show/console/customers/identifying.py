"""What the pages about who is who show, in words, for the stores that somebody sees."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from wafaa.know.customers.models import Customer, Merge
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.identity.models import Decision, Doubt
from wafaa.know.identity.queries import (
    explain_ids,
    find_customers,
    list_doubts,
    list_joined,
    list_members,
    list_shared,
    list_told_apart,
    place_of,
)
from wafaa.know.identity.rules import Reason, Rule
from wafaa.know.orders.queries import Stores, filter_by_stores

ASKED_AT_ONCE = 10
LOOKS_MAX = 20


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Two who may be one, side by side; `second` is None where a web was too large to be looked at."""

    first: Customer
    second: Customer | None
    shares: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Joined:
    merge: Merge
    why: str
    can_be_undone: bool


@dataclass(frozen=True, kw_only=True)
class Parted:
    decision: Decision
    first: Customer
    second: Customer


@dataclass(frozen=True, kw_only=True)
class Known:
    """An id of a customer, and why it is theirs."""

    distinct_id: str
    shown: str
    is_visitor: bool
    why: str
    at: datetime | None
    source: str


def list_visible(distinct_ids: Collection[str], stores: Stores) -> dict[str, Customer]:
    """Whose these ids are, as far as one sees them."""
    owners = find_customers(distinct_ids)
    customers = Customer.objects.filter(pk__in=set(owners.values())).select_related("totals")
    if stores is not None:
        customers = filter_by_stores(customers, stores)
    by_pk = {one.pk: one for one in customers}
    return {one: by_pk[owner] for one, owner in owners.items() if owner in by_pk}


def list_asked(after: str, stores: Stores) -> tuple[list[Asked], str]:
    """The next doubts, and where the page after them begins; pages that one sees nothing of are passed over."""
    for _look in range(LOOKS_MAX):
        doubts = list_doubts(after=after, limit=ASKED_AT_ONCE + 1)
        after = place_of(doubts[ASKED_AT_ONCE - 1]) if len(doubts) > ASKED_AT_ONCE else ""
        shown = doubts[:ASKED_AT_ONCE]
        seen = list_visible({one.first for one in shown} | {one.second for one in shown}, stores)
        asked = [found for doubt in shown if (found := _show_doubt(doubt, seen))]
        if asked or not after:
            break
    return asked, after


def _show_doubt(doubt: Doubt, seen: dict[str, Customer]) -> Asked | None:
    first, second = seen.get(doubt.first), seen.get(doubt.second)
    if first is None or (doubt.second and second is None):
        return None
    return Asked(
        first=first, second=second, shares=_strip(doubt.identifier), why=_say_reason(Reason(doubt.reason))
    )


def _say_reason(reason: Reason) -> str:
    match reason:
        case Reason.ONE_SHOP:
            return _("The same system keeps them as two, so they are not joined by themselves.")
        case Reason.TOO_MANY:
            return _("Together they would have more accounts than one person has.")
        case Reason.WEB:
            return _("Joining them would bring others together who are not one person.")
        case Reason.TOO_LARGE:
            return _(
                "Too many accounts hang together here, so nothing was joined. Perhaps a page's key is misused."
            )


def list_shared_addresses() -> list[tuple[str, int]]:
    return [(_strip(identifier), count) for identifier, count in list_shared()]


def list_history(stores: Stores) -> list[Joined]:
    """Who was joined lately."""
    merges = list(list_joined())
    seen: set[int] = {one.kept_id for one in merges}
    if stores is not None:
        customers = filter_by_stores(Customer.objects.filter(pk__in=seen), stores)
        seen = set(customers.values_list("pk", flat=True))
    return [
        Joined(
            merge=merge,
            why=say_why(merge),
            can_be_undone=merge.undone_at is None and merge.kept.merged_into_id is None,
        )
        for merge in merges
        if merge.kept_id in seen
    ]


def list_parted(stores: Stores) -> list[Parted]:
    """What staff told apart."""
    decisions = list_told_apart()
    members = list_members(decisions)
    firsts = {one.pk: [side[0] if side else "" for side in members[one.pk]] for one in decisions}
    seen = list_visible({one for two in firsts.values() for one in two}, stores)
    return [
        Parted(decision=one, first=seen[first], second=seen[second])
        for one in decisions
        for first, second in [firsts[one.pk]]
        if first in seen and second in seen
    ]


def say_why(merge: Merge) -> str:
    """By what two were joined; "" of merges that are older than the rules."""
    return _say_rule(merge.why.get("rule", ""), merge.why.get("identifier", ""))


def _say_rule(rule: str, identifier: str) -> str:
    shown = _strip(identifier)
    match rule:
        case Rule.STAFF:
            return _("Staff decided so")
        case Rule.EMAIL:
            return _("The same e-mail: %(shown)s") % {"shown": shown}
        case Rule.PHONE:
            return _("The same phone: %(shown)s") % {"shown": shown}
        case Rule.DEVICE if identifier.startswith("anonymous:"):
            return _("A device on which they signed in")
        case Rule.DEVICE:
            return _("A visitor told %(shown)s") % {"shown": shown}
    return ""


def _strip(identifier: str) -> str:
    return identifier.partition(":")[2]


def explain_customer(customer: Customer) -> tuple[list[Known], int]:
    """Each id with its reason, and how many further ids there are."""
    reasons, others = explain_ids(list_distinct_ids([customer.pk])[customer.pk])
    return [
        Known(
            distinct_id=one.distinct_id,
            shown=_strip(one.distinct_id) if one.is_visitor else one.distinct_id,
            is_visitor=one.is_visitor,
            why=_say_rule(one.rule, one.identifier),
            at=one.at,
            source=one.source,
        )
        for one in reasons
    ], others
