"""Grids of shaded cells: cohorts by month, recency against frequency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wafaa.design.charts.reading import Reading, Value
from wafaa.design.charts.theme import (
    DARK_TEXT,
    EMPTY,
    HALF,
    HEAT,
    LIGHT_TEXT,
    WIDE,
    Chart,
    Spec,
    build_chart,
    frame,
    label_axis,
)
from wafaa.kit.text import isolate

# A cell narrower than its number at this many pixels per character, and some air, stays bare.
CHARACTER_WIDTH, AIR = 6, 6
# Below this width the numbers are set smaller.
ROOMY = 38


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """One row of a heat map: values from the first column on, shorter rows leave the rest empty."""

    label: str
    values: Sequence[Value]
    notes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """`weight` shades the cell, `text` stands in it, `note` is its sentence."""

    weight: float
    text: str
    note: str


def heat_map(
    rows: Sequence[GridRow],
    columns: Sequence[str],
    *,
    reading: Reading,
    title: str,
    summary: str = "",
    first_is_base: bool = True,
    width: int = WIDE,
    row_height: int = 30,
) -> Chart:
    """Cohorts: a row each, `columns` are the months since. With `first_is_base` column 0 (the whole) is not shaded.

    The shades run from 0 to the largest value of the shaded cells.
    """
    shaded = [value for row in rows for value in row.values[1 if first_is_base else 0 :] if value is not None]
    top = max(shaded, default=0) or 1
    cells = []
    for index, row in enumerate(rows):
        for place, value in enumerate(row.values):
            if value is None:
                continue
            is_base = first_is_base and place == 0
            fill, ink = (EMPTY, DARK_TEXT) if is_base else _shade(value / top)
            note = row.notes[place] if row.notes else f"{row.label}, {columns[place]}: {reading.say(value)}"
            cells.append(
                {
                    "row": str(index),
                    "column": str(place),
                    "fill": fill,
                    "ink": ink,
                    "word": _short(reading, value),
                    "say": note,
                }
            )
    names = {str(index): isolate(row.label) for index, row in enumerate(rows)}
    heads = {str(place): isolate(name) for place, name in enumerate(columns)}

    def draw(at_width: int) -> Spec:
        height = row_height * max(len(rows), 1) + 30
        return _grid(cells, names, heads, reading=reading, width=at_width, height=height)

    ends = ("0%" if reading.unit == "rate" else "0", reading.say(top)) if shaded else None
    return build_chart(draw, title=title, summary=summary, width=width, scale=ends)


def rfm_grid(
    cells: Mapping[tuple[int, int], GridCell],
    *,
    language: str,
    title: str,
    recency_labels: Sequence[str],
    frequency_labels: Sequence[str],
    summary: str = "",
    width: int = HALF,
    height: int = 300,
) -> Chart:
    """(recency score, frequency score) -> cell, scores 1 to 5; the most frequent stand on top, the most recent at the end.

    Labels are given from score 1 to 5.
    """
    reading = Reading(language=language)
    top = max((cell.weight for cell in cells.values()), default=0) or 1
    rows = []
    for (recency, frequency), cell in cells.items():
        fill, ink = _shade(cell.weight / top)
        rows.append(
            {
                "row": str(5 - frequency),
                "column": str(recency - 1),
                "fill": fill,
                "ink": ink,
                "word": cell.text,
                "say": cell.note,
            }
        )
    names = {str(5 - score): isolate(frequency_labels[score - 1]) for score in range(5, 0, -1)}
    heads = {str(score - 1): isolate(recency_labels[score - 1]) for score in range(1, 6)}

    def draw(at_width: int) -> Spec:
        return _grid(rows, names, heads, reading=reading, width=at_width, height=height)

    return build_chart(draw, title=title, summary=summary, width=width)


def _grid(
    cells: Sequence[Spec],
    names: dict[str, str],
    heads: dict[str, str],
    *,
    reading: Reading,
    width: int,
    height: int,
) -> Spec:
    x: Spec = {
        "field": "column",
        "type": "ordinal",
        "sort": None,
        "scale": {"domain": list(heads), "reverse": reading.is_rtl, "padding": 0.04},
        "axis": label_axis(_thinned(heads, width), orient="top"),
    }
    y: Spec = {
        "field": "row",
        "type": "ordinal",
        "sort": None,
        "scale": {"domain": list(names), "padding": 0.06},
        "axis": label_axis(names, orient="right" if reading.is_rtl else "left"),
    }
    layers: list[Spec] = [
        {
            "mark": {"type": "rect", "aria": True, "cornerRadius": 2},
            "encoding": {
                "x": x,
                "y": y,
                "fill": {"field": "fill", "type": "nominal", "scale": None},
                "description": {"field": "say"},
            },
        }
    ]
    room = (width - 110) / max(len(heads), 1)
    if room >= max((len(cell["word"]) for cell in cells), default=0) * CHARACTER_WIDTH + AIR:
        layers.append(
            {
                "mark": {"type": "text", "aria": False, "fontSize": 11 if room >= ROOMY else 10},
                "encoding": {
                    "x": x,
                    "y": y,
                    "text": {"field": "word"},
                    "fill": {"field": "ink", "type": "nominal", "scale": None},
                },
            }
        )
    return frame(width=width, height=height, layers=layers, values=cells)


def _thinned(heads: dict[str, str], width: int) -> dict[str, str]:
    """Every label while there is room, else every second, third ..."""
    longest = max((len(text) for text in heads.values()), default=1)
    most = max(1, (width - 110) // ((longest - 2) * 7 + 6))  # two characters only isolate
    step = -(-len(heads) // most) if heads else 1
    return {key: text for place, (key, text) in enumerate(heads.items()) if place % step == 0}


def _shade(share: float) -> tuple[str, str]:
    """Fill and text colour for 0 to 1."""
    step = min(int(max(share, 0) * len(HEAT)), len(HEAT) - 1)
    return HEAT[step], LIGHT_TEXT if step >= len(HEAT) - 2 else DARK_TEXT


def _short(reading: Reading, value: float) -> str:
    if reading.unit == "rate":
        return f"{value * 100:.0f}%"
    return f"{reading.plot(value):,.0f}"
