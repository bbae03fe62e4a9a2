"""From specification to SVG: vl-convert draws in the analyst, this puts names and classes on what it drew."""

import hashlib
import re
from base64 import b64decode, b64encode
from functools import lru_cache
from typing import Any

import msgspec
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from wafaa.design.charts.theme import HEAT, Chart, LegendEntry
from wafaa.kit import remote

# Roles described in English by Vega, and its fonts and fixed size: the page has its own.
_UNWANTED = re.compile(r' (?:aria-roledescription|font-family)="[^"]*"')
_ROOT = re.compile(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>')
_ID = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')
# Charts of one page view differ in width only; some hundred pages' worth stay drawn.
DRAWN_MAX = 512
# Sharp on dense screens, also where a mail shows the picture a third wider than it is drawn.
PNG_SCALE = 2.5


def render_chart(chart: Chart, language: str) -> SafeString:
    """Legend, SVG and scale as safe HTML, in a `<div class="chart">`; raises what kit.remote raises.

    The language is already in the chart's words; it sets `lang` on them.
    """
    drawn: list[str] = remote.call("charts.render", [chart.wide, chart.narrow])
    key = hashlib.blake2s(msgspec.json.encode([chart.wide, chart.title]), digest_size=4).hexdigest()
    pictures = [
        _dress(svg, chart, name=f"c{key}{suffix}", css_class=css_class)
        for svg, suffix, css_class in zip(drawn, ("w", "n"), ("wide", "narrow"), strict=True)
    ]
    return format_html(
        '<div class="chart" lang="{}">{}{}{}{}</div>',
        language,
        _legend(chart.legend),
        *(SafeString(svg) for svg in pictures),
        _scale(chart.scale),
    )


def draw_specs(specs: list[dict[str, Any]]) -> list[str]:
    """The analyst's part: one bare SVG per specification."""
    return [_draw(msgspec.json.encode(spec)) for spec in specs]


def render_png(chart: Chart) -> bytes:
    """The narrow picture without its legend, on white, for mails, which are read on phones; raises what kit.remote raises."""
    return b64decode(remote.call("charts.render_png", chart.narrow))


def draw_png(spec: dict[str, Any]) -> str:
    """The analyst's part: the picture in base64."""
    import vl_convert

    drawn = vl_convert.vegalite_to_png({**spec, "background": "white"}, scale=PNG_SCALE, show_warnings=False)
    return b64encode(drawn).decode()


@lru_cache(maxsize=DRAWN_MAX)
def _draw(spec: bytes) -> str:
    import vl_convert  # 60 MB that web processes never need

    return str(vl_convert.vegalite_to_svg(msgspec.json.decode(spec), show_warnings=False))


def _dress(svg: str, chart: Chart, *, name: str, css_class: str) -> str:
    """Own ids (many charts stand on one page), an accessible name, and no size but the view box."""
    named = _ID.sub(lambda found: f"{found[1]}{name}-{found[2]}", _UNWANTED.sub("", svg))
    words = f'<title id="{name}-t">{escape(chart.title)}</title>'
    label = f"{name}-t"
    if chart.summary:
        words += f'<desc id="{name}-d">{escape(chart.summary)}</desc>'
    described = f' aria-describedby="{name}-d"' if chart.summary else ""

    def root(found: re.Match[str]) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{css_class}" viewBox="{found[1]}" role="graphics-document"'
            f' aria-labelledby="{label}"{described}>{words}'
        )

    return _ROOT.sub(root, named, count=1)


def _legend(entries: tuple[LegendEntry, ...]) -> SafeString:
    if not entries:
        return SafeString("")
    rows = (("4 3" if entry.dashed else "none", entry.colour, entry.label) for entry in entries)
    items = format_html_join(
        "",
        '<li><svg viewBox="0 0 18 8" aria-hidden="true"><path d="M1 4h16" stroke-width="3" stroke-dasharray="{}"'
        ' stroke="{}"/></svg><bdi>{}</bdi></li>',
        rows,
    )
    return format_html('<ul class="legend">{}</ul>', items)


def _scale(ends: tuple[str, str] | None) -> SafeString:
    """The shades from the palest to the fullest, between what they stand for."""
    if ends is None:
        return SafeString("")
    boxes = format_html_join(
        "", '<svg viewBox="0 0 22 10"><path d="M0 0h22v10H0z" fill="{}"/></svg>', ((shade,) for shade in HEAT)
    )
    return format_html(
        '<p class="scale"><bdi>{}</bdi><span aria-hidden="true">{}</span><bdi>{}</bdi></p>',
        ends[0],
        boxes,
        ends[1],
    )


remote.register("charts.render", draw_specs)
remote.register("charts.render_png", draw_png)
