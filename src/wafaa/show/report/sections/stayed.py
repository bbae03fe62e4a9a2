"""Who stayed: retention over the last lapse window, and who came and went meanwhile."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from wafaa.show import words
from wafaa.show.report.rules import Figures, Section, Table


def build_stayed(figures: Figures) -> Iterator[Section]:
    found = figures.window.total.figures
    rate = found.get("retention_rate")
    if rate is None or rate.value is None or not rate.denominator:
        return
    period, window = figures.window.receipt.period, figures.question.lapse_window_days
    rows = [
        (_("Live at the start"), words.number(rate.denominator), ""),
        (_("Still live at the end (kept)"), words.number(rate.numerator), words.percent(rate.value)),
        (
            _("Lapsed"),
            words.figure(found.get("lapsed_customers"), ""),
            words.figure(found.get("churn_rate"), ""),
        ),
        (_("New customers"), words.figure(found.get("new_customers"), ""), ""),
        (_("Won back"), words.figure(found.get("won_back_customers"), ""), ""),
        (_("Live at the end"), words.figure(found.get("live_customers"), ""), ""),
    ]
    yield Section(
        key="stayed",
        title=_("Who stayed"),
        lead=words.say(
            _(
                "From {start} to {end}. Live is who ordered within {window} before. The retention rate is"
                " {rate}, with 95% certainty between {low} and {high}. The textbook formula, which counts the"
                " won-back as kept, would say {textbook}."
            ),
            start=words.day(period.start),
            end=words.day(period.end - timedelta(days=1)),
            window=words.within_days(window),
            rate=words.percent(rate.value),
            low=words.percent(rate.low),
            high=words.percent(rate.high),
            textbook=words.figure(found.get("textbook_retention_rate"), ""),
        ),
        open_tables=[
            Table(head=[_("Customers"), _("How many"), _("Share of the live at the start")], rows=rows)
        ],
        receipt=figures.window.receipt,
    )
