"""Recency, frequency, monetary: groups of customers, what they are worth, and what to do for each."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from wafaa.design import charts
from wafaa.learn.measures.group_definitions import get_group_words
from wafaa.learn.measures.rules import Rfm, RfmCuts
from wafaa.show import words
from wafaa.show.report.rules import Figures, Picture, Section, Table

GRID_WIDTH = 720
_WITH_SHARE = '{value}<br><span class="muted small">{share}</span>'
_GROUP = '<strong>{label}</strong><br><span class="muted small">{who}</span>'


def build_groups(figures: Figures) -> Iterator[Section]:
    rfm = figures.rfm
    if rfm.cuts is None:
        return
    yield Section(
        key="groups",
        title=_("Who they are, and what to do"),
        lead=words.say(
            _(
                "Each customer scores 1 to 5 for how lately, how often and for how much they ordered. The"
                " scores make groups that want different things from you."
            )
        ),
        pictures=[
            Picture(
                drawn=charts.render_chart(_draw_grid(rfm, rfm.cuts), words.language()),
                caption=_(
                    "Across: days since the last order. Up: number of orders. In the cells: customers."
                ),
            )
        ],
        open_tables=[_list_groups(rfm, figures.question.currency)],
        receipt=rfm.receipt,
    )


def _draw_grid(rfm: Rfm, cuts: RfmCuts) -> charts.Chart:
    counts: dict[tuple[int, int], int] = {}
    for cell in rfm.cells:
        key = (cell.recency, cell.frequency)
        counts[key] = counts.get(key, 0) + cell.customers
    # fewer days score higher, so the labels from score 1 on run from the longest ago
    recency = list(reversed(_name_ranges(0, cuts.recency_days)))
    frequency = _name_ranges(1, cuts.frequency)
    note = _("Last order %(days)s days ago, %(orders)s orders: %(customers)s customers")
    return charts.rfm_grid(
        {
            (r, f): charts.GridCell(
                weight=count,
                text=f"{count:,}",
                note=note % {"days": recency[r - 1], "orders": frequency[f - 1], "customers": f"{count:,}"},
            )
            for (r, f), count in counts.items()
        },
        language=words.language(),
        title=_("Customers by days since the last order and number of orders"),
        recency_labels=recency,
        frequency_labels=frequency,
        width=GRID_WIDTH,
    )


def _name_ranges(first: int, bounds: tuple[int, int, int, int]) -> list[str]:
    """The values of each score as text, from the lowest on: 0–17, 18–50 ... 143+; "–" where nobody is."""
    named, low = [], first
    for high in bounds:
        named.append("–" if high < low else str(low) if high == low else f"{low}–{high}")
        low = max(low, high + 1)
    return [*named, f"{low}+"]


def _list_groups(rfm: Rfm, currency: str) -> Table:
    customers = sum(group.customers for group in rfm.groups) or 1
    gross = sum(group.gross_minor for group in rfm.groups) or 1
    rows = []
    for group in rfm.groups:
        if not group.customers:
            continue
        told = get_group_words(group.key)
        rows.append(
            [
                words.say(_GROUP, label=told.label, who=told.who),
                words.say(
                    _WITH_SHARE,
                    value=words.number(group.customers),
                    share=words.percent(group.customers / customers),
                ),
                words.say(
                    _WITH_SHARE,
                    value=words.money(group.gross_minor, currency),
                    share=words.percent(group.gross_minor / gross),
                ),
                str(told.what_to_do),
            ]
        )
    return Table(
        head=[
            _("Group"),
            _("Customers"),
            _("Gross sales"),
            _("What to do"),
        ],
        rows=rows,
        text_columns=frozenset({3}),
    )
