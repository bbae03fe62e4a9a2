"""How satisfied people were found to be last, by their own words: for the audit alone, and asked by nothing that decides."""

from collections.abc import Collection
from functools import cache
from typing import Any

from django.db.models import Max

from wafaa.listen.reviews.models import Review
from wafaa.listen.reviews.rules import share_of
from wafaa.listen.surveys.models import Answer, Response, SurveyVersion
from wafaa.listen.surveys.rules import ResponseState
from wafaa.listen.surveys.rules.content import read_content
from wafaa.listen.surveys.rules.parts import SCALES


def find_shares(customer_ids: Collection[int]) -> dict[int, float]:
    """From 0 to 1 the lowest answer on a scale of their last survey, or the stars of their last review, whichever is newer.

    Nothing of those who never said anything.
    """
    said: dict[int, list[tuple[Any, float]]] = {}
    for customer, at, share in (*_list_reviews(customer_ids), *_list_answers(customer_ids)):
        said.setdefault(customer, []).append((at, share))
    return {customer: max(some)[1] for customer, some in said.items()}


def _list_reviews(customer_ids: Collection[int]) -> list[tuple[int, Any, float]]:
    found = Review.objects.filter(customer__in=customer_ids).order_by("customer_id", "-changed_at")
    rows = found.distinct("customer_id").values_list("customer_id", "changed_at", "rating")
    return [(customer or 0, at, share_of(rating)) for customer, at, rating in rows]


def _list_answers(customer_ids: Collection[int]) -> list[tuple[int, Any, float]]:
    whole = Response.objects.filter(
        customer__in=customer_ids, state=ResponseState.COMPLETE, is_test=False, is_anonymous=False
    )
    newest = whole.values("customer_id").annotate(last=Max("completed_at"))
    last = {row["customer_id"]: row["last"] for row in newest}
    rows = Answer.objects.filter(
        response__in=whole.filter(completed_at__in=last.values()),
        type__in=[str(one) for one in SCALES],
        number__isnull=False,
        not_applicable=False,
    ).values_list(
        "response__customer_id", "response__completed_at", "response__version_id", "question_key", "number"
    )
    shares: dict[int, float] = {}
    for customer, at, version, question, number in rows:
        first, final = _read_ends(version).get(question, (0, 0))
        if customer and final > first and at == last.get(customer):
            share = min(1.0, max(0.0, (float(number or 0) - first) / (final - first)))
            shares[customer] = min(shares.get(customer, 1.0), share)
    return [(customer, last[customer], share) for customer, share in shares.items()]


@cache
def _read_ends(version_id: int) -> dict[str, tuple[int, int]]:
    """The ends of each scale of a published version, which never changes."""
    version = SurveyVersion.objects.get(pk=version_id)
    content = read_content(version.content)
    return {one.key: (one.first, one.last) for one in content.questions if one.type in SCALES}
