"""Lines over time: one or several series, a dashed comparison, the margin as a band."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wafaa.design.charts.reading import Grain, Reading, Value, tick_labels
from wafaa.design.charts.theme import (
    COMPARISON,
    SERIES,
    WIDE,
    Chart,
    LegendEntry,
    Spec,
    build_chart,
    frame,
    label_axis,
    value_axis,
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One series: (first day of the period, value) in order.

    `dashed` marks a comparison, whose points are laid over the periods of the first line (so a year before carries the
    dates of this year). `bounds` gives (low, high) per point for the margin. `notes` replaces the sentence of a point.
    """

    label: str
    points: Sequence[tuple[date, Value]]
    dashed: bool = False
    bounds: Sequence[tuple[float, float] | None] = ()
    notes: Sequence[str] = ()


def line_chart(
    lines: Sequence[Line],
    *,
    reading: Reading,
    title: str,
    grain: Grain = "month",
    summary: str = "",
    is_area: bool = False,
    starts_at_zero: bool = True,
    width: int = WIDE,
    height: int = 260,
) -> Chart:
    """Series over time; the first is the main one. `is_area` fills below it.

    Pointing anywhere above a period tells the values of all series there.
    """
    colours = _colours(lines)
    rows = [row for index, line in enumerate(lines) for row in _rows(line, index, reading=reading)]
    periods = sorted({start for line in lines for start, _ in line.points})
    sentences = [
        {"x": start.isoformat(), "say": _sentence(lines, start, grain, reading)} for start in periods
    ]

    def draw(at_width: int) -> Spec:
        labels = tick_labels(periods, grain, reading, most=max(3, at_width // 75))
        x: Spec = {
            "field": "x",
            "type": "ordinal",
            "axis": label_axis(labels),
            "scale": {
                "type": "band",
                "domain": [start.isoformat() for start in periods],
                "reverse": reading.is_rtl,
            },
        }
        y: Spec = {
            "field": "y",
            "type": "quantitative",
            "axis": value_axis(reading),
            "scale": {"zero": starts_at_zero, "nice": True},
        }
        layers = [_hover(x, sentences)]
        for index, line in enumerate(lines):
            layers += _layers(index, line, colours[index], x, y, is_area=is_area and index == 0)
        return frame(width=at_width, height=height, layers=layers, values=rows)

    legend = [
        LegendEntry(label=line.label, colour=colour, dashed=line.dashed)
        for line, colour in zip(lines, colours, strict=True)
    ]
    return build_chart(draw, title=title, summary=summary, width=width, legend=legend)


def _colours(lines: Sequence[Line]) -> list[str]:
    free = iter(SERIES * 3)
    return [COMPARISON if line.dashed else next(free) for line in lines]


def _rows(line: Line, index: int, *, reading: Reading) -> list[Spec]:
    bounds = line.bounds or [None] * len(line.points)
    return [
        {
            "series": index,
            "x": start.isoformat(),
            "y": reading.plot(value),
            "low": reading.plot(bound[0]) if bound else None,
            "high": reading.plot(bound[1]) if bound else None,
        }
        for (start, value), bound in zip(line.points, bounds, strict=True)
    ]


def _sentence(lines: Sequence[Line], start: date, grain: Grain, reading: Reading) -> str:
    """January 2011: Orders 1,200; Customers 800."""
    parts = []
    for line in lines:
        for place, (at, value) in enumerate(line.points):
            if at == start:
                parts.append(line.notes[place] if line.notes else f"{line.label} {reading.say(value)}")
    comma = "، " if reading.is_rtl else ", "
    return f"{reading.say_period(start, grain)}: {comma.join(parts)}"


def _hover(x: Spec, sentences: Sequence[Spec]) -> Spec:
    """Invisible columns that carry the sentences, one per period."""
    return {
        "data": {"values": list(sentences)},
        "mark": {"type": "rect", "fill": "transparent", "aria": True},
        "encoding": {"x": x, "y": {"value": 0}, "y2": {"value": "height"}, "description": {"field": "say"}},
    }


def _layers(index: int, line: Line, colour: str, x: Spec, y: Spec, *, is_area: bool) -> list[Spec]:
    mine = [{"filter": f"datum.series === {index}"}]
    silent: Spec = {"aria": False, "interpolate": "monotone"}
    layers: list[Spec] = []
    if line.bounds:
        band = {**silent, "type": "area", "fill": colour, "fillOpacity": 0.13}
        low, high = {**y, "field": "low"}, {"field": "high"}
        layers.append({"transform": mine, "mark": band, "encoding": {"x": x, "y": low, "y2": high}})
    if is_area:
        fill = {**silent, "type": "area", "fill": colour, "fillOpacity": 0.1}
        layers.append({"transform": mine, "mark": fill, "encoding": {"x": x, "y": y}})
    stroke = {**silent, "type": "line", "stroke": colour, "strokeWidth": 1.6 if line.dashed else 2.2}
    if line.dashed:
        stroke["strokeDash"] = [4, 4]
    layers.append({"transform": mine, "mark": stroke, "encoding": {"x": x, "y": y}})
    if not line.dashed and len(line.points) <= 40:
        dot = {"type": "point", "filled": True, "fill": colour, "size": 26, "opacity": 1, "aria": False}
        layers.append({"transform": mine, "mark": dot, "encoding": {"x": x, "y": y}})
    return layers
