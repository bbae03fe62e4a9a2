"""Horizontal bars: one row per thing, largest first as given."""

from collections.abc import Sequence
from dataclasses import dataclass

from wafaa.design.charts.reading import Reading, Value
from wafaa.design.charts.theme import (
    COMPARISON,
    INK,
    SERIES,
    WIDE,
    Chart,
    Spec,
    build_chart,
    frame,
    label_axis,
)
from wafaa.kit.text import isolate

ROW_HEIGHT = 34


@dataclass(frozen=True, kw_only=True)
class Bar:
    """`note` replaces the sentence; `is_quiet` draws the bar in grey (the rest, unknown)."""

    label: str
    value: Value
    note: str = ""
    is_quiet: bool = False


def horizontal_bars(
    bars: Sequence[Bar],
    *,
    reading: Reading,
    title: str,
    summary: str = "",
    width: int = WIDE,
) -> Chart:
    """Each bar with its name where reading starts and its value at its end; no value axis is needed."""
    rows: list[Spec] = [
        {
            "row": str(index),
            "value": reading.plot(bar.value) or 0,
            "word": isolate(reading.say(bar.value)),
            "fill": COMPARISON if bar.is_quiet else SERIES[0],
            "say": bar.note or f"{bar.label}: {reading.say(bar.value)}",
        }
        for index, bar in enumerate(bars)
    ]
    largest = max((row["value"] for row in rows), default=0) or 1

    def draw(at_width: int) -> Spec:
        # room for the number behind the longest bar
        scale = {
            "domain": [0, largest * (1.2 if at_width > 500 else 1.55)],
            "reverse": reading.is_rtl,
            "nice": False,
        }
        names = label_axis(
            {str(index): isolate(bar.label) for index, bar in enumerate(bars)},
            orient="right" if reading.is_rtl else "left",
        )
        names["labelLimit"] = 220 if at_width > 500 else 120
        x: Spec = {"field": "value", "type": "quantitative", "axis": None, "scale": scale}
        y: Spec = {
            "field": "row",
            "type": "ordinal",
            "sort": None,
            "axis": names,
            "scale": {"domain": [row["row"] for row in rows], "paddingInner": 0.38, "paddingOuter": 0.1},
        }
        bar: Spec = {
            "mark": {"type": "bar", "aria": True, "cornerRadius": 2},
            "encoding": {
                "x": x,
                "y": y,
                "fill": {"field": "fill", "type": "nominal", "scale": None},
                "description": {"field": "say"},
            },
        }
        word: Spec = {
            "mark": {
                "type": "text",
                "aria": False,
                "align": "right" if reading.is_rtl else "left",
                "dx": -7 if reading.is_rtl else 7,
                "color": INK,
            },
            "encoding": {"x": x, "y": y, "text": {"field": "word"}},
        }
        return frame(width=at_width, height=ROW_HEIGHT * max(len(bars), 1), layers=[bar, word], values=rows)

    return build_chart(draw, title=title, summary=summary, width=width)
