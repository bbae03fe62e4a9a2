"""Suggestions in words: how alike two are, and scores before and after."""

from django.utils.translation import gettext as _

from wafaa.design.formats import MINUS, format_number, format_percent
from wafaa.learn.scores.rules import DifferenceFigure, ScoreFigure

# From here on two say the same with other words; below, something of the kind.
VERY_ALIKE = 0.6


def say_alike(alike: float) -> str:
    return _("says nearly the same") if alike >= VERY_ALIKE else _("says something like it")


def say_score(figure: ScoreFigure) -> str:
    """With its margin; without enough answers that is all that is said."""
    if figure.value is None or not figure.is_enough:
        return _("not enough answers yet")
    value, low, high = (_say_value(figure.kind, one) for one in (figure.value, figure.low, figure.high))
    return _("%(value)s (%(low)s to %(high)s)") % {"value": value, "low": low, "high": high}


def say_difference(figure: DifferenceFigure) -> str:
    if figure.value is None or not figure.is_enough:
        return _("not enough answers yet")
    told = {
        "value": _sign(figure.value, _say_value(figure.kind, figure.value)),
        "low": _say_value(figure.kind, figure.low),
        "high": _say_value(figure.kind, figure.high),
    }
    if figure.is_significant:
        return _("%(value)s (%(low)s to %(high)s): a real change") % told
    return _("%(value)s (%(low)s to %(high)s): it may be chance") % told


def _say_value(kind: str, value: float | None) -> str:
    if kind == "nps":
        return format_number(value)
    return format_percent(value) if kind in {"csat", "share"} else format_number(value, 1)


def _sign(value: float, text: str) -> str:
    return text if value < 0 or text.startswith(MINUS) or not text.strip("0.%") else f"+{text}"
