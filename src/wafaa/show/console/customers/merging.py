"""What a merge needs from several rooms: who moves what, both customers side by side, and who may be one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import pgettext

from wafaa.access.staff.queries import list_staff
from wafaa.act.cases.actions import CASES_FOLLOW
from wafaa.act.messages.actions import MESSAGES_FOLLOW
from wafaa.act.points.actions import WALLETS_FOLLOW
from wafaa.act.vouchers.actions import VOUCHERS_FOLLOW
from wafaa.decide.asking.actions import ASKS_FOLLOW
from wafaa.decide.gifts.actions import GIFTS_FOLLOW
from wafaa.decide.journeys.actions import RUNS_FOLLOW
from wafaa.decide.loyalty.actions import MEMBERS_FOLLOW
from wafaa.decide.rewards.actions import REDEMPTIONS_FOLLOW
from wafaa.decide.suggestions.actions import VOICES_FOLLOW
from wafaa.decide.tiers.actions import STANDINGS_FOLLOW
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import (
    compare_customers,
    list_duplicate_keys,
    list_fields,
    list_namesakes,
    list_tags_of,
)
from wafaa.know.customers.rules import ATTRIBUTE, Mover, Pair
from wafaa.know.notes.actions import NOTES_FOLLOW
from wafaa.know.orders.merging import ORDERS_FOLLOW
from wafaa.know.orders.queries import Stores, filter_by_stores
from wafaa.learn.feedback.actions import COMMENTS_FOLLOW
from wafaa.learn.segments.actions import LISTS_FOLLOW
from wafaa.listen.reviews.actions import REVIEWS_FOLLOW
from wafaa.listen.surveys.actions import SURVEYS_FOLLOW
from wafaa.show.console.words.attributes import say_attributes
from wafaa.show.console.words.deeds import FIELDS
from wafaa.show.console.words.moving import say_moving

# Which rooms' rows follow a customer. A new room that keeps something about customers adds its own here.
MOVERS: tuple[Mover, ...] = (
    ORDERS_FOLLOW,
    NOTES_FOLLOW,
    SURVEYS_FOLLOW,
    MESSAGES_FOLLOW,
    CASES_FOLLOW,
    LISTS_FOLLOW,
    RUNS_FOLLOW,
    ASKS_FOLLOW,
    VOICES_FOLLOW,
    REVIEWS_FOLLOW,
    COMMENTS_FOLLOW,
    REDEMPTIONS_FOLLOW,
    MEMBERS_FOLLOW,
    STANDINGS_FOLLOW,
    GIFTS_FOLLOW,
    VOUCHERS_FOLLOW,
    WALLETS_FOLLOW,
)

GROUPS_AT_ONCE = 25
LOOKS_MAX = 20
# A phone that the till types for everybody joins hundreds; the first few show what it is.
SHOWN_OF_GROUP = 6


@dataclass(frozen=True, kw_only=True)
class PairShown:
    """A field of both, in words; `is_conflict` asks the person to choose."""

    field: str
    label: str
    kept: Any
    gone: Any
    is_conflict: bool
    takes_gone: bool


@dataclass(frozen=True, kw_only=True)
class Group:
    """Customers who may be one."""

    customers: list[Customer]
    others: int  # further ones that are not shown


def show_pairs(kept: Customer, gone: Customer) -> list[PairShown]:
    """What both say, field by field."""
    labels = {ATTRIBUTE + own.key: str(own) for own in list_fields()}
    people = {one.pk: str(one) for one in list_staff()} if kept.owner_id or gone.owner_id else {}
    return [
        PairShown(
            field=pair.field,
            label=_say_field(pair, labels),
            kept=_say_value(pair.field, pair.kept, people),
            gone=_say_value(pair.field, pair.gone, people),
            is_conflict=pair.is_conflict,
            takes_gone=not pair.has_kept,
        )
        for pair in compare_customers(kept, gone)
    ]


def _say_field(pair: Pair, labels: dict[str, str]) -> str:
    if pair.field.startswith(ATTRIBUTE):
        key = pair.field.removeprefix(ATTRIBUTE)
        return labels.get(pair.field) or next(iter(say_attributes({key: ""})))
    return str(FIELDS.get(pair.field, pair.field))


def _say_value(field: str, value: Any, people: dict[int, str]) -> Any:
    if value in (None, ""):
        return ""
    if field == "owner":
        return people.get(value, "")
    if isinstance(value, bool):
        return pgettext("answer", "Yes") if value else pgettext("answer", "No")
    return value.isoformat() if isinstance(value, date) else str(value)


def count_moving(gone: Customer) -> list[str]:
    """What would move to the other customer, in words."""
    counts: dict[str, int] = {"tags": len(list_tags_of([gone.pk])[gone.pk])}
    for mover in MOVERS:
        counts |= mover.count(gone.pk)
    return [say_moving(name, count) for name, count in counts.items() if count]


def find_duplicates(by: str, *, after: str, stores: Stores) -> tuple[list[Group], str]:
    """Groups of customers who may be one, and where the next page begins ("" at the end).

    Pages of nothing but customers who were merged, or whom these eyes don't see, are passed over, though not for ever.
    """
    for _look in range(LOOKS_MAX):
        groups, after = _find_page(by, after, stores)
        if groups or not after:
            break
    return groups, after


def _find_page(by: str, after: str, stores: Stores) -> tuple[list[Group], str]:
    keys = list_duplicate_keys(by, after=after, limit=GROUPS_AT_ONCE + 1)
    shown = keys[:GROUPS_AT_ONCE]
    found = list_namesakes(by, shown)
    if stores is not None:
        found = filter_by_stores(found, stores)
    members: dict[Any, list[Customer]] = defaultdict(list)
    for one in found.select_related("totals").order_by("id"):
        members[_key_of(by, one)].append(one)
    groups = [
        Group(customers=some[:SHOWN_OF_GROUP], others=max(0, len(some) - SHOWN_OF_GROUP))
        for some in _in_order(shown, members)
        if len(some) > 1
    ]
    return groups, "\x1f".join(shown[-1]) if len(keys) > GROUPS_AT_ONCE else ""


def _key_of(by: str, one: Customer) -> tuple[str, ...]:
    return (one.name_key, one.city) if by == "name" else (getattr(one, by),)


def _in_order(keys: Sequence[tuple[str, ...]], members: dict[Any, list[Customer]]) -> list[list[Customer]]:
    return [members[key] for key in keys if key in members]
