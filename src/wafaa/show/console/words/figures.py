"""One figure as a card shows it: value, margin, n, and how it moved."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wafaa.design import cards
from wafaa.design.charts import sparkline
from wafaa.learn.measures.definitions import find_measure
from wafaa.learn.measures.rules import Figure, Row, SeriesPoint, Unit
from wafaa.show.console.changes import Change, compare, is_notable
from wafaa.show.words import number, percent, quantity, say, signed

# A share of fewer says little; the card says so instead of hiding it.
TOO_FEW = 30


def show_figure(
    key: str, row: Row, currency: str, *, query: str = "", points: Sequence[SeriesPoint] = ()
) -> cards.FigureCard:
    """The figure `key` of a row, against the period before and the year before where they are known.

    `query` is the part of an address that says for which days; `points` are drawn as a small line.
    """
    measure, figure = find_measure(key), row.figures[key]
    return cards.FigureCard(
        key=key,
        label=str(measure.label),
        value=quantity(figure.value, figure.unit, currency),
        missing="" if figure.value is not None else _("Nobody to count in this period."),
        margin=show_margin(figure, currency),
        n=show_n(figure),
        changes=list_changes(key, row, currency),
        definition=str(measure.definition),
        formula=str(measure.formula),
        url=f"{reverse('report-measure', args=[key])}?{query}",
        receipt_url=f"{reverse('report-receipt', args=[key])}?{query}",
        sparkline=_draw_run(key, str(measure.label), points) if points else "",
    )


def list_changes(key: str, row: Row, currency: str) -> list[cards.Change]:
    """Against the period before and against the year before, where they have a value."""
    figure, direction = row.figures[key], find_measure(key).direction
    pairs = ((row.previous, _("vs period before")), (row.year_before, _("vs year before")))
    return [
        show_change(change, figure.unit, currency, versus)
        for before, versus in pairs
        if (change := compare(figure, before.get(key), direction))
    ]


def show_n(figure: Figure) -> SafeString:
    """On how many a figure with a margin stands, and whether that is too few."""
    if figure.low is None:
        return say("")
    if figure.n < TOO_FEW:
        return say(_("n = {n}: too few for more than a hint"), n=number(figure.n))
    return say(_("n = {n}"), n=number(figure.n))


def show_margin(figure: Figure, currency: str) -> SafeString:
    """The 95 % interval, "" for a plain sum."""
    if figure.low is None or figure.high is None:
        return say("")
    return say(
        _("{low} to {high}"),
        low=quantity(figure.low, figure.unit, currency),
        high=quantity(figure.high, figure.unit, currency),
    )


def show_change(change: Change, unit: Unit, currency: str, versus: str = "") -> cards.Change:
    """Colour is given to moves that chance does not explain; the others say that they may be chance."""
    is_chance = change.is_significant is False
    is_told = change.is_significant or (not is_chance and unit != "rate" and is_notable(change))
    if is_chance and change.difference and versus:
        versus = _("%(versus)s, may be chance") % {"versus": versus}
    return cards.Change(
        text=show_move(change, unit, currency),
        versus=versus,
        is_up=change.difference > 0 if change.difference else None,
        verdict=change.verdict or "same" if is_told else "same",
    )


def show_move(change: Change, unit: Unit, currency: str) -> SafeString:
    """Rates move by points (12 % to 14 % is two points), everything else by per cent of what it was."""
    if unit == "rate":
        points = number(abs(change.difference) * 100, 1)
        return say(_("{points} points"), points=signed(points, change.difference))
    if change.share is None:
        return signed(quantity(abs(change.difference), unit, currency), change.difference)
    return signed(percent(abs(change.share)), change.share)


def _draw_run(key: str, label: str, points: Sequence[SeriesPoint]) -> SafeString:
    values = [point.figures[key].value if key in point.figures else None for point in points]
    words = _("%(figure)s, month by month") % {"figure": label}
    return sparkline(values, language=get_language() or "", label=words)
