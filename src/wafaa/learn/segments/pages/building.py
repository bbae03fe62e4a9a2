"""The builder: conditions as a sentence of choices. Every press is a plain post of the whole form; HTMX only swaps less."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.errors import WafaaError
from wafaa.learn.segments.actions import change_segment, create_segment
from wafaa.learn.segments.builder import Draft, DraftWrong, list_inputs, list_kinds, make_tree, read_draft
from wafaa.learn.segments.builder.drafts import write_draft, write_removed
from wafaa.learn.segments.errors import SegmentFixed, SegmentMissing, SegmentUnreadable
from wafaa.learn.segments.forms import SegmentForm
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.offers import Offers, name_segment, suggest
from wafaa.learn.segments.pages.listing import make_trail
from wafaa.learn.segments.pages.showing import show_sampled
from wafaa.learn.segments.queries import estimate, get_segment, sample_members
from wafaa.learn.segments.rules import DefinitionBroken, Tree, read_tree, write_tree
from wafaa.learn.segments.words import Sentences

Errors = Mapping[int, Mapping[str, str]]
DEFINITION_MAX = 200_000
SAMPLED = 3


@requires(Capability.CHANGE_SEGMENTS)
@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    """Empty, or beginning with the conditions of another one (?from=)."""
    if request.method == "POST":
        return _work(request, None)
    offers, source = Offers(), _find_source(request.GET.get("from", ""))
    draft = _open_draft(source, offers) if source else Draft().add()
    if draft is None and source is not None:
        return _show_json(request, None, _write_json(source.definition))
    name = _("%(name)s (copy)") % {"name": name_segment(source)} if source else ""
    return _show(request, None, draft or Draft(), offers, form=SegmentForm(initial={"name": name[:100]}))


@requires(Capability.CHANGE_SEGMENTS)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    segment = get_segment(segment_uuid)
    if segment.kind == Segment.Kind.READY:
        raise SegmentFixed
    if segment.kind == Segment.Kind.LIST:
        return _rename(request, segment)
    if request.method == "POST":
        return _work(request, segment)
    offers = Offers(besides=segment.uuid)
    draft = _open_draft(segment, offers)
    if draft is None or "json" in request.GET:
        return _show_json(request, segment, _write_json(segment.definition))
    return _show(request, segment, draft, offers, form=_make_form(segment))


@requires(Capability.CHANGE_SEGMENTS)
@require_POST
def count(request: StaffRequest) -> HttpResponse:
    """The part that says who would be in, asked for while somebody types."""
    offers = Offers()
    draft = read_draft(request.POST, offers)
    context = _count(draft, offers, with_sample="sample" in request.POST, sees=_sees_personal(request))
    return render(request, "segments/estimate.html", context)


@requires(Capability.CHANGE_SEGMENTS)
@require_GET
def suggestions(request: StaffRequest) -> HttpResponse:
    """Options of a list under a field, by what was typed into it."""
    # the field's name is that of its row
    typed = next((str(text) for name, text in request.GET.items() if name != "of"), "")
    of = request.GET.get("of", "")
    return render(request, "segments/options.html", {"choices": suggest(of, typed.strip()[:100])})


def _work(request: StaffRequest, segment: Segment | None) -> HttpResponse:
    if "definition" in request.POST:
        return _save_json(request, segment)
    offers = Offers(besides=segment.uuid if segment else None)
    draft, deed = read_draft(request.POST, offers), request.POST.get("deed", "save")
    form = SegmentForm(request.POST)
    if deed != "save":
        is_counting = deed in {"count", "sample"}
        draft = replace(draft, removed=None) if is_counting else _apply(draft, deed, offers)
        named = SegmentForm(initial={key: request.POST.get(key, "") for key in form.fields})
        return _show(request, segment, draft, offers, form=named, counts=deed if is_counting else "")
    try:
        tree = make_tree(draft, offers)
    except DraftWrong as wrong:
        return _show(request, segment, draft, offers, form=form, errors=wrong.errors)
    if not form.is_valid():
        return _show(request, segment, draft, offers, form=form)
    try:
        return _save(request, segment, form.cleaned_data, _write_change(segment, tree, offers))
    except WafaaError as error:
        return _show(request, segment, draft, offers, form=form, errors={0: {"": str(error)}})


def _write_change(segment: Segment | None, tree: Tree, offers: Offers) -> dict[str, Any]:
    """As it stands, where only its form would differ: a definition that says the same is no new version."""
    present = _open_draft(segment, offers) if segment else None
    if segment is not None and present is not None and _says(present, tree, offers):
        return dict(segment.definition)
    return write_tree(tree)


def _says(present: Draft, tree: Tree, offers: Offers) -> bool:
    try:
        return make_tree(present, offers) == tree
    except DraftWrong:
        return False


def _apply(draft: Draft, deed: str, offers: Offers) -> Draft:
    """What a button of the form asks for; whatever else only redraws."""
    verb, _dash, told = deed.partition("-")
    place = int(told) if told.isdecimal() and len(told) < 10 else None
    match verb:
        case "add":
            added = draft.add(place)
            return replace(added, removed=None)
        case "remove" if place is not None:
            return draft.remove(place)
        case "restore":
            return draft.restore()
    return draft


def _save(
    request: StaffRequest, segment: Segment | None, named: Mapping[str, str], definition: Mapping[str, Any]
) -> HttpResponse:
    if segment is None:
        segment = create_segment(
            name=named["name"],
            description=named["description"],
            definition=definition,
            by=request.staff,
        )
        messages.success(request, _("The segment is made. Its customers are being counted."))
    else:
        version = segment.version
        segment = change_segment(
            segment=segment,
            name=named["name"],
            description=named["description"],
            definition=definition,
            by=request.staff,
        )
        if segment.version != version:
            messages.success(
                request,
                _("Saved as version %(number)s. The former ones are below.") % {"number": segment.version},
            )
        else:
            messages.success(request, _("Saved."))
    return redirect("segment", segment.uuid)


def _show(
    request: StaffRequest,
    segment: Segment | None,
    draft: Draft,
    offers: Offers,
    *,
    form: SegmentForm,
    errors: Errors | None = None,
    counts: str = "",
) -> HttpResponse:
    errors = errors or {}
    kinds = list_kinds(offers)
    context: dict[str, Any] = {
        "segment": segment,
        "name": name_segment(segment) if segment else "",
        "form": form,
        "draft": draft,
        "groups": [[_show_row(row, kinds, offers, errors) for row in group] for group in draft.list_groups()],
        "error": errors.get(0, {}).get(""),
        "has_errors": bool(errors),
        "removed": write_removed(draft.removed),
        "may_restore": draft.removed is not None,
        "events": offers.events,
        "cities": offers.cities,
        "categories": offers.categories,
        "products": offers.products,
        "trail": make_trail(segment),
    }
    if counts:
        context |= _count(draft, offers, with_sample=counts == "sample", sees=_sees_personal(request))
    is_part = bool(request.htmx) and request.POST.get("deed", "save") != "save"
    response = render(request, "segments/conditions.html" if is_part else "segments/build.html", context)
    if is_part:
        response["HX-Trigger"] = "conditions"
    return response


def _show_row(row: Any, kinds: Any, offers: Offers, errors: Errors) -> dict[str, Any]:
    wrong = errors.get(row.id, {})
    inputs = list_inputs(row, offers)
    shown = [{"input": one, "field": row.named(one.name), "error": wrong.get(one.name, "")} for one in inputs]
    drawn = {one.name for one in inputs}
    known = {key for _label, choices in kinds for key, _word in choices}
    return {
        "row": row,
        "kinds": kinds,
        "is_known": row.what in known,
        "inputs": [one for one in shown if not one["input"].is_folded],
        "folded": [one for one in shown if one["input"].is_folded],
        "is_narrowed": any(
            text
            for one in shown
            if one["input"].is_folded
            for text in one["input"].values
            if one["input"].kind != "select"
        ),
        "errors": [text for name, text in wrong.items() if name not in drawn],
    }


def _count(draft: Draft, offers: Offers, *, with_sample: bool, sees: bool) -> dict[str, Any]:
    """Who would be in; without a figure while conditions are not complete."""
    try:
        tree = make_tree(draft, offers)
        found = estimate(tree)
    except (DraftWrong, WafaaError):
        return {"is_counted": True, "is_incomplete": True}
    sentences = Sentences(offers, sees_personal=sees)
    return {
        "is_counted": True,
        "estimate": found,
        "sentence": sentences.say(tree),
        "sampled": show_sampled(sample_members(tree, SAMPLED), sentences, sees) if with_sample else None,
    }


def _sees_personal(request: StaffRequest) -> bool:
    return request.staff.may(Capability.SEE_PERSONAL)


def _find_source(told: str) -> Segment | None:
    try:
        found = get_segment(uuid.UUID(told))
    except (ValueError, SegmentMissing):
        return None
    return None if found.kind == Segment.Kind.LIST else found


def _open_draft(segment: Segment, offers: Offers) -> Draft | None:
    return write_draft(read_tree(segment.definition), offers)


def _make_form(segment: Segment, data: Any = None) -> SegmentForm:
    return SegmentForm(data, initial={"name": segment.name, "description": segment.description})


def _rename(request: StaffRequest, segment: Segment) -> HttpResponse:
    """Of a list only the words."""
    form = _make_form(segment, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        change_segment(segment=segment, by=request.staff, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("segment", segment.uuid)
    context = {"segment": segment, "name": segment.name, "form": form, "trail": make_trail(segment)}
    return render(request, "segments/rename.html", context)


def _show_json(
    request: StaffRequest,
    segment: Segment | None,
    text: str,
    form: SegmentForm | None = None,
    error: str = "",
) -> HttpResponse:
    """For conditions that lie deeper than the builder shows."""
    context = {
        "segment": segment,
        "name": name_segment(segment) if segment else "",
        "form": form or (_make_form(segment) if segment else SegmentForm()),
        "text": text,
        "error": error,
        "sentence": _say_json(text, _sees_personal(request)),
        "trail": make_trail(segment),
    }
    return render(request, "segments/json.html", context)


def _write_json(definition: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(definition), indent=2).decode()


def _read_json(text: str) -> Tree:
    """Raises SegmentUnreadable."""
    try:
        return read_tree(msgspec.json.decode(text[:DEFINITION_MAX]))
    except DefinitionBroken as broken:
        raise SegmentUnreadable.of(broken) from broken
    except (msgspec.MsgspecError, RecursionError) as error:
        raise SegmentUnreadable(path="$", problem=_("this is not valid JSON"), known="") from error


def _say_json(text: str, sees_personal: bool) -> str:
    try:
        return Sentences(sees_personal=sees_personal).say(_read_json(text))
    except SegmentUnreadable:
        return ""


def _save_json(request: StaffRequest, segment: Segment | None) -> HttpResponse:
    text, form = request.POST.get("definition", ""), SegmentForm(request.POST)
    try:
        definition = write_tree(_read_json(text))
        if not form.is_valid():
            return _show_json(request, segment, text, form)
        return _save(request, segment, form.cleaned_data, definition)
    except WafaaError as error:
        return _show_json(request, segment, text, form, str(error))


def make_copy_link(segment: Segment) -> str:
    return f"{reverse('segment-new')}?from={segment.uuid}"
