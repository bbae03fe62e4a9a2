"""Reading segments: who is in, how many, why; what conditions would give; how large segments were."""

import random
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from wafaa.access.business.queries import get_business
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.know.customers.models import Customer
from wafaa.learn.segments.compiling import compile_tree
from wafaa.learn.segments.errors import SegmentMissing
from wafaa.learn.segments.explaining import LONG, Term, explain
from wafaa.learn.segments.live import as_live
from wafaa.learn.segments.models import Membership, Segment, Size, Touched
from wafaa.learn.segments.people import load_people
from wafaa.learn.segments.rules import Moment, Tree, find_needs, list_conditions
from wafaa.learn.segments.rules.tree import Condition
from wafaa.learn.segments.trees import expand_definition, expand_tree, find_tree
from wafaa.science.intervals import wilson_interval

ROOM = "wafaa.learn.segments"
# Up to so many customers are counted; of more a sample is judged, which says the share to 1.5 points.
COUNTED_UP_TO = 5_000
SAMPLE = 4_000
# How many customers are looked at, at most, for some who are in.
LOOKED_AT_MAX = 20_000
LOOKED_AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """How many would be in; with 95 % between low and high, the same three where everybody was counted."""

    members: int
    low: int
    high: int
    customers: int  # of how many, merged ones left out; roughly where a sample was judged
    looked_at: int

    @property
    def is_counted(self) -> bool:
        return self.low == self.members == self.high


@dataclass(frozen=True, kw_only=True)
class Sampled:
    customer: Customer
    term: Term


@dataclass(frozen=True, kw_only=True)
class Overlap:
    one: int
    other: int
    both: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A segment that somebody is in, and since when."""

    segment: Segment
    since: datetime


def has_touched() -> bool:
    """Whether somebody's rows were written since they were looked at."""
    return Touched.objects.filter(build_id=None).exists()


def get_segment(segment_uuid: uuid.UUID) -> Segment:
    """Not one that was set aside, whose members are frozen. Raises SegmentMissing."""
    found = Segment.objects.select_related("build", "staff").filter(uuid=segment_uuid, set_aside=None)
    segment = found.first()
    if segment is None:
        raise SegmentMissing
    return segment


def list_segment_conditions(segment_uuid: uuid.UUID) -> list[Condition]:
    """What its definition looks at, those of the segments that it names included; of a list itself. Raises SegmentMissing."""
    return list(list_conditions(expand_tree(find_tree(segment_uuid), above={segment_uuid})))


def list_segments(*, kind: str = "", search: str = "") -> QuerySet[Segment]:
    """By name, without those that were set aside."""
    found = Segment.objects.select_related("build", "staff").filter(set_aside=None)
    found = found.filter(kind=kind) if kind else found
    return found.filter(name__icontains=search) if search else found


def count_members(segments: Collection[Segment]) -> dict[int, int]:
    """By the segments' ids; 0 of those that show nobody yet."""
    builds = {segment.build_id: segment.pk for segment in segments if segment.build_id}
    counts = dict.fromkeys((segment.pk for segment in segments), 0)
    for build_id, members in _ask("count_members", {"build_ids": list(builds)}):
        counts[builds[build_id]] = members
    return counts


def find_sizes(segments: Collection[Segment]) -> dict[int, int]:
    """As count_members, for lists and choices of many: as it was noted last, an hour ago at most. Lists, which change by hand,
    and whatever was never noted are counted.
    """
    kept = [one for one in segments if one.build_id and one.kind != Segment.Kind.LIST]
    newest = Size.objects.filter(segment__in=kept).order_by("segment_id", "-day").distinct("segment_id")
    noted = dict(newest.values_list("segment_id", "members"))
    return count_members([one for one in segments if one.pk not in noted]) | noted


def list_member_ids(segment: Segment, *, after: int = 0, limit: int = 1_000) -> list[int]:
    """The next members' ids behind `after`, ascending; fewer than `limit` are the last ones."""
    build_id = Segment.objects.values_list("build_id", flat=True).get(pk=segment.pk)
    rows = _ask("list_member_ids", {"build_id": build_id, "after": after, "limit": limit})
    return [customer_id for (customer_id,) in rows]


def sample_member_ids(segment: Segment, *, limit: int) -> list[int]:
    """Some members' ids, at most `limit`, spread over all of them and always the same ones; in no order."""
    build_id = Segment.objects.values_list("build_id", flat=True).get(pk=segment.pk)
    rows = _ask("sample_member_ids", {"build_id": build_id, "limit": limit})
    return [customer_id for (customer_id,) in rows]


def is_member(segment: Segment, customer_id: int) -> bool:
    return bool(find_members(segment, [customer_id]))


def find_members(segment: Segment, customer_ids: Collection[int]) -> set[int]:
    """Those of the customers who are in."""
    build_id = Segment.objects.values_list("build_id", flat=True).get(pk=segment.pk)
    members = Membership.objects.filter(build=build_id, customer__in=list(customer_ids), is_member=True)
    return set(members.values_list("customer_id", flat=True))


def list_segments_of(customer_id: int) -> list[Standing]:
    """The segments that somebody is in, by name."""
    rows = Membership.objects.filter(
        customer=customer_id, is_member=True, build__in=Segment.objects.values("build")
    )
    since = dict(rows.values_list("build_id", "since"))
    segments = Segment.objects.filter(build__in=list(since), set_aside=None)
    return [Standing(segment=one, since=since[one.build_id or 0]) for one in segments]


