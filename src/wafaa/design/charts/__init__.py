"""Charts: pure builders of Vega-Lite specifications, and `render_chart`, which draws them as SVG in the analyst.

    from wafaa.design import charts

    reading = charts.Reading(language="ar", unit="money", currency="SAR")
    chart = charts.line_chart(
        [charts.Line(label="الإجمالي", points=[(date(2011, 1, 1), 123_45), ...])], reading=reading, grain="month",
        title="الإجمالي شهريًا",
    )
    html = charts.render_chart(chart, "ar")      # safe HTML: legend and SVG, for {{ chart }} in a template

Values come as the measures give them: money in minor units, rates from 0 to 1, None where there is nothing to show. In
Arabic the x axis runs right to left and the y axis stands right. Every mark says a sentence in the reader's language,
which is its tooltip and what a screen reader says. Each chart is drawn twice, wide and narrow, and CSS shows the one
that fits.
"""

from wafaa.design.charts.bars import Bar, horizontal_bars
from wafaa.design.charts.columns import Stack, histogram, stacked_columns
from wafaa.design.charts.curves import Mark, pareto_curve
from wafaa.design.charts.grids import GridCell, GridRow, heat_map, rfm_grid
from wafaa.design.charts.lines import Line, line_chart
from wafaa.design.charts.reading import Grain, Reading, Unit
from wafaa.design.charts.render import render_chart, render_png
from wafaa.design.charts.sparkline import sparkline
from wafaa.design.charts.theme import Chart

__all__ = [
    "Bar",
    "Chart",
    "Grain",
    "GridCell",
    "GridRow",
    "Line",
    "Mark",
    "Reading",
    "Stack",
    "Unit",
    "heat_map",
    "histogram",
    "horizontal_bars",
    "line_chart",
    "pareto_curve",
    "render_chart",
    "render_png",
    "rfm_grid",
    "sparkline",
    "stacked_columns",
]
