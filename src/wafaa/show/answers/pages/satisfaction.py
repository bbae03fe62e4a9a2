"""Satisfaction beside loyalty: the three scores over the whole shop, and what people did next."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.money import from_minor
from wafaa.kit.tables import Cell, answer_table
from wafaa.learn.scores.queries import (
    PEOPLE_PER_PAGE,
    get_breakdown,
    get_grid,
    get_satisfaction,
    list_people,
)
from wafaa.learn.scores.rules import CELLS, HEADLINES, By, Grid, Kind, Month, ProductSaid, Satisfaction
from wafaa.listen.surveys.models import Survey
from wafaa.show.answers.asking import Asked, ask
from wafaa.show.answers.labels import BY_WORDS, name_groups
from wafaa.show.answers.pages.groups import read_by, show_breakdown
from wafaa.show.answers.pages.parts import check_sees_answers, find_url, frame_context
from wafaa.show.answers.people import find_customers, show_people
from wafaa.show.answers.pictures import draw_trend
from wafaa.show.answers.showing import show_filters
from wafaa.show.answers.words import (
    CELL_WORDS,
    INTENTION_WORDS,
    SAID_WORDS,
    name_score,
    show_card,
    show_score,
    write_said_and_done,
)
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import receipt_context
from wafaa.show.words import money, number, percent, within_days

PERIOD = "365"
USUAL: By = "touchpoint"
TONES = {
    "satisfied_who_return": "good",
    "satisfied_who_leave": "warn",
    "unhappy_who_stay": "warn",
    "unhappy_who_leave": "bad",
}
PEOPLE_EXPORTED = 100_000


@requires(Capability.SEE_ANSWERS)
@require_GET
@waits_for_figures
def satisfaction(request: StaffRequest) -> HttpResponse:
    asked = ask(request, default=PERIOD)
    currency = asked.business.currency
    answer = get_satisfaction(asked.sieve, currency)
    context: dict[str, object] = {
        **frame_context(request, asked, show_filters(answer.listed, asked)),
        "has_surveys": Survey.objects.exists(),
        "surveys_url": find_url("surveys"),
        "headlines": answer.headlines,
    }
    if answer.headlines:
        kind = choose_kind(request.GET.get("kind", ""), answer)
        by = read_by(request.GET, USUAL)
        breakdown = get_breakdown(asked.sieve, by, kind=kind)
        context |= {
            **show_scores(answer, kind, asked),
            **show_breakdown(breakdown, ()),
            **show_grid(asked, kind),
            "by": by,
            "breakdowns": [(key, label, key == by) for key, label in BY_WORDS.items() if key != "version"],
            "kept_by_groups": [(name, value) for name, value in request.GET.items() if name != "by"],
            "products": show_products(answer.products, currency, asked.chosen.query),
            "comments_url": find_url("comments"),
            "cases_url": find_url("cases"),
            **receipt_context(answer.receipt),
        }
    return render(request, "answers/satisfaction.html", context)


def choose_kind(asked: str, answer: Satisfaction) -> Kind:
    """What the address asks for, else the score with most answers."""
    known = [headline.kind for headline in answer.headlines]
    wanted = next((kind for kind in HEADLINES if kind == asked and kind in known), None)
    return wanted or max(answer.headlines, key=lambda headline: headline.score.n).kind


def show_scores(answer: Satisfaction, kind: Kind, asked: Asked) -> dict[str, object]:
    shown = next(headline for headline in answer.headlines if headline.kind == kind)
    kinds = [headline.kind for headline in answer.headlines]
    return {
        "cards": [
            show_card(headline, url=f"?{asked.query}&kind={headline.kind}#trend")
            for headline in answer.headlines
        ],
        "kind": kind,
        "kinds": [(one, name_score(one), one == kind) for one in kinds],
        "kind_name": name_score(kind),
        "trend": draw_trend(shown.trend, answer.grain, name_score(kind)),
        "changes": [point for point in shown.trend if point.is_change],
        "is_enough": any(headline.score.is_enough for headline in answer.headlines),
        "grain": answer.grain,
        "month_heads": [name_score(one) for one in kinds],
        "months": [show_month(month, kinds, asked.business.currency) for month in reversed(answer.months)],
    }


def show_month(month: Month, kinds: Sequence[Kind], currency: str) -> dict[str, object]:
    """A week or month: its scores beside its sales, and how much of these was given back."""
    return {
        "start": month.start,
        "scores": [show_score(month.scores.get(kind)) for kind in kinds],
        "gross": money(month.gross_minor, currency),
        "returned": percent(month.refunds_minor / month.gross_minor) if month.gross_minor else number(None),
    }


def show_products(products: Sequence[ProductSaid], currency: str, query: str) -> list[dict[str, object]]:
    names = name_groups("product", [str(one.product) for one in products])
    shown: list[dict[str, object]] = []
    for one in products:
        before = one.gross_before_minor
        shown.append(
            {
                "name": names[str(one.product)],
                "url": f"{reverse('satisfaction-product', args=[one.product])}?{query}",
                "score": show_score(one.score),
                "stars": show_score(one.stars),
                "gross": money(one.gross_minor, currency),
                "before": money(before, currency) if before is not None else number(None),
                "returned": percent(one.refunds_minor / one.gross_minor) if one.gross_minor else number(None),
            }
        )
    return shown


def grid_kind(kind: Kind) -> Kind:
    """Ease says nothing of being satisfied."""
    return "csat" if kind == "ces" else kind


def show_grid(asked: Asked, kind: Kind) -> dict[str, object]:
    window = asked.business.lapse_window_days
    grid = get_grid(asked.sieve, grid_kind(kind), window)
    shares = {cell.name: cell.of_row for cell in grid.cells}
    return {
        "grid": grid,
        "grid_name": name_score(grid.kind),
        "window": within_days(window),
        "cells": [
            {
                "name": cell.name,
                "words": CELL_WORDS[cell.name],
                "n": cell.n,
                "share": show_score(cell.of_row),
                "tone": TONES[cell.name],
                "url": f"{reverse('satisfaction-people', args=[cell.name])}?{asked.query}&kind={grid.kind}",
            }
            for cell in grid.cells
        ],
        "grid_words": write_said_and_done(
            grid.difference, shares["satisfied_who_return"], shares["unhappy_who_stay"]
        ),
        "intentions": show_intentions(grid),
    }


def show_intentions(grid: Grid) -> list[dict[str, object]]:
    return [
        {
            "measure": INTENTION_WORDS[one.measure],
            "said": SAID_WORDS[one.said],
            "returned": show_score(one.returned),
        }
        for one in grid.intentions
    ]


@requires(Capability.SEE_ANSWERS)
@require_GET
@waits_for_figures
def people(request: StaffRequest, cell: str) -> HttpResponse:
    """Who lies in a cell of the grid, by name where names may be seen."""
    if cell not in CELLS:
        raise Http404
    asked = ask(request, default=PERIOD)
    kind: Kind = "csat" if request.GET.get("kind") == "csat" else "nps"
    page = request.GET.get("page", "1")
    number_of_page = min(int(page), 10_000) if page.isascii() and page.isdigit() and page != "0" else 1
    window = asked.business.lapse_window_days
    name = next(one for one in CELLS if one == cell)
    found = list_people(asked.sieve, kind, name, window, offset=(number_of_page - 1) * PEOPLE_PER_PAGE)
    context = {
        **frame_context(request, asked, []),
        "words": CELL_WORDS[cell],
        "cell": cell,
        "kind": kind,
        "n": found.n,
        "people": show_people(found.people, request.staff),
        "window": within_days(window),
        "back_url": f"{reverse('satisfaction')}?{asked.query}&kind={kind}",
        "previous_page": number_of_page - 1,
        "next_page": number_of_page + 1 if found.n > number_of_page * PEOPLE_PER_PAGE else 0,
        **receipt_context(found.receipt),
    }
    return render(request, "answers/people.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export_people(request: StaffRequest, cell: str) -> HttpResponseBase:
    check_sees_answers(request)
    if cell not in CELLS:
        raise Http404
    asked = ask(request, default=PERIOD)
    kind: Kind = "csat" if request.GET.get("kind") == "csat" else "nps"
    name = next(one for one in CELLS if one == cell)
    found = list_people(asked.sieve, kind, name, asked.business.lapse_window_days, limit=PEOPLE_EXPORTED)
    customers = find_customers([person.customer for person in found.people], request.staff)
    rows: list[list[Cell]] = [
        [
            customers[person.customer].external_id,
            person.value,
            person.points,
            person.day.isoformat(),
            person.last_order.isoformat() if person.last_order else None,
        ]
        for person in found.people
        if person.customer in customers
    ]
    head = ["customer_number", "said", "scale", "answered_on", "last_order_on"]
    return answer_table(request, cell.replace("_", "-"), head, rows)


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export(request: StaffRequest) -> HttpResponseBase:
    """A row per week or month and score."""
    check_sees_answers(request)
    asked = ask(request, default=PERIOD)
    currency = asked.business.currency
    answer = get_satisfaction(asked.sieve, currency)
    rows: list[list[Cell]] = []
    for month in answer.months:
        sold: list[Cell] = [
            from_minor(month.gross_minor, currency),
            from_minor(month.refunds_minor, currency),
        ]
        rows += [
            [month.start.isoformat(), kind, score.value, score.low, score.high, score.n, *sold]
            for kind, score in month.scores.items()
        ]
    head = [answer.grain, "score", "value", "low", "high", "n", "gross", "refunds"]
    return answer_table(request, "satisfaction", head, rows)
