"""Surveys, their content, and how many were asked."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from wafaa.kit import clock
from wafaa.listen.surveys.errors import CollectorMissing, SurveyMissing
from wafaa.listen.surveys.models import Answer, Collector, Invitation, Response, Survey, SurveyVersion
from wafaa.listen.surveys.rules import CollectorKind, ResponseState, SurveyState
from wafaa.listen.surveys.rules.content import Content, QuestionType, Words, read_content
from wafaa.listen.surveys.rules.state import Person, Preview
from wafaa.listen.surveys.sealing import seal

__all__ = [
    "PopUp",
    "count_responses",
    "count_sent",
    "export_customer",
    "find_draft",
    "get_collector",
    "get_content",
    "get_questions",
    "get_survey",
    "invitation_url",
    "list_collectors",
    "list_pop_ups",
    "list_surveys",
    "make_url",
    "seal_person",
]

_CONTENTS_KEPT = 200
_contents: OrderedDict[int, Content] = OrderedDict()


class AskedQuestion(NamedTuple):
    """One question as results show it; of a matrix, one row. `options` are keys with their words, of a scale empty."""

    key: str
    type: QuestionType
    words: Words
    options: tuple[tuple[str, Words], ...]
    page_key: str = ""
    measure: str = ""
    first: int = 0
    last: int = 0
    row_words: Words | None = None


def get_survey(survey_uuid: UUID) -> Survey:
    """With its current version. Raises SurveyMissing."""
    found = Survey.objects.select_related("current_version").filter(uuid=survey_uuid).first()
    if found is None:
        raise SurveyMissing
    return found


def list_surveys() -> QuerySet[Survey]:
    """The newest first."""
    return Survey.objects.order_by("-created_at", "-id")


def find_draft(survey: Survey) -> SurveyVersion | None:
    """What is being changed; None where the published version is the last word."""
    return survey.versions.filter(published_at=None).first()


def get_content(version_id: int) -> Content:
    """Of a published version, kept by this process: it never changes. Raises SurveyMissing."""
    if found := _contents.get(version_id):
        return found
    version = SurveyVersion.objects.filter(pk=version_id).only("content", "published_at").first()
    if version is None:
        raise SurveyMissing
    content = read_content(version.content)
    if version.published_at:
        _contents[version_id] = content
        while len(_contents) > _CONTENTS_KEPT:
            _contents.popitem(last=False)
    return content


def get_questions(survey: Survey) -> list[AskedQuestion]:
    """All that its published versions ask, the newest words first; those of older versions that were taken out follow."""
    numbers = survey.versions.exclude(published_at=None).order_by("-number").values_list("pk", flat=True)
    found: dict[str, AskedQuestion] = {}
    for version_id in numbers:
        for asked in list_asked(get_content(version_id)):
            found.setdefault(asked.key, asked)
    return list(found.values())


def list_asked(content: Content) -> list[AskedQuestion]:
    """Of one version."""
    return [
        AskedQuestion(
            key=key,
            type=question.type,
            words=question.text,
            options=tuple((option.key, option.text) for option in question.options),
            page_key=page.key,
            measure=question.measure,
            first=question.first,
            last=question.last,
            row_words=next((row.text for row in question.rows if key == f"{question.key}.{row.key}"), None),
        )
        for page in content.pages
        for question in page.questions
        for key in question.answer_keys
    ]


def list_collectors(survey: Survey) -> QuerySet[Collector]:
    """The newest first."""
    return survey.collectors.order_by("-created_at", "-id")


def get_collector(collector_uuid: UUID) -> Collector:
    """With its survey. Raises CollectorMissing."""
    found = Collector.objects.select_related("survey").filter(uuid=collector_uuid).first()
    if found is None:
        raise CollectorMissing
    return found


class PopUp(NamedTuple):
    """A pop-up that the console steers. `audience` is "", "known", "unknown", or what a room above knows it by."""

    token: str
    audience: str
    settings: dict[str, Any]


def list_pop_ups() -> list[PopUp]:
    """Those that may appear now, the newest first."""
    now = clock.now()
    found = (
        Collector.objects.filter(kind=CollectorKind.POPUP.value, is_stopped=False, settings__managed=True)
        .filter(Q(closes_at=None) | Q(closes_at__gt=now))
        .filter(survey__state=SurveyState.OPEN.value, survey__current_version__isnull=False)
        .filter(Q(survey__opens_at=None) | Q(survey__opens_at__lte=now))
        .filter(Q(survey__closes_at=None) | Q(survey__closes_at__gt=now))
        .select_related("survey")
        .order_by("-created_at", "-id")
    )
    return [
        PopUp(token=one.token, audience=one.settings.get("audience", ""), settings=one.settings)
        for one in found
        if not _is_full(one)
    ]


def _is_full(way: Collector) -> bool:
    done = Response.objects.filter(state=ResponseState.COMPLETE.value, is_test=False)
    of_survey = way.survey.response_quota
    return (way.quota is not None and done.filter(collector=way).count() >= way.quota) or (
        of_survey is not None and done.filter(survey=way.survey_id).count() >= of_survey
    )


def seal_person(token: str, customer_id: int) -> str:
    """What `customer` in the address of an open link says: whose answer it will be; nobody can make one up."""
    return seal(Person(token=token, customer=customer_id))


def count_sent(
    survey: Survey, *, start: datetime | None = None, end: datetime | None = None, kind: str = ""
) -> int:
    """Invitations that were handed over, sent in [start, end), by collectors of one kind; the ground of the response rate."""
    sent = Invitation.objects.filter(survey=survey, sent_at__isnull=False)
    if start:
        sent = sent.filter(sent_at__gte=start)
    if end:
        sent = sent.filter(sent_at__lt=end)
    return (sent.filter(collector__kind=kind) if kind else sent).count()


def count_responses(surveys: Sequence[Survey]) -> dict[int, dict[str, int]]:
    """By survey's number: how many were started (all of them), left and finished; tests apart."""
    counted = (
        Response.objects.filter(survey__in=surveys)
        .values("survey")
        .annotate(
            started=Count("pk", filter=Q(is_test=False)),
            partial=Count("pk", filter=Q(is_test=False, state=ResponseState.PARTIAL.value)),
            complete=Count("pk", filter=Q(is_test=False, state=ResponseState.COMPLETE.value)),
            tests=Count("pk", filter=Q(is_test=True)),
        )
    )
    empty = {"started": 0, "partial": 0, "complete": 0, "tests": 0}
    rows: list[dict[str, Any]] = list(map(dict, counted))
    found = {row["survey"]: {name: int(row[name]) for name in empty} for row in rows}
    return {survey.pk: found.get(survey.pk, dict(empty)) for survey in surveys}


