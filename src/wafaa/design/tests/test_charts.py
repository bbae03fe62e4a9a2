import json
import re
from datetime import date

import pytest

from wafaa.design import charts

MONTHS = [date(2010, 12, 1), date(2011, 1, 1), date(2011, 2, 1)]
AR = charts.Reading(language="ar", unit="count")
AR_RATE = charts.Reading(language="ar", unit="rate")
EN = charts.Reading(language="en", unit="count")


def sentences(spec) -> list[str]:
    return re.findall(r'"say": "([^"]*)"', json.dumps(spec, ensure_ascii=False))


def line(reading, **changes):
    points = list(zip(MONTHS, [885, 324, None], strict=True))
    return charts.line_chart(
        [charts.Line(label="العملاء", points=points)], reading=reading, title="العملاء", **changes
    )


def test_every_period_has_a_sentence_in_the_language_of_the_reader():
    assert sentences(line(AR).wide) == [
        "ديسمبر 2010: العملاء 885",
        "يناير 2011: العملاء 324",
        "فبراير 2011: العملاء –",
    ]
    assert sentences(line(EN).wide)[0] == "December 2010: العملاء 885"


def test_arabic_time_runs_from_right_to_left_and_amounts_stand_right():
    for reading, is_reversed, side in ((AR, True, "right"), (EN, False, "left")):
        encoding = line(reading).wide["layer"][1]["encoding"]
        assert encoding["x"]["scale"]["reverse"] is is_reversed
        assert encoding["y"]["axis"]["orient"] == side


def test_money_is_drawn_in_units_and_told_with_its_currency():
    reading = charts.Reading(language="en", unit="money", currency="KWD")
    chart = charts.horizontal_bars([charts.Bar(label="UK", value=1_234_500)], reading=reading, title="Gross")
    (row,) = chart.wide["data"]["values"]
    assert (row["value"], row["say"]) == (1234.5, "UK: KWD\u00a01,234.500")


def test_long_series_name_the_year_where_it_begins_and_few_months_between():
    months = [date(2020 + index // 12, index % 12 + 1, 1) for index in range(36)]
    chart = charts.line_chart(
        [charts.Line(label="x", points=[(month, 1) for month in months])], reading=EN, title="x"
    )
    labels = chart.wide["layer"][0]["encoding"]["x"]["axis"]["labelExpr"]
    assert re.findall(r"': '\u2068(.*?)\u2069'", labels) == [
        label for year in (2020, 2021, 2022) for label in (str(year), "May", "Sep")
    ]


def test_a_legend_stands_only_where_there_are_several_series():
    two = charts.stacked_columns(
        [charts.Stack(label="عائدون", values=[1, 2, 3]), charts.Stack(label="جدد", values=[3, 2, 1])],
        MONTHS,
        reading=AR,
        title="العملاء",
    )
    assert [entry.label for entry in two.legend] == ["عائدون", "جدد"]
    assert line(AR).legend == ()


def test_heat_starts_at_nothing_and_the_base_column_is_not_shaded():
    rows = [charts.GridRow(label="ديسمبر 2010", values=[1.0, 0.4, 0.0])]
    chart = charts.heat_map(
        rows, ["0", "1", "2"], reading=charts.Reading(language="ar", unit="rate"), title="أفواج"
    )
    fills = [cell["fill"] for cell in chart.wide["data"]["values"]]
    assert fills == ["#f2f0eb", "#0b5447", "#eef4f1"]
    assert sentences(chart.wide)[1] == "ديسمبر 2010, 1: \u206840.0%\u2069"


def test_a_heat_map_tells_its_scale_and_writes_numbers_where_they_fit():
    rows = [charts.GridRow(label="ديسمبر 2010", values=[1.0, *([0.62] * 24)])]
    chart = charts.heat_map(rows, [str(n) for n in range(25)], reading=AR_RATE, title="أفواج")
    written = [layer["mark"]["type"] for layer in chart.wide["layer"]]

    assert written == ["rect", "text"]
    assert [layer["mark"]["type"] for layer in chart.narrow["layer"]] == ["rect"]
    assert chart.scale == ("0%", "\u206862.0%\u2069")
    html = charts.render_chart(chart, "ar")
    assert html.count('<path d="M0 0h22v10H0z"') == 7
    assert "<bdi>0%</bdi>" in html


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_kind_of_chart_draws_even_without_any_data(language):
    reading = charts.Reading(language=language)
    empty = [
        charts.line_chart([], reading=reading, title="t"),
        charts.stacked_columns([], [], reading=reading, title="t"),
        charts.horizontal_bars([], reading=reading, title="t"),
        charts.histogram([], reading=reading, title="t"),
        charts.heat_map([], [], reading=reading, title="t"),
        charts.rfm_grid({}, language=language, title="t", recency_labels="12345", frequency_labels="12345"),
        charts.pareto_curve([], language=language, title="t"),
    ]
    for chart in empty:
        assert charts.render_chart(chart, language).count("<svg") == 2
    assert charts.sparkline([None, 1], language=language, label="t") == ""


def test_the_drawing_has_a_name_its_own_ids_and_no_english_of_its_own():
    html = charts.render_chart(line(AR, summary="يرتفع <قليلًا>"), "ar")

    assert html.count('role="graphics-document"') == 2
    assert "<desc" in html
    assert "يرتفع &lt;قليلًا&gt;" in html
    assert "aria-roledescription" not in html
    assert 'aria-label="يناير 2011: العملاء 324"' in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for label in re.findall(r'aria-label="([^"]*)"', html):
        assert not re.search(r"[A-Za-z]", label)


def test_words_from_data_cannot_break_out_of_the_drawing():
    nasty = "</svg><script>alert(1)</script>' + bad"
    chart = charts.horizontal_bars([charts.Bar(label=nasty, value=3)], reading=EN, title=nasty)
    assert "<script>" not in charts.render_chart(chart, "en")
    heads = charts.heat_map([charts.GridRow(label=nasty, values=[1, 2])], [nasty, "b"], reading=EN, title="t")
    assert "<script>" not in charts.render_chart(heads, "en")
