"""The journey: engagement, experience by what happened, goals, and the stages with their funnel."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.journey.queries import list_goals
from wafaa.learn.measures.definitions import JOURNEY_MEASURES
from wafaa.learn.measures.queries import get_goals, get_journey
from wafaa.learn.measures.rules import Aim, Figure
from wafaa.show.console import pictures
from wafaa.show.console.asking import Asked, ask
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import frame_context, receipt_context, render_empty
from wafaa.show.console.pillars import PILLARS, list_known
from wafaa.show.console.words.figures import show_margin
from wafaa.show.console.words.journey import FUNNEL, show_stage, write_journey
from wafaa.show.console.words.measures import PAGES
from wafaa.show.words import percent

ENGAGEMENT = ("visits", "visitors", "pages_per_visit", "interaction_frequency", "days_since_last_touch")
EXPERIENCE = (
    "checkout_completion",
    "delivered_on_time",
    "first_reply_time",
    "not_as_described",
    "refund_time",
)


@requires(Capability.SEE_FIGURES)
@require_GET
@waits_for_figures
def journey(request: StaffRequest) -> HttpResponse:
    """Always of the whole shop: a visit belongs to no store. Whoever sees some stores only is told so."""
    asked = ask(request)
    if asked is None:
        return render_empty(request)
    context = {
        **frame_context(request, asked),
        "words": PAGES["journey"],
        "is_scoped": asked.stores is not None,
    }
    if asked.stores is not None:
        return render(request, "console/journey.html", context)
    answer, query = get_journey(asked.question), asked.chosen.query
    context |= {
        "journey": answer,
        "is_told": any(answer.told.values()),
        "sentence": write_journey(answer),
        "pillars": [
            (words, list_known(answer, keys, asked.business.currency, query))
            for words, keys in zip(PILLARS, (ENGAGEMENT, EXPERIENCE), strict=False)
        ],
        "stages": [show_stage(row) for row in answer.stages],
        "chart": pictures.draw_funnel([row for row in answer.stages if row.stage in FUNNEL]),
        "goals": show_goals(asked),
        "may_change_goals": request.staff.may(Capability.CHANGE_SETTINGS),
        **receipt_context(answer.receipt),
    }
    return render(request, "console/journey.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export_journey(request: StaffRequest) -> HttpResponseBase:
    """The stages and the figures, a row each."""
    asked = ask(request)
    if asked is None or asked.stores is not None:
        return render_empty(request)
    answer = get_journey(asked.question)
    rows: list[list[Cell]] = [[row.stage, row.people, *_list_cells(row.rate)] for row in answer.stages]
    rows += [
        [key, None, *_list_cells(answer.total.figures[key])]
        for key in JOURNEY_MEASURES
        if key in answer.total.figures
    ]
    head = ["name", "people", "value", "low", "high", "n", "numerator", "denominator"]
    return answer_table(request, "journey", head, rows)


def _list_cells(figure: Figure) -> list[Cell]:
    return [figure.value, figure.low, figure.high, figure.n, figure.numerator, figure.denominator]


def show_goals(asked: Asked) -> list[dict[str, object]]:
    """Each goal with its rate in the period."""
    goals = list(list_goals())
    if not goals:
        return []
    aims = [
        Aim(
            key=str(goal.uuid),
            touchpoint=goal.touchpoint,
            wanted=goal.wanted,
            within_hours=goal.within_hours,
        )
        for goal in goals
    ]
    figures = get_goals(asked.question, aims).figures
    return [
        {
            "goal": goal,
            "figure": (found := figures.get(str(goal.uuid))),
            "rate": percent(found.value) if found and found.n else "",
            "margin": show_margin(found, "") if found else "",
        }
        for goal in goals
    ]
