"""The report as one HTML file: everything inside it, no address to fetch from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from wafaa import __version__
from wafaa.kit import clock
from wafaa.show import words
from wafaa.show.report.figures import list_cards, list_definitions
from wafaa.show.report.headline import write_evidence, write_headline
from wafaa.show.report.rules import Figures, LeftOut, Problem, Table
from wafaa.show.report.sections import build_sections


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a report is made of; `problems` are the first bad rows, reasons in the report's language."""

    source: str
    language: str
    figures: Figures
    left_out: Sequence[LeftOut]
    problems: Sequence[Problem]
    seconds: float


def render_report(material: Material) -> str:
    """The whole file, in the material's language."""
    figures = material.figures
    with override(material.language):
        context = {
            "language": material.language,
            "source": material.source,
            "version": __version__,
            "headline": write_headline(figures),
            "evidence": write_evidence(figures),
            "first_day": words.day(figures.period.start),
            "last_day": words.day(figures.period.end - timedelta(days=1)),
            "as_of": words.day(figures.question.as_of - timedelta(days=1)),
            "currency": figures.question.currency,
            "lapse_window_days": figures.question.lapse_window_days,
            "cards": list_cards(figures),
            "sections": list(build_sections(figures)),
            "left_out": _list_left_out(material.left_out),
            "problems": _list_problems(material.problems),
            "definitions": list_definitions(),
            "made_on": words.day(clock.now().date()),
            "seconds": material.seconds,
            "design_css": _read("wafaa.design", "static", "design", "design.css"),
            "report_css": _read("wafaa.show.report", "templates", "report", "report.css"),
            "report_js": _read("wafaa.show.report", "templates", "report", "report.js"),
            "mark": _read("wafaa.design", "static", "design", "mark.svg"),
        }
        return render_to_string("report/report.html", context)


def _list_left_out(left_out: Sequence[LeftOut]) -> Table:
    return Table(
        caption=_("What was left out"),
        head=[_("Left out"), _("How many"), _("Why")],
        rows=[[item.label, words.number(item.count), item.note] for item in left_out],
        text_columns=frozenset({2}),
    )


def _list_problems(problems: Sequence[Problem]) -> Table:
    return Table(
        caption=_("Lines that could not be read"),
        head=[_("Line"), _("Column"), _("Value"), _("Reason")],
        rows=[
            [
                words.number(problem.line),
                words.name(problem.column),
                words.name(problem.value),
                problem.reason,
            ]
            for problem in problems
        ],
        text_columns=frozenset({1, 2, 3}),
    )


def _read(package: str, *path: str) -> str:
    return files(package).joinpath(*path).read_text(encoding="utf-8")
