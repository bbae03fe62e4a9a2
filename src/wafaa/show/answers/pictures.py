"""Scores over time as a picture: a line with its margin, drawn here, since a page of results has several and none may wait."""

from collections.abc import Sequence
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wafaa.design.formats import format_month, format_number, format_percent, format_short_date
from wafaa.kit.text import isolate
from wafaa.learn.scores.rules import TrendPoint

WIDTH: Final = 1000
HEIGHT: Final = 180
AIR: Final = 12  # above, below and beside the line


def draw_trend(trend: Sequence[TrendPoint], grain: str, title: str) -> SafeString:
    """A point of too few answers is left out; nothing where there is no line to draw. In Arabic time runs to the left."""
    known = [(place, point) for place, point in enumerate(trend) if point.score.is_enough]
    if len(known) < 2:
        return SafeString("")
    language = get_language() or "ar"
    bounds = [
        bound for _place, point in known for bound in (point.score.low, point.score.high) if bound is not None
    ]
    low, high = min(bounds), max(bounds)
    step = (WIDTH - 2 * AIR) / max(1, len(trend) - 1)

    def across(place: int) -> float:
        x = AIR + step * place
        return round(WIDTH - x if language.startswith("ar") else x, 1)

    def up(value: float | None) -> float:
        share = ((low if value is None else value) - low) / ((high - low) or 1.0)
        return round(HEIGHT - AIR - share * (HEIGHT - 2 * AIR), 1)

    tops = [f"{across(place)},{up(point.score.high)}" for place, point in known]
    bottoms = [f"{across(place)},{up(point.score.low)}" for place, point in reversed(known)]
    line = [f"{across(place)},{up(point.score.value)}" for place, point in known]
    first, last = known[0][1], known[-1][1]
    return format_html(
        '<figure class="trend"><div class="trend-picture"><div class="trend-ends"><span>{}</span><span>{}</span></div>'
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}"><polygon points="{}"></polygon>'
        '<polyline points="{}"></polyline>{}</svg></div><figcaption class="muted small"><span>{}</span><span>{}</span>'
        "</figcaption></figure>",
        _plain(high, first.score.kind),
        _plain(low, first.score.kind),
        WIDTH,
        HEIGHT,
        f"{title}: {_say(first, grain)}; {_say(last, grain)}",
        " ".join([*tops, *bottoms]),
        " ".join(line),
        format_html_join(
            "",
            '<path class="{}" d="M{} {}h0"><title>{}</title></path>',
            (
                (
                    ("better" if point.is_better else "worse") if point.is_change else "",
                    across(place),
                    up(point.score.value),
                    _say(point, grain),
                )
                for place, point in known
            ),
        ),
        _name_piece(first, grain),
        _name_piece(last, grain),
    )


def _name_piece(point: TrendPoint, grain: str) -> str:
    language = get_language() or "ar"
    return (
        format_short_date(point.start, language) if grain == "week" else format_month(point.start, language)
    )


def _say(point: TrendPoint, grain: str) -> str:
    """March 2026: 44 (16 to 67), n = 43."""
    score = point.score
    spread = _("%(value)s (%(low)s to %(high)s), n = %(n)s") % {
        "value": _plain(score.value, score.kind),
        "low": _plain(score.low, score.kind),
        "high": _plain(score.high, score.kind),
        "n": format_number(score.n),
    }
    said = f"{_name_piece(point, grain)}: {spread}"
    return f"{said} · {_('significant change')}" if point.is_change else said


def _plain(value: float | None, kind: str) -> str:
    if kind in {"share", "csat"}:
        return isolate(format_percent(value, 0))
    return isolate(format_number(value, 0 if kind == "nps" else 2))
