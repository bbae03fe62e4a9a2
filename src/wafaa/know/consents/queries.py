"""Reading consents: who may be reached how and for what, the history of one customer, the wordings."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from wafaa.kit.sql import load_sql
from wafaa.know.consents.models import Consent, ConsentText
from wafaa.know.consents.rules import Channel, Moments, is_allowed_unasked, is_given
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_distinct_ids


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one consent of a customer stands."""

    channel: str
    purpose: str
    is_given: bool
    moments: Moments

    @property
    def at(self) -> Any:
        """When what holds was said: of a yes the latest yes, of a no the latest no."""
        said = self.moments
        yes, no = (said.given_at, said.noted_at), (said.withdrawn_at, said.denied_at)
        return max(at for at in (yes if self.is_given else no) if at)


@dataclass(frozen=True, kw_only=True)
class ConsentCount:
    channel: str
    purpose: str
    given: int
    withdrawn: int


def may_contact(customer_ids: Collection[int], channel: str, purpose: str) -> set[int]:
    """Those of the customers who may be reached by `channel` for `purpose` now.

    Who said nothing may be written to about their own orders only, or in the shop's own pages
    (rules.is_allowed_unasked). One question for any number of customers; ask it again right before sending.
    """
    if not customer_ids:
        return set()
    values: dict[str, Any] = {
        "customer_ids": list(customer_ids),
        "channel": channel,
        "purpose": purpose,
        "unless": is_allowed_unasked(channel, purpose),
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.consents", "may_contact"), values)
        return {customer_id for (customer_id,) in cursor.fetchall()}


def list_standings(customer_ids: Collection[int]) -> dict[int, list[Standing]]:
    """How all consents of each of these customers stand, by channel as people are used to it, then by purpose."""
    found: dict[int, list[Standing]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.consents", "list_states"), {"customer_ids": list(customer_ids)})
        for customer_id, channel, purpose, *moments in cursor.fetchall():
            said = Moments(*moments)
            found[customer_id].append(
                Standing(channel=channel, purpose=purpose, is_given=is_given(said), moments=said)
            )
    order = {channel.value: place for place, channel in enumerate(Channel)}
    for standings in found.values():
        standings.sort(key=lambda one: (order.get(one.channel, len(order)), one.purpose))
    return found


def list_history(distinct_ids: Sequence[str]) -> QuerySet[Consent]:
    """Every statement by these ids, the latest first."""
    return Consent.objects.filter(distinct_id__in=distinct_ids).select_related("staff").order_by("-at", "-id")


def get_history(customer: Customer) -> QuerySet[Consent]:
    """Every statement of a customer, the latest first."""
    return list_history(list_distinct_ids([customer.pk])[customer.pk])


def count_states() -> list[ConsentCount]:
    """How many customers allow and refuse what; one pass over all states."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.consents", "count_states"))
        return [
            ConsentCount(channel=channel, purpose=purpose, given=given, withdrawn=withdrawn)
            for channel, purpose, given, withdrawn in cursor.fetchall()
        ]


def narrow(
    customers: QuerySet[Customer], *, channel: str, purpose: str, is_given: bool | None
) -> QuerySet[Customer]:
    """Those who said yes (no; anything) by the channel for the purpose; "" means any of them."""
    values = {"channel": channel, "purpose": purpose, "is_given": is_given}
    sql = load_sql("wafaa.know.consents", "find_consenting")
    return customers.filter(pk__in=RawSQL(*_number(sql, values)))  # noqa: S611 (our own file, values apart)


def _number(sql: str, values: dict[str, Any]) -> tuple[str, list[Any]]:
    """Django's raw expressions take values by place only."""
    parts = sql.split("%(")
    numbered, given = parts[0], []
    for part in parts[1:]:
        name, _end, rest = part.partition(")s")
        numbered += "%s" + rest
        given.append(values[name])
    return numbered, given


def list_texts() -> QuerySet[ConsentText]:
    """All wordings by channel, purpose and day, the present ones first."""
    return ConsentText.objects.select_related("staff")


def find_text_versions(channel: str, purpose: str) -> list[str]:
    """The versions of a wording, the newest first."""
    found = ConsentText.objects.filter(channel=channel, purpose=purpose).order_by("-since", "-id")
    return list(dict.fromkeys(found.values_list("version", flat=True)))


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """All that is held of the customer here, as plain values."""
    fields = (
        "distinct_id", "channel", "purpose", "is_given", "is_dated", "at", "recorded_at", "source", "place",
        "text_version", "proof", "reason", "via",
    )  # fmt: skip
    return {"consents": list(list_history(distinct_ids).order_by("at", "id").values(*fields))}
