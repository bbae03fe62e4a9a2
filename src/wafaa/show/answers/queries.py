"""What pages of answers read from other rooms' tables, beside the counted facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.functional import Promise

from wafaa.access.business.queries import get_business
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Store
from wafaa.learn.feedback.models import TOPIC_NAMES, Comment
from wafaa.learn.feedback.queries import list_comments, list_topics_counts
from wafaa.learn.feedback.rules import CommentFilter
from wafaa.learn.measures.rules import Period
from wafaa.listen.surveys.models import Answer, Invitation, Response, Survey

LATEST = 5
RESPONSES_OF_A_CUSTOMER = 10
SAID_BY_SCORE = ("nps", "csat", "ces", "rating")


def count_sent(survey: Survey, period: Period | None) -> tuple[int, int]:
    """Invitations by name that went out in the days, and how many of them were answered since."""
    sent = Invitation.objects.filter(survey=survey, sent_at__isnull=False)
    if period:
        start, end = _moments(period)
        sent = sent.filter(sent_at__gte=start, sent_at__lt=end)
    counted = sent.aggregate(sent=Count("pk"), answered=Count("answered_at"))
    return counted["sent"], counted["answered"]


def _moments(period: Period) -> tuple[datetime, datetime]:
    zone = get_business().zone
    return clock.start_of_day(period.start, zone), clock.start_of_day(period.end, zone)


@dataclass(frozen=True, kw_only=True)
class Topic:
    name: "str | Promise"
    n: int
    negative: int


def list_topics(survey: Survey, period: Period) -> list[Topic]:
    """What comments to the survey name, most often first; nothing where nobody wrote."""
    asked = CommentFilter(survey=survey.uuid)
    found = list_topics_counts(asked, since=period.start, until=period.end - timedelta(days=1))
    return [
        Topic(name=TOPIC_NAMES[one.topic], n=one.comments, negative=one.negative)
        for one in found
        if one.comments
    ]


def list_latest_comments(survey: Survey, period: Period) -> list[Comment]:
    last = period.end - timedelta(days=1)
    return list(list_comments(CommentFilter(survey=survey.uuid, since=period.start, until=last))[:LATEST])


@dataclass(frozen=True, kw_only=True)
class Said:
    """One response of a customer: when, to what, its scores, and the words."""

    response: Response
    scores: list[Answer]
    texts: list[Answer]


def list_said(customer: Customer, stores: Sequence[int] | None) -> list[Said]:
    """What a customer answered, latest first; test answers are none. Whoever sees some stores only sees theirs."""
    found = Response.objects.filter(customer=customer, is_test=False).select_related("survey", "version")
    if stores is not None:
        found = found.filter(store__in=_list_codes(stores))
    responses = list(found.order_by("-last_at", "-pk")[:RESPONSES_OF_A_CUSTOMER])
    answers: dict[int, list[Answer]] = {response.pk: [] for response in responses}
    for answer in Answer.objects.filter(response__in=responses).order_by("pk"):
        answers[answer.response_id].append(answer)
    return [
        Said(
            response=response,
            scores=[
                one for one in answers[response.pk] if one.type in SAID_BY_SCORE and one.number is not None
            ],
            texts=[
                one
                for one in answers[response.pk]
                if one.text.strip() and one.type in {"short_text", "long_text"}
            ],
        )
        for response in responses
    ]


def _list_codes(stores: Sequence[int]) -> list[str]:
    return list(Store.objects.filter(pk__in=stores).values_list("code", flat=True))
