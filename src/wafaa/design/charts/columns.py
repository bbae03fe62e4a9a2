"""Columns: stacked over time, and histograms with rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wafaa.design import formats
from wafaa.design.charts.reading import Grain, Reading, Value, tick_labels
from wafaa.design.charts.theme import (
    INK,
    RULE,
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
from wafaa.kit.text import isolate

# Of one line of words on a histogram's rules.
WORD_HEIGHT = 18


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One layer of the columns: a value per period, in the order of `periods`."""

    label: str
    values: Sequence[Value]


def stacked_columns(
    stacks: Sequence[Stack],
    periods: Sequence[date],
    *,
    reading: Reading,
    title: str,
    grain: Grain = "month",
    summary: str = "",
    width: int = WIDE,
    height: int = 260,
) -> Chart:
    """What each period is made of, the first stack at the bottom: returning and new customers, say."""
    rows = []
    for index, stack in enumerate(stacks):
        for start, value in zip(periods, stack.values, strict=True):
            sentence = f"{reading.say_period(start, grain)}: {stack.label} {reading.say(value)}"
            rows.append({"x": start.isoformat(), "y": reading.plot(value), "stack": index, "say": sentence})

    def draw(at_width: int) -> Spec:
        labels = tick_labels(periods, grain, reading, most=max(3, at_width // 75))
        encoding = {
            "x": {
                "field": "x",
                "type": "ordinal",
                "axis": label_axis(labels),
                "scale": {
                    "domain": [day.isoformat() for day in periods],
                    "reverse": reading.is_rtl,
                    "paddingInner": 0.28,
                },
            },
            "y": {"field": "y", "type": "quantitative", "stack": "zero", "axis": value_axis(reading)},
            "fill": {
                "field": "stack",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": list(range(len(stacks))), "range": list(SERIES[: len(stacks)])},
            },
            "order": {"field": "stack"},
            "description": {"field": "say"},
        }
        layer = {"mark": {"type": "bar", "aria": True}, "encoding": encoding}
        return frame(width=at_width, height=height, layers=[layer], values=rows)

    legend = [LegendEntry(label=stack.label, colour=SERIES[index]) for index, stack in enumerate(stacks)]
    return build_chart(draw, title=title, summary=summary, width=width, legend=legend)


def histogram(
    bins: Sequence[tuple[float, float, int]],
    *,
    reading: Reading,
    title: str,
    rules: Sequence[tuple[float, str]] = (),
    count_label: str = "",
    summary: str = "",
    width: int = WIDE,
    height: int = 240,
) -> Chart:
    """How often values of `reading.unit` fall into (from, to) bins; `rules` are upright lines with a word each.

    For instance the quartiles of the days between orders: `rules=[(28, "الوسيط 28 يومًا")]`.
    """
    counts = Reading(language=reading.language, unit="count")
    rows = []
    for low, high, count in bins:
        if reading.unit in {"days", "count"} and high - low == 1:
            span = reading.say(low)
        else:
            span = f"{formats.format_number(low)}–{reading.say(high)}"
        how_many = f"{counts.say(count)} {count_label}".strip()
        rows.append({"low": low, "high": high, "count": count, "say": f"{span}: {how_many}"})
    ends = [low for low, _, _ in bins] + [high for _, high, _ in bins] or [0, 1]
    # each rule begins a line of text below the one before, so that no word is crossed
    rule_rows = [
        {"at": at, "word": isolate(word), "say": word, "top": index * WORD_HEIGHT}
        for index, (at, word) in enumerate(rules)
    ]

    def draw(at_width: int) -> Spec:
        scale = {"domain": [min(ends), max(ends)], "reverse": reading.is_rtl, "nice": False, "zero": False}
        x: Spec = {
            "field": "low",
            "type": "quantitative",
            "scale": scale,
            "axis": {"tickCount": max(3, at_width // 90), "labelExpr": reading.axis_labels()},
        }
        y: Spec = {
            "field": "count",
            "type": "quantitative",
            "axis": value_axis(counts),
            "scale": {"range": [{"expr": "height"}, len(rules) * WORD_HEIGHT + 4]},
        }
        bar: Spec = {
            "mark": {
                "type": "rect",
                "fill": SERIES[0],
                "aria": True,
                "x2Offset": -1 if not reading.is_rtl else 1,
            },
            "encoding": {
                "x": x,
                "x2": {"field": "high"},
                "y": y,
                "y2": {"datum": 0},
                "description": {"field": "say"},
            },
        }
        return frame(width=at_width, height=height, layers=[bar, *_rules(rule_rows, x, reading)], values=rows)

    return build_chart(draw, title=title, summary=summary, width=width)


def _rules(rows: Sequence[Spec], x: Spec, reading: Reading) -> list[Spec]:
    """Upright lines with a word at the top of each."""
    if not rows:
        return []
    at = {**x, "field": "at"}
    top: Spec = {"field": "top", "type": "quantitative", "scale": None}
    word = {
        "type": "text",
        "aria": False,
        "align": "right" if reading.is_rtl else "left",
        "dx": -6 if reading.is_rtl else 6,
        "baseline": "top",
        "color": INK,
    }
    return [
        {
            "data": {"values": list(rows)},
            "mark": {"type": "rule", "stroke": RULE, "strokeWidth": 1.3, "aria": True},
            "encoding": {"x": at, "y": top, "y2": {"value": "height"}, "description": {"field": "say"}},
        },
        {
            "data": {"values": list(rows)},
            "mark": word,
            "encoding": {"x": at, "y": top, "text": {"field": "word"}},
        },
    ]
