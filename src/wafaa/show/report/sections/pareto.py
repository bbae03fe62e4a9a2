"""Pareto: how much of the money hangs on how few customers."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wafaa.design import charts
from wafaa.design.formats import format_percent
from wafaa.kit.text import isolate
from wafaa.show import words
from wafaa.show.report.rules import Figures, Picture, Section, Table

_SHOWN = (1, 5, 10, 20, 30, 50, 80, 100)


def build_pareto(figures: Figures) -> Iterator[Section]:
    pareto = figures.pareto
    if pareto.top_20_share is None:
        return
    language = words.language()
    share_for_80 = pareto.customers_for_80 / pareto.customers
    chart = charts.pareto_curve(
        pareto.curve,
        language=language,
        title=_("Share of gross sales by share of customers"),
        marks=[
            charts.Mark(
                x=0.2,
                y=pareto.top_20_share,
                label=_("%(share)s from the top %(top)s")
                % {
                    "share": isolate(format_percent(pareto.top_20_share, 2)),
                    "top": isolate(format_percent(0.2, 0)),
                },
            )
        ],
        point_note=_("The top %(x)s of customers bring %(y)s of gross sales"),
    )
    text = ngettext(
        "{count} customer, {share} of all, brings 80% of gross sales. Know those by name.",
        "{count} customers, {share} of all, bring 80% of gross sales. Know those by name.",
        pareto.customers_for_80,
    )
    by_percent = {round(x * 100): y for x, y in pareto.curve}
    yield Section(
        key="pareto",
        title=_("How much hangs on how few"),
        lead=words.say(text, count=words.number(pareto.customers_for_80), share=words.percent(share_for_80)),
        pictures=[Picture(drawn=charts.render_chart(chart, language), caption=chart.title)],
        tables=[
            Table(
                head=[_("Top share of customers"), _("Customers"), _("Share of gross sales")],
                rows=[
                    [
                        words.percent(x / 100, 0),
                        words.number(pareto.customers * x // 100),
                        words.percent(by_percent[x], 2),
                    ]
                    for x in _SHOWN
                    if x in by_percent
                ],
            )
        ],
        receipt=pareto.receipt,
    )