def make_moment() -> Moment:
    """Now, in the business's calendar and money."""
    business = get_business()
    return Moment(now=clock.now(), zone=business.zone, currency=business.currency)


def estimate(tree: Tree) -> Estimate:
    """How many a definition would give, in less than a second: counted where customers are few, else from a random sample.

    Raises SegmentMissing, SegmentsCircle.
    """
    expanded, moment = expand_tree(tree), make_moment()
    if (customers := _count_few()) is not None:
        members = _count(expanded, moment, None)[1]
        return Estimate(members=members, low=members, high=members, customers=customers, looked_at=customers)
    highest = _find_highest_id()
    drawn = _draw_ids(highest, SAMPLE)
    looked_at, members = _count(expanded, moment, drawn)
    customers = round(highest * looked_at / len(drawn))
    share = wilson_interval(members, looked_at)
    return Estimate(
        members=round((share.value or 0) * customers),
        low=int((share.low or 0) * customers),
        high=round((1 if share.high is None else share.high) * customers),
        customers=customers,
        looked_at=looked_at,
    )


def _count_few() -> int | None:
    """How many customers there are; None where they are too many to count each time."""
    found = Customer.objects.filter(merged_into=None).order_by()[: COUNTED_UP_TO + 1].count()
    return found if found <= COUNTED_UP_TO else None


def _find_highest_id() -> int:
    return Customer.objects.aggregate(highest=Max("id"))["highest"] or 0


def _count(tree: Tree, moment: Moment, ids: Sequence[int] | None) -> tuple[int, int]:
    """Of how many of these ids (of those who are in, without), how many are in."""
    judge, values = compile_tree(tree, moment, ids=ids, counts_only=True)
    sql = load_sql(ROOM, "count_judged").replace("/*judge*/", judge)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "plan_plainly"))
        cursor.execute(sql, {**values, "drawn": None if ids is None else list(ids)})
        looked_at, members = cursor.fetchone()
    return looked_at, members


def _draw_ids(highest: int, count: int) -> list[int]:
    return random.sample(range(1, highest + 1), min(count, highest))


def sample_members(tree: Tree, count: int = 5) -> list[Sampled]:
    """Some who would be in, with the reason; fewer where those looked at had no more. Raises SegmentMissing, SegmentsCircle."""
    expanded, moment = expand_tree(tree), make_moment()
    highest = _find_highest_id()
    drawn = _draw_ids(highest, LOOKED_AT_MAX) if highest else []
    ids: list[int] = []
    for first in range(0, len(drawn), LOOKED_AT_ONCE):
        rows = _judge(expanded, moment, drawn[first : first + LOOKED_AT_ONCE], counts_only=True)
        ids += [customer_id for customer_id, *_found in rows]
        if len(ids) >= count:
            break
    terms = _explain(expanded, moment, ids[:count])
    customers = Customer.objects.in_bulk(list(terms))
    return [Sampled(customer=customers[one], term=term) for one, term in terms.items() if one in customers]


def _judge(
    tree: Tree, moment: Moment, ids: Sequence[int], *, counts_only: bool = False
) -> list[tuple[int, bool, datetime | None]]:
    """(customer, holds, flips at) by the database, which hands over no histories; as compile_tree."""
    sql, values = compile_tree(tree, moment, ids=ids, counts_only=counts_only)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "plan_plainly"))
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _explain(tree: Tree, moment: Moment, ids: Sequence[int]) -> dict[int, Term]:
    """Of whoever is no more there is nothing."""
    people = load_people(ids, find_needs([tree]))
    terms = {one: explain(tree, person, moment) for one, person in people.persons.items()}
    if people.long:
        for one, holds, flips_at in _judge(tree, moment, sorted(people.long)):
            terms[one] = Term(kind=LONG, wanted={}, holds=holds, value=None, flips_at=flips_at)
    return terms


def explain_customers(segment: Segment, customer_ids: Sequence[int]) -> dict[int, Term]:
    """Why each customer is in or out as things are now, by the conditions and the calendar of the build that is shown, or by the
    present ones before there is any; nothing of lists, and of whoever is no more.
    """
    if segment.kind == Segment.Kind.LIST:
        return {}
    live = as_live(segment.build) if segment.build else None
    tree, moment = (live.tree, live.moment) if live else (expand_definition(segment), make_moment())
    return _explain(tree, moment, customer_ids)


def explain_customer(segment: Segment, customer_id: int) -> Term | None:
    """As explain_customers."""
    return explain_customers(segment, [customer_id]).get(customer_id)


def count_overlap(one: Segment, other: Segment) -> Overlap:
    """How many are in both; one pass over both."""
    first, second, both = _ask("count_overlap", {"one": one.build_id, "other": other.build_id})[0]
    return Overlap(one=first, other=second, both=both)


def list_sizes(segment: Segment, *, days: int = 90) -> list[tuple[date, int]]:
    """How many were in at the end of each of the last days for which that was noted, oldest first."""
    first = clock.today(get_business().zone) - timedelta(days=days - 1)
    sizes = Size.objects.filter(segment=segment, day__gte=first).order_by("day")
    return list(sizes.values_list("day", "members"))


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The segments that the customer is in, as plain values."""
    return {
        "segments": [
            {"uuid": one.segment.uuid, "name": one.segment.name, "since": one.since}
            for one in list_segments_of(customer_id)
        ]
    }


def _ask(name: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)
        return list(cursor.fetchall())
