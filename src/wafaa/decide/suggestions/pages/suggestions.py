"""The list of suggestions, its file, and adding one by hand."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.decide.suggestions.actions import add_suggestion
from wafaa.decide.suggestions.errors import SuggestionMissing
from wafaa.decide.suggestions.forms import SuggestionFilterForm, SuggestionForm
from wafaa.decide.suggestions.queries import count_by_state, list_suggestions
from wafaa.decide.suggestions.rules import KEY_LETTERS_MAX, TEXT_LETTERS_MAX, read_text, shorten
from wafaa.kit.errors import WafaaError
from wafaa.kit.ids import new_id
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.customers.models import Customer

PAGE_ROWS = 50
ORDERS = {"people": "people", "title": "title", "created": "created_at", "due": "due_on"}
DEFAULT_ORDER = "-people"


@requires(Capability.SEE_ANSWERS)
@require_GET
def suggestions(request: StaffRequest) -> HttpResponse:
    form = SuggestionFilterForm(request.GET)
    order = request.GET.get("order", "")
    order = order if order.removeprefix("-") in ORDERS else DEFAULT_ORDER
    column = ("-" if order.startswith("-") else "") + ORDERS[order.removeprefix("-")]
    asked = form.get_asked()
    page = Paginator(list_suggestions(**asked).order_by(column, "-pk"), PAGE_ROWS).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form,
        "order": order,
        "page": page,
        "rows": page.object_list,
        "is_narrowed": any(asked.values()),
        "counts": count_by_state(),
        "may_edit": request.staff.may(Capability.EDIT_SURVEYS),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
    }
    return render(request, "suggestions/suggestions.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export(request: StaffRequest) -> HttpResponseBase:
    """The suggestions that the list shows, without names, for those who may see answers."""
    if not request.staff.may(Capability.SEE_ANSWERS):
        raise SuggestionMissing
    found = list_suggestions(**SuggestionFilterForm(request.GET).get_asked()).order_by("-people", "-pk")
    return answer_table(request, "suggestions", EXPORT_HEAD, _cells(found))


EXPORT_HEAD = (
    "suggestion_id", "title", "people", "state", "answer_ar", "answer_en", "owner", "due_on", "done_on", "created_at",
)  # fmt: skip


def _cells(found: Any) -> Iterator[list[Cell]]:
    for one in found.iterator(chunk_size=500):
        yield [
            str(one.uuid),
            one.title,
            one.people,
            one.get_state_display(),
            one.answer_ar,
            one.answer_en,
            str(one.owner or ""),
            one.due_on,
            one.done_on,
            one.created_at,
        ]


@requires(Capability.EDIT_SURVEYS)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """By hand; a comment or a case hands over what was said (`text`) and which one it was."""
    form = SuggestionForm(request.POST if request.method == "POST" else None, initial=_read_start(request))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = add_suggestion(
                title=told["title"],
                text=told["text"],
                customer=_find_customer(told["customer"]),
                key=f"staff:{told['source']}"[:KEY_LETTERS_MAX],  # never that of a gathered answer
                by=request.staff,
            )
        except WafaaError as error:
            form.add_error("title", str(error))
        else:
            messages.success(request, _("The suggestion is kept."))
            return redirect("suggestion", made.uuid)
    context = {"form": form, "trail": [(_("Suggestions"), reverse("suggestions"))]}
    return render(request, "suggestions/new.html", context, status=422 if form.errors else 200)


def _read_start(request: StaffRequest) -> dict[str, Any]:
    """What the address brings along is what somebody wrote: it is shown, and kept only when the form is sent."""
    text = read_text(request.GET.get("text", ""))[:TEXT_LETTERS_MAX]
    comment = request.GET.get("comment", "")
    source = f"comment:{comment}"[:150] if comment else f"form:{new_id()}"
    return {
        "title": shorten(text),
        "text": text,
        "source": source,
        "customer": request.GET.get("customer", ""),
    }


def _find_customer(customer_uuid: Any) -> Customer | None:
    found = Customer.objects.filter(uuid=customer_uuid).first() if customer_uuid else None
    return found.merged_into if found is not None and found.merged_into is not None else found
