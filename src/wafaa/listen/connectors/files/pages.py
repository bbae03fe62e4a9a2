"""The list of imports and the page of one, from upload to done."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.business.queries import get_business
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.errors import WafaaError
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.customers.queries import list_fields
from wafaa.listen.connectors.files.actions import (
    answer_import,
    cancel_import,
    choose_kind,
    receive_file,
    request_publishing,
)
from wafaa.listen.connectors.files.errors import ImportNotFound
from wafaa.listen.connectors.files.forms import (
    AnswersForm,
    ImportFilterForm,
    KindForm,
    PublishForm,
    UploadForm,
)
from wafaa.listen.connectors.files.models import Import
from wafaa.listen.connectors.files.queries import (
    find_error,
    get_counts,
    get_import,
    get_options,
    get_progress,
    get_understanding,
    list_imports,
    list_problems,
)
from wafaa.listen.connectors.files.words import say_field, say_reason

PAGE_ROWS = 50
# What fits on a page; the whole list is a file.
PROBLEMS_SHOWN = 10
State = Import.State


@requires(Capability.IMPORT_FILES)
@require_http_methods(["GET", "POST"])
def imports(request: StaffRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            imported = receive_file(chunks=upload.chunks(), name=upload.name, staff=request.staff)
        except WafaaError as error:
            form.add_error("file", str(error))
        else:
            return redirect("import", imported.uuid)
    shown = ImportFilterForm(request.GET)
    state = shown.cleaned_data["state"] if shown.is_valid() else ""
    page = Paginator(list_imports(state=state), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "filter": shown, "page": page, "is_narrowed": bool(state)}
    return render(request, "files/imports.html", context, status=422 if form.errors else 200)


@requires(Capability.IMPORT_FILES)
@require_GET
def one_import(request: StaffRequest, import_uuid: uuid.UUID) -> HttpResponse:
    return render(request, "files/import.html", _context(_get(import_uuid)))


@requires(Capability.IMPORT_FILES)
@require_GET
def import_state(request: StaffRequest, import_uuid: uuid.UUID) -> HttpResponse:
    """The part of the page that changes by itself."""
    imported = _get(import_uuid)
    response = render(request, "files/state.html", _context(imported))
    if request.GET.get("from") not in {None, imported.state}:
        response["HX-Refresh"] = "true"
    return response


@requires(Capability.IMPORT_FILES)
@require_POST
def kind(request: StaffRequest, import_uuid: uuid.UUID) -> HttpResponse:
    """What the file is a list of, where the guess was wrong."""
    imported = _get(import_uuid)
    form = KindForm(request.POST)
    if not form.is_valid():
        return redirect("import", import_uuid)
    chosen = form.cleaned_data["kind"]
    return _do(request, imported, lambda: choose_kind(import_uuid=import_uuid, kind=chosen))


@requires(Capability.IMPORT_FILES)
@require_http_methods(["GET", "POST"])
def answer(request: StaffRequest, import_uuid: uuid.UUID) -> HttpResponse:
    """The answers about a file; refused ones stay at this address, which is therefore opened again now and then."""
    imported = _get(import_uuid)
    if request.method == "GET" or imported.state not in {State.WAITING, State.READY}:
        return redirect("import", import_uuid)
    form = _make_form(imported, request.POST)
    if not form.is_valid():
        return render(request, "files/import.html", _context(imported, form), status=422)
    return _do(
        request,
        imported,
        lambda: answer_import(
            import_uuid=import_uuid, mapping=form.get_mapping(), options=form.get_options()
        ),
    )


@requires(Capability.IMPORT_FILES)
@require_http_methods(["GET", "POST"])
def publish(request: StaffRequest, import_uuid: uuid.UUID) -> HttpResponse:
    """The word that the file counts; as with answers, a refused one stays here."""
    imported = _get(import_uuid)
    if request.method == "GET":
        return redirect("import", import_uuid)
    form = PublishForm(request.POST)
    replaces_demo = form.is_valid()
    if imported.state == State.READY and get_business().shows_demo and not replaces_demo:
        return render(request, "files/import.html", _context(imported, publishing=form), status=422)
    return _do(
        request,
        imported,
        lambda: request_publishing(import_uuid=import_uuid, replaces_demo=replaces_demo, staff=request.staff),
    )


@requires(Capability.IMPORT_FILES)
@require_POST
def cancel(request: StaffRequest, import_uuid: uuid.UUID) -> HttpResponse:
    imported = _get(import_uuid)
    return _do(request, imported, lambda: cancel_import(import_uuid=import_uuid, staff=request.staff))


@requires(Capability.IMPORT_FILES)
@require_GET
def problems(request: StaffRequest, import_uuid: uuid.UUID) -> StreamingHttpResponse:
    """The rows that could not be taken, in the reader's language."""
    imported = _get(import_uuid)
    head = [_("Row of the file"), _("Column"), _("Reason"), _("Value")]
    return answer_table(request, "problems", head, _problem_rows(imported))


def _problem_rows(imported: Import, limit: int | None = None) -> Iterator[list[Cell]]:
    for line, column, code, value in list_problems(imported, limit=limit):
        yield [line, column, say_reason(code), value]


def _get(import_uuid: uuid.UUID) -> Import:
    try:
        return get_import(import_uuid)
    except ImportNotFound as error:
        raise Http404 from error


def _do(request: StaffRequest, imported: Import, deed: Any) -> HttpResponse:
    """Does it and shows the import again; what hinders it is said there."""
    try:
        deed()
    except WafaaError as error:
        messages.error(request, str(error))
    return redirect("import", imported.uuid)


def _make_form(imported: Import, data: Any = None) -> AnswersForm:
    return AnswersForm(
        data,
        understanding=get_understanding(imported),
        mapping=imported.mapping,
        options=get_options(imported),
        own_fields=[(field.key, str(field)) for field in list_fields()],
    )


def _context(
    imported: Import, form: AnswersForm | None = None, publishing: PublishForm | None = None
) -> dict[str, Any]:
    done, total = get_progress(imported)
    context: dict[str, Any] = {
        "imported": imported,
        "done": done,
        "total": total,
        "error": find_error(imported),
        "counts": get_counts(imported),
        "kind": get_options(imported).kind or "orders",
    }
    if imported.state in {State.WAITING, State.READY}:
        context |= _describe_questions(imported, form or _make_form(imported))
    if imported.state == State.READY:
        context["asks_demo"] = get_business().shows_demo
        context["publish_form"] = publishing or PublishForm()
    if imported.counts:
        context["problem_rows"] = list(_problem_rows(imported, PROBLEMS_SHOWN))
    return context


def _describe_questions(imported: Import, form: AnswersForm) -> dict[str, Any]:
    kind = get_options(imported).kind or "orders"
    by_place = {place: say_field(field, kind) for field, place in imported.mapping.items()}
    headers = [column.header for column in form.understanding.columns]
    return {
        "form": form,
        "kind_form": KindForm(initial={"kind": kind}),
        "preview_head": [(header, by_place.get(place, "")) for place, header in enumerate(headers)],
        "preview": imported.guess.get("preview", []),
        "reading": imported.guess.get("reading", {}),
    }
