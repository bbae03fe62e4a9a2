"""Scores over time as a picture: a line with its margin, drawn here, since a page of results has several and none may wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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
    band = draw_line(trend, grain, title)
    known = [point for point in trend if point.score.is_enough]
    return draw_bands([band], known[0].start, known[-1].start, grain) if band else SafeString("")


@dataclass(frozen=True, kw_only=True)
class Band:
    """One picture above or below others that share its time; `high` and `low` stand beside its ends, `name` above it."""

    svg: SafeString
    high: str
    low: str
    name: str = ""


def draw_bands(bands: Sequence[Band], first: date, last: date, grain: str) -> SafeString:
    drawn = format_html_join(
        "",
        '{}<div class="trend-ends"><span>{}</span><span>{}</span></div>{}',
        (
            (
                format_html('<p class="trend-name small muted">{}</p>', band.name) if band.name else "",
                band.high,
                band.low,
                band.svg,
            )
            for band in bands
        ),
    )
    return format_html(
        '<figure class="trend"><div class="trend-picture">{}</div>'
        '<figcaption class="muted small"><span>{}</span><span>{}</span></figcaption></figure>',
        drawn,
        name_piece(first, grain),
        name_piece(last, grain),
    )


def draw_line(trend: Sequence[TrendPoint], grain: str, title: str) -> Band | None:
    """The scores with their margin; None where there is no line to draw."""
    known = [(place, point) for place, point in enumerate(trend) if point.score.is_enough]
    if len(known) < 2:
        return None
    bounds = [
        bound for _place, point in known for bound in (point.score.low, point.score.high) if bound is not None
    ]
    low, high = min(bounds), max(bounds)

    def across(place: int) -> float:
        return find_x(place, len(trend))

    def up(value: float | None) -> float:
        share = ((low if value is None else value) - low) / ((high - low) or 1.0)
        return round(HEIGHT - AIR - share * (HEIGHT - 2 * AIR), 1)

    tops = [f"{across(place)},{up(point.score.high)}" for place, point in known]
    bottoms = [f"{across(place)},{up(point.score.low)}" for place, point in reversed(known)]
    line = [f"{across(place)},{up(point.score.value)}" for place, point in known]
    first, last = known[0][1], known[-1][1]
    svg = format_html(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}"><polygon points="{}"></polygon>'
        '<polyline points="{}"></polyline>{}</svg>',
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
    )
    return Band(svg=svg, high=_plain(high, first.score.kind), low=_plain(low, first.score.kind))


def draw_columns(values: Sequence[float], said: Sequence[str], title: str) -> SafeString:
    """A column for each week or month, from nothing to the highest; `said` tells each in words."""
    highest = max(values, default=0) or 1.0
    width = max(2.0, 0.7 * (WIDTH - 2 * AIR) / max(1, len(values)))
    return format_html(
        '<svg class="columns" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        format_html_join(
            "",
            '<rect x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
            (
                (
                    round(find_x(place, len(values)) - width / 2, 1),
                    round(HEIGHT * (1 - max(value, 0) / highest), 1),
                    round(width, 1),
                    round(HEIGHT * max(value, 0) / highest, 1),
                    words,
                )
                for place, (value, words) in enumerate(zip(values, said, strict=True))
            ),
        ),
    )


def find_x(place: int, length: int) -> float:
    """In Arabic time runs to the left."""
    air = AIR + WIDTH / max(2, 2 * length) / 2
    x = air + (WIDTH - 2 * air) / max(1, length - 1) * place
    return round(WIDTH - x if (get_language() or "ar").startswith("ar") else x, 1)


def name_piece(start: date, grain: str) -> str:
    language = get_language() or "ar"
    return format_short_date(start, language) if grain == "week" else format_month(start, language)


def _say(point: TrendPoint, grain: str) -> str:
    """March 2026: 44 (16 to 67), n = 43."""
    score = point.score
    spread = _("%(value)s (%(low)s to %(high)s), n = %(n)s") % {
        "value": _plain(score.value, score.kind),
        "low": _plain(score.low, score.kind),
        "high": _plain(score.high, score.kind),
        "n": format_number(score.n),
    }
    said = f"{name_piece(point.start, grain)}: {spread}"
    return f"{said} · {_('significant change')}" if point.is_change else said


def _plain(value: float | None, kind: str) -> str:
    if kind in {"share", "csat"}:
        return isolate(format_percent(value, 0))
    return isolate(format_number(value, 0 if kind == "nps" else 2))
