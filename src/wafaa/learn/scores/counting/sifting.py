"""The answers and responses that a question is about."""

import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import ibis
from ibis.expr.types import Table

from wafaa.learn.facts.engine import OpenFacts
from wafaa.learn.measures.periods import month_of
from wafaa.learn.measures.rules import Period, Receipt
from wafaa.learn.scores.rules import HEADLINES, By, Grain, Sieve

EPOCH = date(1970, 1, 1)
THURSDAY = 4  # that day
# What the facts call a dimension.
COLUMNS: dict[By, str] = {
    "store": "store_id",
    "agent": "agent",
    "touchpoint": "touchpoint",
    "channel": "channel",
    "product": "product_id",
    "language": "language",
    "version": "version",
    "survey": "survey_id",
}
SIEVED: tuple[By, ...] = (
    "version",
    "store",
    "product",
    "channel",
    "touchpoint",
    "agent",
    "language",
    "survey",
)
# What no question to one survey reads.
UNREAD = ("survey_id", "is_test", "started_at", "at", "last_page")
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
        """Of the survey and of the stores that may be seen, up to as-of, whatever else is filtered by."""
        table = self._gather(name)
        kept = [table.day < ibis.literal(self.sieve.as_of)]
        if self.sieve.stores is not None:
            seen = table.store_id.isin(list(self.sieve.stores)) if self.sieve.stores else ibis.literal(False)
            kept.append(seen)
        return table.filter(*kept)

    def _gather(self, name: str) -> Table:
        """What all questions to a survey, or to the whole shop, read: taken out of the files once per version of the facts.

        Opening a hundred files and reading their columns takes longer than any count of what was in them.
        """
        told, survey = self.facts.tables[name], self.sieve.survey
        if survey is not None:
            found = told.filter(~told.is_test, told.survey_id == survey)
            unread = [column for column in UNREAD if column in told.columns]
            return self.facts.derive(f"{name}_of_survey_{survey}", lambda: found.drop(*unread), self.queries)
        if name == "answers":
            scored = told.type.isin(list(HEADLINES)) | told.measure.isin(list(INTENTIONS))
            return self.facts.derive(
                "answers_with_scores", lambda: told.filter(~told.is_test, scored), self.queries
            )
        return told.filter(~told.is_test)

    def within(self, table: Table, period: Period | None = None) -> Table:
        period = period or self.sieve.period
        if period is None:
            return table
        return table.filter(table.day >= ibis.literal(period.start), table.day < ibis.literal(period.end))

    def narrow(self, table: Table) -> Table:
        """What is filtered by, besides survey and days."""
        for by in SIEVED:
            asked = self.sieve.get(by)
            if asked is not None and by != "survey":
                table = table.filter(table[COLUMNS[by]] == asked)
        return table

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
