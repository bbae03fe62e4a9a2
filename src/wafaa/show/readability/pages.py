"""Paste a text and see how hard it is. Nothing is kept: what was pasted lives as long as the answer."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.science.readability import compare_texts, measure_text
from wafaa.show.readability.forms import TextForm
from wafaa.show.readability.showing import show_measurement


@requires(Capability.OWN_ACCOUNT)
@require_http_methods(["GET", "POST"])
def readability(request: StaffRequest) -> HttpResponse:
    """Everybody may: it holds nothing but what they pasted themselves."""
    form = TextForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        given = form.read()
        if given["rewritten"]:
            compared = compare_texts(given["text"], given["rewritten"], given["language"])
            context["compared"] = compared
            context["after"] = show_measurement(given["rewritten"], compared.after)
            found = compared.before
        else:
            found = measure_text(given["text"], given["language"])
        context["before"] = show_measurement(given["text"], found)
    return render(request, "readability/readability.html", context, status=422 if form.errors else 200)
