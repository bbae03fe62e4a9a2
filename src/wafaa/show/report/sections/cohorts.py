"""Cohorts: of those who first bought in a month, how many came again in each month after."""

from collections.abc import Iterator, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wafaa.design import charts
from wafaa.design.formats import format_month
from wafaa.learn.measures.rules import Cohort
from wafaa.show import words
from wafaa.show.report.rules import Figures, Picture, Section, Table

# Two years and the months that they touch; beyond, cells would be too small to see. The tables hold all.
SHOWN_MAX = 26


def build_cohorts(figures: Figures) -> Iterator[Section]:
    cohorts = figures.cohorts.cohorts
    if len(cohorts) < 2:
        return
    language = words.language()
    shown = cohorts[-SHOWN_MAX:]
    width = min(max(len(cohort.active) for cohort in shown), SHOWN_MAX)
    chart = charts.heat_map(
        [
            charts.GridRow(
                label=format_month(cohort.month, language),
                values=_shares(cohort)[:width],
                notes=[_note(cohort, k, language) for k in range(min(len(cohort.active), width))],
            )
            for cohort in shown
        ],
        [str(k) for k in range(width)],
        reading=charts.Reading(language=language, unit="rate"),
        title=_("Share that ordered, by months since the first order"),
    )
    yield Section(
        key="cohorts",
        title=_("Do newcomers stay?"),
        lead=_lead(cohorts),
        pictures=[
            Picture(
                drawn=charts.render_chart(chart, language),
                caption=chart.title,
            )
        ],
        tables=[_counts(cohorts), _money(cohorts, figures.question.currency)],
        receipt=figures.cohorts.receipt,
    )


def _shares(cohort: Cohort) -> list[float | None]:
    return [active / cohort.customers if cohort.customers else None for active in cohort.active]


def _note(cohort: Cohort, k: int, language: str) -> str:
    return _("%(month)s, month %(k)s: %(active)s of %(customers)s customers ordered") % {
        "month": format_month(cohort.month, language),
        "k": k,
        "active": f"{cohort.active[k]:,}",
        "customers": f"{cohort.customers:,}",
    }


def _lead(cohorts: Sequence[Cohort]) -> SafeString:
    """What the average newcomer does after three months, over the cohorts that are old enough."""
    old = [cohort for cohort in cohorts if len(cohort.active) > 3]
    newcomers, active = sum(cohort.customers for cohort in old), sum(cohort.active[3] for cohort in old)
    if not newcomers:
        return words.say(
            _("Each row is a month's newcomers; each column shows how many ordered so many months later.")
        )
    return words.say(
        _(
            "Each row is a month's newcomers; each column shows how many ordered so many months later. Three"
            " months after the first order, {share} of all newcomers ordered again in that month."
        ),
        share=words.percent(active / newcomers),
    )


def _counts(cohorts: Sequence[Cohort]) -> Table:
    return _table(
        cohorts,
        _("Customers who ordered"),
        [[words.number(count) for count in cohort.active] for cohort in cohorts],
    )


def _money(cohorts: Sequence[Cohort], currency: str) -> Table:
    return _table(
        cohorts,
        _("Gross sales"),
        [[words.money(minor, currency) for minor in cohort.gross_minor] for cohort in cohorts],
    )


def _table(cohorts: Sequence[Cohort], caption: str, cells: list[list[SafeString]]) -> Table:
    width = max(len(row) for row in cells)
    return Table(
        caption=caption,
        head=[_("First order in"), *(str(k) for k in range(width))],
        rows=[
            [words.month(cohort.month), *row, *[""] * (width - len(row))]
            for cohort, row in zip(cohorts, cells, strict=True)
        ],
    )
