"""Cohorts: who came first in which month, and how many of them order again month after month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.money import from_minor
from wafaa.kit.tables import Cell, answer_table
from wafaa.learn.measures.queries import get_cohorts
from wafaa.learn.measures.rules import Cohort
from wafaa.show.console import pictures
from wafaa.show.console.asking import ask
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import frame_context, receipt_context, render_empty
from wafaa.show.console.words.measures import PAGES
from wafaa.show.words import money, number, percent

SHOWS = {
    "share": gettext_lazy("Shares"),
    "count": gettext_lazy("Customers"),
    "money": gettext_lazy("Money"),
}


@dataclass(frozen=True, kw_only=True)
class CohortRow:
    month: date
    customers: int
    cells: Sequence[str]


@requires(Capability.SEE_FIGURES)
@require_GET
@waits_for_figures
def cohorts(request: StaffRequest) -> HttpResponse:
    asked = ask(request)
    if asked is None:
        return render_empty(request)
    show = read_show(request)
    answer = get_cohorts(asked.of_all_time())
    currency = asked.business.currency
    context = {
        **frame_context(request, asked),
        "words": PAGES["cohorts"],
        "show": show,
        "shows": SHOWS.items(),
        "chart": pictures.draw_cohorts(answer, show, currency) if answer.cohorts else "",
        "rows": [
            CohortRow(
                month=cohort.month, customers=cohort.customers, cells=show_cells(cohort, show, currency)
            )
            for cohort in answer.cohorts
        ],
        "months": range(max((len(cohort.active) for cohort in answer.cohorts), default=0)),
        **receipt_context(answer.receipt),
    }
    return render(request, "console/cohorts.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export_cohorts(request: StaffRequest) -> HttpResponseBase:
    """The shown table: a row per cohort, a column per month since."""
    asked = ask(request)
    if asked is None:
        return render_empty(request)
    show, currency = read_show(request), asked.business.currency
    found = get_cohorts(asked.of_all_time()).cohorts
    width = max((len(cohort.active) for cohort in found), default=0)
    rows = [
        [f"{cohort.month:%Y-%m}", cohort.customers, *pad(raw_cells(cohort, show, currency), width)]
        for cohort in found
    ]
    return answer_table(
        request,
        f"cohorts-{show}",
        ["month", "customers", *(f"month_{index}" for index in range(width))],
        rows,
    )


def read_show(request: StaffRequest) -> str:
    asked = request.GET.get("show", "")
    return asked if asked in SHOWS else "share"


def raw_cells(cohort: Cohort, show: str, currency: str) -> list[Cell]:
    if show == "money":
        return [from_minor(minor, currency) for minor in cohort.gross_minor]
    if show == "share":
        return [count / cohort.customers if cohort.customers else None for count in cohort.active]
    return list(cohort.active)


def show_cells(cohort: Cohort, show: str, currency: str) -> list[str]:
    if show == "money":
        return [money(minor, currency) for minor in cohort.gross_minor]
    if show == "share":
        return [percent(count / cohort.customers if cohort.customers else None) for count in cohort.active]
    return [number(count) for count in cohort.active]


def pad(cells: list[Cell], width: int) -> list[Cell]:
    return cells + [None] * (width - len(cells))
