"""Whom one speaks to: what the customer bought, what they are worth, what they said before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wafaa.act.cases.models import Case
from wafaa.act.cases.queries import list_customer_cases
from wafaa.act.cases.rules import ANSWERED, REVIEWED, read_signal
from wafaa.act.cases.words import say_score
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.customers.rules import read_properties
from wafaa.know.orders.models import CustomerTotals, Order
from wafaa.know.orders.queries import get_totals, list_customer_orders
from wafaa.stream.queries import list_events

ORDERS_SHOWN = 3
SAID_SHOWN = 5
CASES_SHOWN = 5
# So far back earlier answers are looked for among everything that happened.
EVENTS_READ = 500


@dataclass(frozen=True, kw_only=True)
class Said:
    """An earlier answer or review."""

    at: datetime
    survey: str
    score: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Story:
    totals: CustomerTotals
    orders: list[Order]
    said: list[Said]
    cases: list[Case]


def tell_story(customer: Customer, *, case: Case) -> Story:
    """What somebody who answers the customer should know at a glance; the rest stands on the customer's page."""
    keys = set(case.signals.values_list("source_key", flat=True))
    cases = list_customer_cases(customer).exclude(pk=case.pk)[:CASES_SHOWN]
    return Story(
        totals=get_totals(customer),
        orders=list(list_customer_orders(customer)[:ORDERS_SHOWN]),
        said=_list_said(customer, keys),
        cases=list(cases),
    )


def _list_said(customer: Customer, keys: set[str]) -> list[Said]:
    found: dict[str, Said] = {}
    for event in list_events(list_distinct_ids([customer.pk])[customer.pk], limit=EVENTS_READ):
        if event.name not in {ANSWERED, REVIEWED}:
            continue
        told = read_properties(event.properties)
        one = read_signal(
            name=event.name,
            message_id=event.message_id,
            distinct_id=event.distinct_id,
            at=event.occurred_at,
            told=told,
        )
        if one is None or one.source_key in keys or one.source_key in found:
            continue
        found[one.source_key] = Said(
            at=one.at,
            survey=str(one.content.get("survey", "")),
            score=say_score(one.content["lowest"]) or _say_any(told),
            text=find_text(one.content),
        )
    return list(found.values())[:SAID_SHOWN]


def _say_any(told: dict[str, Any]) -> str:
    """Of a happy answer, which names no lowest score."""
    csat = told.get("csat")
    if isinstance(told.get("nps"), int):
        return say_score({"type": "nps", "value": told["nps"], "points": 10})
    if isinstance(csat, dict) and isinstance(csat.get("value"), int):
        points = csat.get("points")
        return say_score(
            {"type": "csat", "value": csat["value"], "points": points if isinstance(points, int) else 5}
        )
    if isinstance(told.get("ces"), int):
        return say_score({"type": "ces", "value": told["ces"], "points": 7})
    return ""


def find_text(content: Any) -> str:
    """The customer's own words: of the comment, or the longest answer."""
    if content.get("text") or content.get("title"):
        return " · ".join(filter(None, (content.get("title", ""), content.get("text", ""))))
    texts = [
        one["said"] for one in content.get("answers", ()) if one.get("type") in {"short_text", "long_text"}
    ]
    return max(texts, key=len, default="")
