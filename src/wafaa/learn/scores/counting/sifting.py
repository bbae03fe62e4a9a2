"""The answers and responses that a question is about."""

import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from wafaa.learn.facts.engine import OpenFacts
from wafaa.learn.measures.periods import month_of
from wafaa.learn.measures.rules import Period, Receipt
from wafaa.learn.scores.rules import TOLD, By, Grain, Sieve
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.queries import list_member_ids

EPOCH = date(1970, 1, 1)
THURSDAY = 4  # that day
# What the facts call a dimension.
COLUMNS: dict[By, str] = {
    "store": "store_id",
    "agent": "agent",
    "touchpoint": "touchpoint",
    "channel": "channel",
    "collector": "collector_id",
    "product": "product_id",
    "language": "language",
    "version": "version",
    "survey": "survey_id",
}
# So many members of a segment are fetched at once.
MEMBERS_AT_ONCE = 100_000
# What is asked of over all surveys, besides the three scores.
INTENTIONS = ("return_intention", "preference")
# Up to half a year is told in weeks.
WEEKS_UP_TO_DAYS = 190


@dataclass(frozen=True, kw_only=True)
class Sift:
    """One question to one version of the facts; collects the SQL that it runs. The facts' lock must be held."""

    facts: OpenFacts
    sieve: Sieve
    queries: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def run(self, expression: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.facts.run(expression, self.queries).to_pylist()
        return rows

    @property
    def is_told(self) -> bool:
        """Facts of files, and those written before there were surveys, know of no answers."""
        return {"responses", "answers"} <= set(self.facts.tables)

    @cached_property
    def answers(self) -> Table:
        return self.narrow(self.within(self.everything("answers")))

    @cached_property
    def responses(self) -> Table:
        return self.narrow(self.within(self.everything("responses")))

    def everything(self, name: str) -> Table:
        """Of the survey and of the stores that may be seen, up to as-of, whatever else is filtered by.

        Straight from the files, of which there are few: copying the columns into a table first takes longer than ten counts.
        """
        table = self.facts.tables[name]
        kept = [~table.is_test, table.day < ibis.literal(self.sieve.as_of)]
        if self.sieve.survey is not None:
            kept.append(table.survey_id == self.sieve.survey)
        if self.sieve.stores is not None:
            seen = table.store_id.isin(list(self.sieve.stores)) if self.sieve.stores else ibis.literal(False)
            kept.append(seen)
        return table.filter(*kept)

    def within(self, table: Table, period: Period | None = None) -> Table:
        period = period or self.sieve.period
        if period is None:
            return table
        return table.filter(table.day >= ibis.literal(period.start), table.day < ibis.literal(period.end))

    def narrow(self, table: Table) -> Table:
        """What is filtered by, besides survey and days."""
        for by in TOLD:
            asked = self.sieve.get(by)
            if asked is not None and by != "survey":
                table = table.filter(table[COLUMNS[by]] == asked)
        return self.keep_members(table)

    def keep_members(self, table: Table) -> Table:
        return table if self.members is None else table.semi_join(self.members, "customer_id")

    @cached_property
    def members(self) -> Table | None:
        """The customers of the segment as they are now, in a table that the next such question replaces."""
        if self.sieve.segment is None:
            return None
        segment = Segment.objects.filter(pk=self.sieve.segment, set_aside=None).first()
        chunks: list[pa.Array[Any]] = []
        after = 0
        while segment and (ids := list_member_ids(segment, after=after, limit=MEMBERS_AT_ONCE)):
            chunks.append(pa.array(ids, pa.int64()))
            after = ids[-1]
        found = pa.table({"customer_id": pa.chunked_array(chunks, pa.int64())})
        made: Table = self.facts.backend.create_table("members", found, temp=True, overwrite=True)
        return made

    @cached_property
    def first_day(self) -> date | None:
        """From the manifest, without a look into any part."""
        told = self.facts.manifest.tables.get("responses")
        return min((part.first_day for part in told.parts if part.first_day), default=None) if told else None

    @cached_property
    def period(self) -> Period:
        as_of = self.sieve.as_of
        return self.sieve.period or Period(start=min(self.first_day or as_of, as_of), end=as_of)

    @property
    def grain(self) -> Grain:
        return "week" if self.period.days <= WEEKS_UP_TO_DAYS else "month"

    def number_piece(self, day: Any) -> Any:
        """The week or month of a day as a number that rises by one."""
        if self.grain == "month":
            return day.year().cast("int32") * 12 + day.month().cast("int32") - 1
        return (day.delta(EPOCH, unit="day") + self._shift).cast("int64") // 7

    def start_of_piece(self, number: int) -> date:
        if self.grain == "month":
            return month_of(number)
        return EPOCH + timedelta(days=7 * number - self._shift)

    @property
    def _shift(self) -> int:
        return (THURSDAY - self.sieve.week_start) % 7

    def write_receipt(self) -> Receipt:
        manifest = self.facts.manifest
        return Receipt(
            engine=self.facts.engine_name,
            query=";\n\n".join(dict.fromkeys(self.queries)),
            facts_version=manifest.version,
            facts_at=manifest.synced_at.isoformat(),
            as_of=self.sieve.as_of,
            period=self.period,
            computed_ms=round((time.perf_counter() - self.started) * 1000, 1),
        )
