"""Today's figures for somebody who is not at the page: what the weekly mail tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wafaa.access.staff.models import Staff
from wafaa.design.cards import FigureCard
from wafaa.design.charts import Chart
from wafaa.show.console import pictures
from wafaa.show.console.advice import advise
from wafaa.show.console.asking import ask_for
from wafaa.show.console.pages.today import FEW_CUSTOMERS, KEY_FIGURES, AdviceShown, show_advice
from wafaa.show.console.queries import get_today
from wafaa.show.console.words.figures import show_figure
from wafaa.show.console.words.headline import Headline, write_headline

ADVICE_TOLD = 3


@dataclass(frozen=True, kw_only=True)
class Digest:
    """In the current language; addresses begin with a slash."""

    first_day: date
    last_day: date
    headline: Headline
    is_too_early: bool
    is_thin: bool
    figures: Sequence[FigureCard]
    advice: Sequence[AdviceShown]
    charts: Sequence[Chart]


def build_digest(staff: Staff) -> Digest | None:
    """What Today would show this person now; None where there is no order yet. Raises what kit.remote raises."""
    asked = ask_for(staff, {})
    if asked is None:
        return None
    answers = get_today(asked)
    total, currency = answers.summary.total, asked.business.currency
    is_too_early = asked.is_too_early(asked.chosen.period)
    advice = advise(answers.health)[:ADVICE_TOLD]
    return Digest(
        first_day=asked.chosen.period.start,
        last_day=asked.last_day,
        headline=write_headline(total, asked.chosen, is_too_early=is_too_early),
        is_too_early=is_too_early,
        is_thin=answers.health.standing.customers < FEW_CUSTOMERS,
        figures=[show_figure(key, total, currency, query=asked.chosen.query) for key in KEY_FIGURES],
        advice=show_advice(advice, staff, currency),
        charts=[
            pictures.chart_customers(answers.months),
            pictures.chart_run("gross", answers.months, currency),
        ],
    )
