"""The list of comments with its topics, those whose score and words disagree, one of them, and the file."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit import clock
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.customers.queries import say_customer
from wafaa.know.journey.words import name_touchpoint
from wafaa.know.orders.queries import get_store_scope, list_stores
from wafaa.learn.feedback.actions import correct_comment, undo_correction
from wafaa.learn.feedback.errors import CommentMissing
from wafaa.learn.feedback.forms import CommentFilterForm, CorrectionForm
from wafaa.learn.feedback.models import FEELINGS, LANGUAGES, TOPIC_NAMES, Comment
from wafaa.learn.feedback.queries import (
    count_feelings,
    find_last_lesson,
    get_comment,
    list_comments,
    list_corrections,
    list_topics_counts,
)

PAGE_ROWS = 25
# The stretch of the topics where no days are asked for, and the longest that is compared.
TOPIC_DAYS, TOPIC_DAYS_MAX = 30, 730
# Fewer comments before than these say nothing of a trend.
TREND_FROM = 10
EXPORT_HEAD = (
    "comment_id", "at", "customer_id", "kind", "survey", "question", "text", "language", "sentiment", "confidence",
    "topics", "score_share", "is_mismatch", "is_corrected", "product_id", "store", "agent", "touchpoint",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a comment; `leans` is negative, positive or ""."""

    text: str
    leans: str


@requires(Capability.SEE_ANSWERS)
@require_GET
def comments(request: StaffRequest) -> HttpResponse:
    return _list(request, is_mismatch=False)


@requires(Capability.SEE_ANSWERS)
@require_GET
def mismatches(request: StaffRequest) -> HttpResponse:
    """Those whose score says one thing and whose words another."""
    return _list(request, is_mismatch=True)


def _list(request: StaffRequest, *, is_mismatch: bool) -> HttpResponse:
    form, stores = _read_form(request)
    asked = form.get_filter(is_mismatch=is_mismatch)
    found = list_comments(asked)
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    until = asked.until or clock.today(request.business.zone)
    since = asked.since or until - timedelta(days=TOPIC_DAYS - 1)
    since = max(since, until - timedelta(days=TOPIC_DAYS_MAX))
    feelings = count_feelings(found)
    context = {
        "form": form,
        "page": page,
        "rows": [show_row(one, stores, request) for one in page.object_list],
        "is_mismatch": is_mismatch,
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "topics": [] if is_mismatch else _show_topics(list_topics_counts(asked, since=since, until=until)),
        "since": since,
        "until": until,
        "feelings": [(name, label, feelings.get(name, 0)) for name, label in FEELINGS.items()],
        "total": page.paginator.count,
        "lesson": find_last_lesson(),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
        "may_survey": request.staff.may(Capability.EDIT_SURVEYS),
    }
    return render(request, "comments/comments.html", context)


def _read_form(request: StaffRequest) -> tuple[CommentFilterForm, dict[str, str]]:
    stores = {one.code: str(one) for one in list_stores()}
    return CommentFilterForm(request.GET, stores=stores, scope=_list_scope(request)), stores


def _list_scope(request: StaffRequest) -> list[str] | None:
    """The codes of the stores that this person sees; None for all."""
    scope = get_store_scope(request.staff)
    return None if scope is None else [one.code for one in list_stores(scope)]


def _show_topics(counts: Sequence[Any]) -> list[dict[str, Any]]:
    most = max((one.comments for one in counts), default=0)
    return [
        {
            "key": one.topic,
            "label": TOPIC_NAMES[one.topic],
            "count": one,
            "most": most,
            "calm": one.comments - one.negative,
            "change": one.share - one.share_before
            if one.share_before is not None and one.before >= TREND_FROM
            else None,
        }
        for one in counts
        if one.comments
    ]


def show_row(one: Comment, stores: dict[str, str], request: StaffRequest) -> dict[str, Any]:
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    touchpoint = name_touchpoint(one.touchpoint)
    places = (one.survey_name, one.product_ref, touchpoint, stores.get(one.store, one.store), one.agent)
    return {
        "comment": one,
        "pieces": cut_pieces(one.text, one.spans),
        "customer": say_customer(one.customer, sees_personal) if one.customer else "",
        "topics": [(topic, TOPIC_NAMES[topic]) for topic in one.topics if topic in TOPIC_NAMES],
        "places": [place for place in places if place],
        "score": round(one.score_share * 100) if one.score_share is not None else None,
    }


def cut_pieces(text: str, spans: Sequence[Sequence[Any]]) -> list[Piece]:
    """The text in order, marked and unmarked; what does not fit the text is passed over."""
    pieces, place = [], 0
    for start, end, leans in spans:
        if place <= start < end <= len(text):
            pieces += [Piece(text[place:start], ""), Piece(text[start:end], leans)]
            place = end
    return [piece for piece in [*pieces, Piece(text[place:], "")] if piece.text]


@requires(Capability.SEE_ANSWERS)
@require_http_methods(["GET", "POST"])
def comment(request: StaffRequest, comment_uuid: uuid.UUID) -> HttpResponse:
    """One comment, and what staff say that it means."""
    shown = get_comment(comment_uuid, _list_scope(request))
    may_correct = request.staff.may(Capability.HANDLE_CASES)
    start = {"sentiment": shown.sentiment, "topics": shown.topics}
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST":
        if not may_correct:
            raise CommentMissing
        if form.is_valid():
            told = form.cleaned_data
            correct_comment(
                comment=shown, sentiment=told["sentiment"], topics=told["topics"], by=request.staff
            )
            messages.success(request, _("Corrected. The shop's own reading learns from it tonight."))
            return redirect("comment", shown.uuid)
    stores = {one.code: str(one) for one in list_stores()}
    context = {
        "row": show_row(shown, stores, request),
        "comment": shown,
        "language": LANGUAGES.get(shown.language, shown.language),
        "confidence": round(shown.confidence * 100),
        "form": form,
        "corrections": list_corrections(shown),
        "may_correct": may_correct,
        "may_suggest": request.staff.may(Capability.EDIT_SURVEYS),
        "trail": [(_("Comments"), reverse("comments"))],
    }
    return render(request, "comments/comment.html", context, status=422 if form.errors else 200)


@requires(Capability.HANDLE_CASES)
@require_POST
def undo(request: StaffRequest, comment_uuid: uuid.UUID) -> HttpResponse:
    shown = get_comment(comment_uuid, _list_scope(request))
    undo_correction(comment=shown, by=request.staff)
    messages.success(request, _("The correction is taken back."))
    return redirect("comment", shown.uuid)


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export(request: StaffRequest) -> HttpResponseBase:
    """The comments that the list shows, for those who may see answers."""
    if not request.staff.may(Capability.SEE_ANSWERS):
        raise CommentMissing
    form, _stores = _read_form(request)
    found = list_comments(form.get_filter(is_mismatch=request.GET.get("which") == "mismatches"))
    return answer_table(request, "comments", EXPORT_HEAD, _cells(found))


def _cells(found: Any) -> Iterator[list[Cell]]:
    for one in found.iterator(chunk_size=500):
        yield [
            str(one.uuid), one.at, str(one.customer.uuid) if one.customer else "", one.kind, one.survey_name,
            one.question, one.text, one.language, one.sentiment, one.confidence, ", ".join(one.topics),
            one.score_share, one.is_mismatch, one.corrected_at is not None, one.product_ref, one.store, one.agent,
            one.touchpoint,
        ]  # fmt: skip
