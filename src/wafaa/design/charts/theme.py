"""What all charts have in common: sizes, colours, axes, and the frame of a specification.

The colours are the light ones of design.css, which exchanges them by their hex values in the dark.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wafaa.design.charts.reading import Reading, quote

Spec = dict[str, Any]

SERIES = ("#0f6b5c", "#d07a1f", "#4468a8", "#9c4d74", "#7d7f3a")
COMPARISON = "#8c8f91"
GRID = "#e7e4dd"
LABEL = "#565c5b"
INK = "#1c1f1f"
HALO = "#ffffff"  # the ground of a card, around words that cross a line
RULE = "#b3261e"
EMPTY = "#f2f0eb"
# One hue from pale to full; marks on the last three carry light text.
HEAT = ("#eef4f1", "#d5e8e2", "#aed4c9", "#7fbaaa", "#4b9b88", "#1f7c6a", "#0b5447")
LIGHT_TEXT, DARK_TEXT = "#fefefe", "#1d2020"

# A full-width card shows WIDE about at its own size; a phone of 360 px shows NARROW so.
WIDE, HALF, NARROW = 880, 440, 330
FONT = "Noto Sans, Noto Sans Arabic, sans-serif"


@dataclass(frozen=True, kw_only=True)
class LegendEntry:
    label: str
    colour: str
    dashed: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Two specifications of one picture, what it is called, and what it says in one sentence."""

    wide: Spec
    narrow: Spec
    title: str
    summary: str = ""
    legend: tuple[LegendEntry, ...] = field(default=())
    scale: tuple[str, str] | None = None  # what the palest and the fullest shade of a heat map stand for


def build_chart(
    draw: Callable[[int], Spec],
    *,
    title: str,
    summary: str,
    width: int,
    legend: Sequence[LegendEntry] = (),
    scale: tuple[str, str] | None = None,
) -> Chart:
    """Draws for both widths; a legend of one entry would say nothing."""
    return Chart(
        wide=draw(width),
        narrow=draw(NARROW),
        title=title,
        summary=summary,
        legend=tuple(legend) if len(legend) > 1 else (),
        scale=scale,
    )


def frame(*, width: int, height: int, layers: Sequence[Spec], values: Sequence[Spec]) -> Spec:
    """A specification with the house's quiet look; layers may bring data of their own."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 2,
        "background": None,
        "data": {"values": list(values)},
        "layer": list(layers),
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "aria": False,
                "domain": False,
                "ticks": False,
                "title": None,
                "grid": False,
                "gridColor": GRID,
                "labelColor": LABEL,
                "labelFontSize": 12,
                "labelPadding": 8,
                "labelLimit": 190,
            },
            "text": {"fontSize": 12, "color": INK},
        },
    }


def value_axis(reading: Reading, *, ticks: int = 4) -> Spec:
    """The y axis of amounts: few lines, no rule, on the side where reading starts."""
    return {
        "orient": "right" if reading.is_rtl else "left",
        "grid": True,
        "tickCount": ticks,
        "labelExpr": reading.axis_labels(),
    }


def label_axis(labels: dict[str, str], *, orient: str = "bottom") -> Spec:
    """An axis whose labels are given: domain value -> text."""
    pairs = ", ".join(f"{quote(value)}: {quote(text)}" for value, text in labels.items())
    return {
        "orient": orient,
        "values": list(labels),
        "labelExpr": f"({{{pairs}}})[datum.value]",
        "labelOverlap": False,
        "labelAngle": 0,
    }
