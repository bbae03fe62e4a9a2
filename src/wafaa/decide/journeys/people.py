"""Whose day comes, and who bought goods of a kind: customers by id, some at a time."""

from datetime import date
from typing import Any

from django.db import connection

from wafaa.access.business.queries import get_business
from wafaa.decide.journeys.rules import OnDay, Plan, Yearly, list_birth_days
from wafaa.kit.sql import load_sql

ROOM = "wafaa.decide.journeys"


def find_people(
    plan: Plan, *, day: date | None, category: str, after: int, limit: int
) -> list[tuple[int, str]]:
    """The next customers, each with what they bought of the kind ("" of a day)."""
    values: dict[str, Any] = {"after": after, "limit": limit, "category": category}
    name = "find_buyers"
    if isinstance(plan.trigger, OnDay):
        if day is None:
            return []
        name = "find_birthdays" if plan.trigger.day is Yearly.BIRTHDAY else "find_first_days"
        values |= {"days": list_birth_days(day, plan.trigger.calendar), "zone": get_business().time_zone}
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)
        return [(row[0], row[1] if len(row) > 1 else "") for row in cursor.fetchall()]
