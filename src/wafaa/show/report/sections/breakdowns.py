"""By country, category, store and channel, where the file tells them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wafaa.design import charts
from wafaa.design.formats import name_channel
from wafaa.learn.measures.rules import Breakdown, Row, Summary
from wafaa.show import words
from wafaa.show.report.rules import Figures, Picture, Section, Table

ASKED: tuple[Breakdown, ...] = ("country", "store", "channel", "category")
_TITLES = {
    "country": gettext_lazy("By country"),
    "store": gettext_lazy("By store"),
    "channel": gettext_lazy("By channel"),
    "category": gettext_lazy("By category"),
}
_HEADS = {
    "country": gettext_lazy("Country"),
    "store": gettext_lazy("Store"),
    "channel": gettext_lazy("Channel"),
    "category": gettext_lazy("Category"),
}
_COLUMNS = ("customers", "orders", "gross", "average_order_value", "repeat_purchase_rate")
BARS_MAX = 10


def build_breakdowns(figures: Figures) -> Iterator[Section]:
    for by, summary in figures.breakdowns.items():
        if len(summary.rows) > 1:
            yield _build(by, summary, figures.question.currency)


def _build(by: Breakdown, summary: Summary, currency: str) -> Section:
    language = words.language()
    rows = sorted(summary.rows, key=_gross, reverse=True)
    total = sum(_gross(row) for row in rows) or 1
    bars = [
        charts.Bar(label=_label(row, by), value=_gross(row), is_quiet=not row.group)
        for row in rows[:BARS_MAX]
    ]
    if len(rows) > BARS_MAX:
        rest = sum(_gross(row) for row in rows[BARS_MAX:])
        bars.append(charts.Bar(label=_("All others"), value=rest, is_quiet=True))
    reading = charts.Reading(language=language, unit="money", currency=currency)
    title = str(_TITLES[by])
    first = next(row for row in rows if row.group)
    return Section(
        key=by,
        title=title,
        lead=words.say(
            _("{name} brings {share} of gross sales."),
            name=words.name(_label(first, by)),
            share=words.percent(_gross(first) / total),
        ),
        pictures=[
            Picture(
                drawn=charts.render_chart(
                    charts.horizontal_bars(bars, reading=reading, title=title), language
                )
            )
        ],
        tables=[
            Table(
                head=[
                    str(_HEADS[by]),
                    _("Customers"),
                    _("Orders"),
                    _("Gross sales"),
                    _("Average order value"),
                    _("Repeat purchase rate"),
                    _("Share of gross sales"),
                ],
                rows=[
                    [
                        words.name(_label(row, by)),
                        *(words.figure(row.figures.get(key), currency) for key in _COLUMNS),
                        words.percent(_gross(row) / total),
                    ]
                    for row in rows
                ],
            )
        ],
        receipt=summary.receipt,
    )


def _gross(row: Row) -> int:
    found = row.figures.get("gross")
    return round(found.value) if found and found.value is not None else 0


def _label(row: Row, by: Breakdown) -> str:
    if by == "channel" and row.group:
        return name_channel(row.label or row.group)
    return row.label or row.group or _("Not given")
