"""From a bare file to a folder of facts: the same reading and staging as an import, without a database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from wafaa.access.business.models import Business
from wafaa.learn.facts.actions import write_facts
from wafaa.listen.connectors.files.actions import build_fact_tables, prepare_file
from wafaa.listen.connectors.files.rules import Counts, Options
from wafaa.show.report.errors import AnswerUnknown
from wafaa.show.report.rules import ReportOptions

# what is being done (in words), how much of it is done, of how much
OnProgress = Callable[[str, int, int], None]

ANSWERS = ("time_zone", "country", "decimal", "refund_prefix")


@dataclass(frozen=True, kw_only=True)
class Staged:
    """Where the facts lie, and what was counted on the way."""

    facts: Path
    staging: Path
    counts: Counts
    currency: str


def stage_facts(*, file: Path, folder: Path, options: ReportOptions, on_progress: OnProgress) -> Staged:
    """Reads the file into `folder`. Raises a FileError that says what is wrong or which answer is missing."""
    staging, facts = folder / "staging", folder / "facts"
    steps = {"reading": _("Reading the file"), "staging": _("Sorting out the orders")}
    counts, settled = prepare_file(
        file,
        staging,
        options=_make_answers(options),
        columns=options.mapping,
        on_step=lambda step, done, total: on_progress(steps[step], done, total),
    )
    on_progress(_("Writing the facts"), 0, 1)
    write_facts(facts, build_fact_tables(staging, time_zone=settled.time_zone))
    return Staged(facts=facts, staging=staging, counts=counts, currency=settled.currency)


def _make_answers(options: ReportOptions) -> Options:
    answers = Options(
        # what a new installation counts in, so that its console and this report show the same days
        time_zone=Business().time_zone,
        currency=options.currency.upper(),
        day_first={"day_first": True, "month_first": False}.get(options.date_order),
    )
    return replace(answers, **_read_answers(options.answers))


def _read_answers(given: Mapping[str, str]) -> dict[str, Any]:
    for name in given:
        if name not in ANSWERS:
            raise AnswerUnknown(name=name, names=", ".join(ANSWERS))
    return dict(given)
