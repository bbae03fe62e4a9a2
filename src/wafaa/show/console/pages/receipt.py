"""The receipt of a figure: definition, days, margin, n, engine, query, age."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.learn.measures.definitions import JOURNEY_MEASURES, MEASURES, find_measure
from wafaa.learn.measures.queries import get_journey, get_summary
from wafaa.learn.measures.rules import Journey
from wafaa.show.console.asking import Asked, ask
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import frame_context, receipt_context, render_empty
from wafaa.show.console.words.figures import show_figure
from wafaa.show.console.words.measures import WHY


@requires(Capability.SEE_FIGURES)
@require_GET
@waits_for_figures
def receipt(request: StaffRequest, key: str) -> HttpResponse:
    """A fragment for HTMX, a page of its own for everyone else."""
    asked = ask(request)
    if key not in MEASURES and key not in JOURNEY_MEASURES:
        raise Http404
    if asked is None:
        return render_empty(request)
    answer = get_summary(asked.question) if key in MEASURES else _get_whole(asked)
    if key not in answer.total.figures:
        raise Http404
    context = {
        **frame_context(request, asked),
        "key": key,
        "measure": find_measure(key),
        "why": WHY.get(key, ""),
        "figure": show_figure(key, answer.total, asked.business.currency),
        "raw": answer.total.figures[key],
        **receipt_context(answer.receipt),
    }
    template = "console/receipt_panel.html" if request.htmx else "console/receipt.html"
    return render(request, template, context)


def _get_whole(asked: Asked) -> Journey:
    """The journey is that of the whole shop, which not everybody may see."""
    if asked.stores is not None:
        raise Http404
    return get_journey(asked.question)
