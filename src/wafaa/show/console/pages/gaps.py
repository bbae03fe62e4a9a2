"""Time between orders: how long customers usually take, against the lapse window."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.tables import answer_table
from wafaa.learn.measures.queries import get_gaps
from wafaa.show.console import pictures
from wafaa.show.console.asking import ask
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import frame_context, receipt_context, render_empty
from wafaa.show.console.periods import WHOLE
from wafaa.show.console.words.gaps import write_gaps
from wafaa.show.console.words.measures import PAGES


@requires(Capability.SEE_FIGURES)
@require_GET
@waits_for_figures
def gaps(request: StaffRequest) -> HttpResponse:
    asked = ask(request, default=WHOLE)
    if asked is None:
        return render_empty(request)
    answer = get_gaps(asked.question)
    window = asked.business.lapse_window_days
    context = {
        **frame_context(request, asked),
        "words": PAGES["gaps"],
        "gaps": answer,
        "count": sum(count for _days, count in answer.histogram),
        "sentence": write_gaps(answer, window),
        "window": window,
        "chart": pictures.draw_gaps(answer, window) if answer.histogram else "",
        "rows": pictures.bin_days(answer.histogram),
        **receipt_context(answer.receipt),
        "may_change_settings": request.staff.may(Capability.CHANGE_SETTINGS),
    }
    return render(request, "console/gaps.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export_gaps(request: StaffRequest) -> HttpResponseBase:
    """The whole histogram, one row per number of days."""
    asked = ask(request, default=WHOLE)
    if asked is None:
        return render_empty(request)
    return answer_table(
        request, "days-between-orders", ["days", "orders"], sorted(get_gaps(asked.question).histogram)
    )
