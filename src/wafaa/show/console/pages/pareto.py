"""Pareto: how much of gross the best customers bring."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.tables import answer_table
from wafaa.learn.measures.queries import get_pareto
from wafaa.show.console import pictures
from wafaa.show.console.asking import ask
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import frame_context, receipt_context, render_empty
from wafaa.show.console.periods import WHOLE
from wafaa.show.console.words.measures import PAGES
from wafaa.show.console.words.pareto import write_pareto

# The curve has a hundred points; the table shows every tenth of the customers.
STEPS_OF_TABLE = 10


@requires(Capability.SEE_FIGURES)
@require_GET
@waits_for_figures
def pareto(request: StaffRequest) -> HttpResponse:
    asked = ask(request, default=WHOLE)
    if asked is None:
        return render_empty(request)
    answer = get_pareto(asked.question)
    context = {
        **frame_context(request, asked),
        "words": PAGES["pareto"],
        "pareto": answer,
        "sentence": write_pareto(answer),
        "chart": pictures.draw_pareto(answer) if answer.customers else "",
        "rows": [point for point in answer.curve if point[0] and round(point[0] * 100) % STEPS_OF_TABLE == 0],
        **receipt_context(answer.receipt),
    }
    return render(request, "console/pareto.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export_pareto(request: StaffRequest) -> HttpResponseBase:
    """The curve, one row per per cent of the customers."""
    asked = ask(request, default=WHOLE)
    if asked is None:
        return render_empty(request)
    return answer_table(
        request, "pareto", ["share_of_customers", "share_of_gross"], get_pareto(asked.question).curve
    )