def make_url(token: str, *, site: str = "") -> str:
    """Where a collector or an invitation is answered; whole where `site` ("https://…") is given."""
    return f"{site.rstrip('/')}/s/{token}/"


def invitation_url(invitation: Invitation, *, site: str = "") -> str:
    """Where that person answers."""
    return make_url(invitation.token, site=site)


def make_preview_url(version: SurveyVersion, *, until: datetime, site: str = "") -> str:
    """Where a version, published or not, is answered as a test until then."""
    return make_url("~" + seal(Preview(version=version.pk, until=int(until.timestamp()))), site=site)


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What they were asked and what they answered, as plain values; anonymous answers are nobody's."""
    responses = Response.objects.filter(customer=customer_id).order_by("id")
    answers = Answer.objects.filter(response__in=responses).order_by("response_id", "id")
    said = ("question_key", "type", "number", "choices", "text", "not_applicable", "at")
    times = ("started_at", "last_at", "completed_at")
    return {
        "survey_invitations": list(
            Invitation.objects.filter(customer=customer_id)
            .order_by("id")
            .values("survey__name", "reason", "order_ref", "sent_at", "opened_at", "answered_at")
        ),
        "survey_responses": list(
            responses.values("uuid", "survey__name", "state", "language", "channel", "hidden", *times)
        ),
        "survey_answers": list(answers.values("response__uuid", *said)),
    }
