"""The parts of the report, in reading order."""

from collections.abc import Iterator

from wafaa.show.report.rules import Figures, Section
from wafaa.show.report.sections.breakdowns import build_breakdowns
from wafaa.show.report.sections.cohorts import build_cohorts
from wafaa.show.report.sections.groups import build_groups
from wafaa.show.report.sections.months import build_months
from wafaa.show.report.sections.pareto import build_pareto
from wafaa.show.report.sections.rhythm import build_rhythm
from wafaa.show.report.sections.stayed import build_stayed

__all__ = ["build_sections"]


def build_sections(figures: Figures) -> Iterator[Section]:
    """Every part for which the file has numbers."""
    if not figures.whole.total.figures["orders"].value:
        return
    for build in (
        build_months,
        build_stayed,
        build_cohorts,
        build_groups,
        build_pareto,
        build_rhythm,
        build_breakdowns,
    ):
        yield from build(figures)
