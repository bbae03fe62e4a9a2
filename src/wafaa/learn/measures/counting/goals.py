"""Goals of touchpoints: how often what should follow did follow in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import ibis
import msgspec
from ibis.expr.types import Table

from wafaa.learn.measures.counting.scope import Scope
from wafaa.learn.measures.counting.ways import Ways, seconds_between, within
from wafaa.learn.measures.journey_figures import make_rate
from wafaa.learn.measures.rules import Aim, Figure, Goals

HOUR_S = 3_600


def count_goals(scope: Scope, aims: Sequence[Aim | dict[str, Any]]) -> Goals:
    """Of the people who were at the touchpoint in the period (their first time counts), those who did what was wanted then.

    People whose time is not over yet are left out: they may still do it.
    """
    ways = Ways(scope)
    asked = msgspec.convert(msgspec.to_builtins(list(aims)), list[Aim])
    figures = {aim.key: _count_aim(ways, aim) for aim in asked} if ways.is_told else {}
    return Goals(figures=figures, receipt=scope.write_receipt())


def _count_aim(ways: Ways, aim: Aim) -> Figure:
    scope, seconds = ways.scope, aim.within_hours * HOUR_S
    done = _list_done(ways, aim.touchpoint)
    done = done.filter(within(done.day, scope.period))
    first = done.group_by("person").aggregate(began=done.moment.min())
    first = first.filter(first.began <= ibis.literal(_find_end(scope) - timedelta(seconds=seconds)))
    wanted = _list_done(ways, aim.wanted).select("person", followed="moment")
    both = first.join(wanted, "person")
    after = seconds_between(both.followed, both.began)
    both = both.filter(both.followed > both.began, after <= seconds)
    people = scope.run_one(first.aggregate(people=first.count()))["people"]
    reached = scope.run_one(both.aggregate(people=both.person.nunique()))["people"]
    return make_rate(f"goal_{aim.key}", reached, people)


def _find_end(scope: Scope) -> datetime:
    """The last moment of which the facts can know, in UTC without a zone, as the facts hold times."""
    as_of = datetime.combine(scope.question.as_of, datetime.min.time())
    return min(scope.facts.manifest.synced_at.replace(tzinfo=None), as_of)


def _list_done(ways: Ways, name: str) -> Table:
    """(person, day, moment) of everything that is called so: what devices told, milestones, orders and refunds."""
    if name == "Order Completed":
        return _pick(ways.orders, "customer_id")
    if name == "Order Refunded":
        return _pick(ways.scope.refunds, "customer_id")
    touches, milestones = ways.touches, ways.milestones
    return ibis.union(
        _pick(touches.filter(touches.name == name), "person"),
        _pick(milestones.filter(milestones.step == name), "person"),
    )


def _pick(table: Table, person: str) -> Table:
    return table.select(person=table[person].cast("int64"), day=table.day, moment=table["at"])
