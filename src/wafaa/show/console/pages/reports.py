"""All reports, grouped by the question that they answer."""

from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.design.cards import FigureCard
from wafaa.learn.measures.definitions import MEASURES
from wafaa.learn.measures.queries import (
    get_cohorts,
    get_gaps,
    get_journey,
    get_pareto,
    get_rfm,
    get_summary,
)
from wafaa.learn.measures.rules import Journey, Row
from wafaa.show.console.asking import Asked, ask
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import frame_context, render_empty
from wafaa.show.console.words import facts as words
from wafaa.show.console.words.figures import show_figure
from wafaa.show.console.words.journey import say_funnel
from wafaa.show.console.words.measures import PAGES, REPORT_GROUPS, PageWords


@dataclass(frozen=True, kw_only=True)
class PageLink:
    words: PageWords
    url: str
    fact: SafeString  # what the picture says in a few words, "" where there is nothing to say


@dataclass(frozen=True, kw_only=True)
class GroupShown:
    question: str
    figures: list[FigureCard]
    pages: list[PageLink]


@requires(Capability.SEE_FIGURES)
@require_GET
@waits_for_figures
def reports(request: StaffRequest) -> HttpResponse:
    asked = ask(request)
    if asked is None:
        return render_empty(request)
    total = get_summary(asked.question).total
    # a visit belongs to no store
    way = get_journey(asked.question) if asked.stores is None else None
    figures = total.figures | (way.total.figures if way else {})
    previous = total.previous | (way.total.previous if way else {})
    known = replace(total, figures=figures, previous=previous)
    groups = [
        GroupShown(
            question=str(group.question),
            figures=[
                show_briefly(key, known, asked.business.currency, asked.chosen.query)
                for key in group.measures
                if key in MEASURES or (key in figures and figures[key].n)
            ],
            pages=[
                PageLink(words=PAGES[name], url=reverse(f"report-{name}"), fact=say_fact(name, asked, way))
                for name in group.pages
            ],
        )
        for group in REPORT_GROUPS
    ]
    return render(request, "console/reports.html", {**frame_context(request, asked), "groups": groups})


def show_briefly(key: str, total: Row, currency: str, query: str) -> FigureCard:
    """With the first change only: the page of the measure tells the rest."""
    card = show_figure(key, total, currency, query=query)
    return replace(card, changes=card.changes[:1])


def say_fact(name: str, asked: Asked, way: Journey | None) -> SafeString:
    """The one number of a picture, over the whole history; the journey's is that of the period."""
    if name == "journey":
        return say_funnel(way) if way else words.NOTHING
    question = asked.of_all_time()
    if name == "cohorts":
        return words.say_next_month(get_cohorts(question))
    if name == "gaps":
        return words.say_median(get_gaps(question))
    if name == "pareto":
        return words.say_top(get_pareto(question))
    return words.say_champions(get_rfm(question))
