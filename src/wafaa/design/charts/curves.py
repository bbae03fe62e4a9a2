"""The Pareto curve: which share of customers makes which share of the money."""

from collections.abc import Sequence
from dataclasses import dataclass

from wafaa.design.charts.reading import Reading
from wafaa.design.charts.theme import (
    COMPARISON,
    HALO,
    INK,
    SERIES,
    WIDE,
    Chart,
    Spec,
    build_chart,
    frame,
    value_axis,
)
from wafaa.kit.text import isolate


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A point of the curve worth naming, with its words: `74.6% من أعلى 20%`."""

    x: float
    y: float
    label: str


def pareto_curve(
    points: Sequence[tuple[float, float]],
    *,
    language: str,
    title: str,
    marks: Sequence[Mark] = (),
    point_note: str = "%(x)s → %(y)s",
    summary: str = "",
    width: int = WIDE,
    height: int = 300,
) -> Chart:
    """(share of customers, share of money), richest first, both 0 to 1, against the line of equality.

    `point_note` is the sentence of a point with %(x)s and %(y)s as per cent.
    """
    reading = Reading(language=language, unit="rate")
    rows = [
        {"x": x, "y": y, "say": point_note % {"x": reading.say(x), "y": reading.say(y)}} for x, y in points
    ]
    named = [{"x": mark.x, "y": mark.y, "word": isolate(mark.label), "say": mark.label} for mark in marks]

    def draw(at_width: int) -> Spec:
        percent = {"labelExpr": "format(datum.value, '~%')", "tickCount": 5}
        x: Spec = {
            "field": "x",
            "type": "quantitative",
            "scale": {"domain": [0, 1], "reverse": reading.is_rtl},
            "axis": percent,
        }
        y: Spec = {
            "field": "y",
            "type": "quantitative",
            "scale": {"domain": [0, 1]},
            "axis": value_axis(reading),
        }
        layers: list[Spec] = [
            {
                "mark": {"type": "area", "fill": SERIES[0], "fillOpacity": 0.1, "aria": False},
                "encoding": {"x": x, "y": y},
            },
            {
                "data": {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]},
                "mark": {
                    "type": "line",
                    "stroke": COMPARISON,
                    "strokeDash": [4, 4],
                    "strokeWidth": 1.3,
                    "aria": False,
                },
                "encoding": {"x": x, "y": y},
            },
            {
                "mark": {"type": "line", "stroke": SERIES[0], "strokeWidth": 2.4, "aria": False},
                "encoding": {"x": x, "y": y},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 160, "opacity": 0, "aria": True},
                "encoding": {"x": x, "y": y, "description": {"field": "say"}},
            },
        ]
        return frame(
            width=at_width, height=height, layers=[*layers, *_named(named, x, y, reading)], values=rows
        )

    return build_chart(draw, title=title, summary=summary, width=width)


def _named(rows: Sequence[Spec], x: Spec, y: Spec, reading: Reading) -> list[Spec]:
    """Dots with their words beside them, towards the empty corner under the curve."""
    if not rows:
        return []
    data = {"values": list(rows)}
    word = {
        "type": "text",
        "aria": False,
        "align": "right" if reading.is_rtl else "left",
        "dx": -12 if reading.is_rtl else 12,
        "dy": 12,
        "fontSize": 13,
        "fontWeight": 600,
        "color": INK,
    }
    halo = word | {"stroke": HALO, "strokeWidth": 5, "strokeJoin": "round"}
    return [
        {
            "data": data,
            "mark": {
                "type": "point",
                "filled": True,
                "fill": SERIES[0],
                "size": 90,
                "opacity": 1,
                "aria": True,
            },
            "encoding": {"x": x, "y": y, "description": {"field": "say"}},
        },
        {"data": data, "mark": halo, "encoding": {"x": x, "y": y, "text": {"field": "word"}}},
        {"data": data, "mark": word, "encoding": {"x": x, "y": y, "text": {"field": "word"}}},
    ]
