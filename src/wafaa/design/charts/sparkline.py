"""A word-sized line beside a figure; so small that it is drawn here, without the analyst."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

from wafaa.design.charts.theme import SERIES

WIDTH, HEIGHT, EDGE = 220, 40, 4


def sparkline(values: Sequence[float | int | None], *, language: str, label: str) -> SafeString:
    """The run of the values as a line with a dot at its newest end; in Arabic that end is left.

    `label` says the run in words. Fewer than two values draw nothing.
    """
    known = [(place, float(value)) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(value for _, value in known), max(value for _, value in known)
    last = max(len(values) - 1, 1)
    spots = []
    for place, value in known:
        share = place / last
        x = EDGE + (1 - share if language.startswith("ar") else share) * (WIDTH - 2 * EDGE)
        height = (value - low) / (high - low) if high > low else 0.5
        spots.append((round(x, 1), round(HEIGHT - EDGE - height * (HEIGHT - 2 * EDGE), 1)))
    path = "M" + "L".join(f"{x},{y}" for x, y in spots)
    floor = f"L{spots[-1][0]},{HEIGHT}L{spots[0][0]},{HEIGHT}Z"
    return format_html(
        '<span class="chart sparkline"><svg viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<path d="{}" fill="{}" fill-opacity="0.09"/>'
        '<path d="{}" fill="none" stroke="{}" stroke-width="1.8" stroke-linejoin="round" stroke-linecap="round"/>'
        '<circle cx="{}" cy="{}" r="3" fill="{}"/></svg></span>',
        WIDTH,
        HEIGHT,
        label,
        path + floor,
        SERIES[0],
        path,
        SERIES[0],
        *spots[-1],
        SERIES[0],
    )
