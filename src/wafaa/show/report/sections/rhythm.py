"""The time between orders: after how many days one should wonder where a customer is."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from wafaa.design import charts
from wafaa.show import words
from wafaa.show.report.rules import Figures, Picture, Section, Table, group_bins


def build_rhythm(figures: Figures) -> Iterator[Section]:
    gaps = figures.gaps
    bins = group_bins(gaps.histogram)
    if gaps.lower_quartile is None or gaps.median is None or gaps.upper_quartile is None or not bins:
        return
    language = words.language()
    reading = charts.Reading(language=language, unit="days")
    chart = charts.histogram(
        bins,
        reading=reading,
        title=_("Days between consecutive orders of one customer"),
        rules=[(gaps.median, _("Median: %(days)s") % {"days": reading.say(gaps.median)})],
        count_label=pgettext("how many, in a tooltip", "orders"),
    )
    total = sum(count for _days, count in gaps.histogram)
    yield Section(
        key="rhythm",
        title=_("The time between orders"),
        lead=words.say(
            _(
                "A quarter of the next orders come within {lower}, half within {median}, three quarters"
                " within {upper}. The lapse window of this report is {window}."
            ),
            lower=words.within_days(gaps.lower_quartile),
            median=words.within_days(gaps.median),
            upper=words.within_days(gaps.upper_quartile),
            window=words.days(figures.question.lapse_window_days),
        ),
        pictures=[Picture(drawn=charts.render_chart(chart, language), caption=chart.title)],
        tables=[
            Table(
                head=[_("Days"), _("Orders"), _("Share")],
                rows=[
                    [
                        words.span(low, high - 1),
                        words.number(count),
                        words.percent(count / total),
                    ]
                    for low, high, count in bins
                ],
            )
        ],
        receipt=gaps.receipt,
    )
