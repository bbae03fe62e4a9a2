"""What this installation's own respondents teach the estimates: how long they take, and where they leave."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from django.core.cache import cache
from django.db.models import Count, Max

from wafaa.listen.surveys.builder.reviewing import shape_questions
from wafaa.listen.surveys.models import Response
from wafaa.listen.surveys.queries import get_content
from wafaa.listen.surveys.rules import ResponseState
from wafaa.science.estimates import (
    Installation,
    LeavingRecord,
    QuestionShape,
    TimeRecord,
    find_leaving,
    fit_hazards,
    fit_times,
)

# More teach nothing that the last ones don't: times are known to some 3 % after 300.
TIMES_MAX: Final = 400
# Whole numbers of rows back from the newest, so that a million answers cost no more than these.
LEAVING_MAX: Final = 20_000
FRESH_S: Final = 600
_KEY: Final = "surveys.installation"


def get_installation() -> Installation:
    """What the last answers of all surveys say, some minutes old. Tests and speeders teach nothing."""
    known = cache.get(_KEY)
    if isinstance(known, Installation):
        return known
    found = Installation(times=fit_times(*_read_times()), hazards=fit_hazards(_read_leaving()))
    cache.set(_KEY, found, FRESH_S)
    return found


def _read_times() -> tuple[list[TimeRecord], list[TimeRecord]]:
    """Times of pages, and of whole surveys."""
    rows = (
        Response.objects.filter(state=ResponseState.COMPLETE, is_test=False, is_speeder=False)
        .order_by("-pk")
        .values_list("version_id", "language", "page_seconds", "seconds")[:TIMES_MAX]
    )
    pages: list[TimeRecord] = []
    totals: list[TimeRecord] = []
    for version, language, page_seconds, seconds in rows:
        by_page = _shape_pages(version, language)
        seen = [by_page[key] for key in page_seconds if key in by_page]
        pages += [
            TimeRecord(shapes=by_page[key], language=language, seconds=float(spent))
            for key, spent in page_seconds.items()
            if key in by_page
        ]
        totals.append(
            TimeRecord(
                shapes=[shape for shapes in seen for shape in shapes],
                language=language,
                seconds=float(seconds),
            )
        )
    return pages, totals


def _shape_pages(version: int, language: str) -> dict[str, list[QuestionShape]]:
    """By page: its questions as who sees that page sees them."""
    content = get_content(version)
    shapes, _questions = shape_questions(content, language)
    found: dict[str, list[QuestionShape]] = {}
    for shape in shapes:
        found.setdefault(content.pages[shape.page].key, []).append(shape)
    for key, on_page in found.items():
        most = max(shape.probability for shape in on_page) or 1.0
        found[key] = [replace(shape, probability=shape.probability / most) for shape in on_page]
    return found


def _read_leaving() -> list[LeavingRecord]:
    newest = Response.objects.aggregate(most=Max("pk"))["most"] or 0
    rows = (
        Response.objects.filter(
            pk__gt=newest - LEAVING_MAX,
            is_test=False,
            state__in=[ResponseState.PARTIAL, ResponseState.COMPLETE],
        )
        .values_list("version_id", "state", "page_number")
        .annotate(n=Count("pk"))
        .order_by()
    )
    by_version: dict[int, tuple[Counter[int], list[int]]] = {}
    for version, state, page_number, n in rows:
        left, finished = by_version.setdefault(version, (Counter(), [0]))
        if state == ResponseState.PARTIAL:
            left[page_number] += n
        else:
            finished[0] += n
    return [
        record
        for version, (left, finished) in by_version.items()
        for record in _list_leaving(_list_by_page(version), left, finished[0])
    ]


def _list_by_page(version: int) -> list[tuple[int, list[tuple[int, QuestionShape]]]]:
    """Pages in order with their questions, each with its place in the survey."""
    content = get_content(version)
    shapes, _questions = shape_questions(content, content.main_language)
    found: dict[int, list[tuple[int, QuestionShape]]] = {}
    for place, shape in enumerate(shapes, start=1):
        found.setdefault(shape.page, []).append((place, shape))
    return sorted(found.items())


def _list_leaving(
    pages: Iterable[tuple[int, list[tuple[int, QuestionShape]]]], left: Mapping[int, int], finished: int
) -> list[LeavingRecord]:
    """Who saved a page and nothing after it left on the next one; its questions share them as the prior would.

    The first page is left unseen: an answer is kept from the first page on.
    """
    records = []
    for page, asked_there in pages:
        if page == 0:
            continue
        gone = left.get(page, 0)
        asked = finished + sum(n for last, n in left.items() if last >= page)
        chances = [shape.probability * find_leaving(shape.type, place) for place, shape in asked_there]
        whole = sum(chances) or 1.0
        records += [
            LeavingRecord(
                type=shape.type,
                place=place,
                asked=round(asked * shape.probability),
                left=min(gone * chance / whole, asked * shape.probability),
            )
            for (place, shape), chance in zip(asked_there, chances, strict=True)
        ]
    return [replace(record, left=min(record.left, record.asked)) for record in records if record.asked]
