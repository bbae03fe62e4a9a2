"""Answers that another tool took become responses of ours: once each, however often their file comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.know.customers.actions import get_default_region
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.customers.rules import read_email, read_phone
from wafaa.listen.surveys.actions.inviting import get_own_collector
from wafaa.listen.surveys.errors import SurveyNotOpen
from wafaa.listen.surveys.exchange.matching import Told
from wafaa.listen.surveys.models import Answer, Collector, Response, Survey
from wafaa.listen.surveys.queries import get_content
from wafaa.listen.surveys.rules import CollectorKind, ResponseState
from wafaa.listen.surveys.rules.content import Content
from wafaa.listen.surveys.rules.given import Asked
from wafaa.listen.surveys.rules.going import sum_points
from wafaa.listen.surveys.telling import Context, coarsen, make_event
from wafaa.stream.actions import record_events

CHUNK = 500
_ROWS = UUID("5f0a7c52-1a0e-4a67-9d53-7d5f6c1b2e90")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """`known` were imported before; `named` of the new ones have a customer."""

    new: int = 0
    known: int = 0
    named: int = 0


def import_answers(
    *, survey: Survey, sha: str, rows: Sequence[tuple[int, Told]], by: Staff | None
) -> Imported:
    """`rows` are (line, what it says) of the file with this hash; each 500 are one transaction. Raises SurveyNotOpen."""
    if survey.current_version_id is None:
        raise SurveyNotOpen
    new = named = 0
    for start in range(0, len(rows), CHUNK):
        made, people = _import_chunk(survey, sha, rows[start : start + CHUNK])
        new, named = new + made, named + people
    if new:
        record_change(staff=by, deed="import_answers", subject=str(survey.uuid), after={"answers": str(new)})
    return Imported(new=new, known=len(rows) - new, named=named)


@transaction.atomic
def _import_chunk(survey: Survey, sha: str, rows: Sequence[tuple[int, Told]]) -> tuple[int, int]:
    collector = get_own_collector(survey, CollectorKind.IMPORT)  # holds the survey: one import at a time
    collector.survey = survey
    ids = {line: uuid5(_ROWS, f"{survey.uuid}:{sha}:{line}") for line, _told in rows}
    known = set(Response.objects.filter(uuid__in=ids.values()).values_list("uuid", flat=True))
    fresh = [(ids[line], told) for line, told in rows if ids[line] not in known]
    assert survey.current_version is not None
    content = get_content(survey.current_version.pk)
    people = {} if content.anonymous else find_people([told.customer for _uuid, told in fresh])
    distinct = {key: found[0] for key, found in list_distinct_ids(set(people.values())).items() if found}
    responses = [
        _make_response(collector, content, uuid, told, _name(people.get(told.customer), distinct))
        for uuid, told in fresh
    ]
    Response.objects.bulk_create(responses)
    pages = {key: page.key for page in content.pages for one in page.questions for key in one.answer_keys}
    asked = {key: question for question in content.questions for key in question.answer_keys}
    Answer.objects.bulk_create(
        Answer(
            response=response,
            question_key=key,
            page_key=pages[key],
            type=asked[key].type.value,
            measure=asked[key].measure,
            number=value.number,
            choices=list(value.choices),
            text=value.text,
            points=value.points,
            not_applicable=value.not_applicable,
            at=response.last_at,
        )
        for response, (_uuid, told) in zip(responses, fresh, strict=True)
        for key, value in told.answers.items()
    )
    record_events(
        events=[
            make_event(
                context=_describe(survey, response, survey.current_version.number),
                content=content,
                answers=told.answers,
                at=told.at,
            )
            for response, (_uuid, told) in zip(responses, fresh, strict=True)
        ]
    )
    return len(responses), sum(response.customer_id is not None for response in responses)


def _make_response(
    collector: Collector, content: Content, uuid: UUID, told: Told, who: tuple[int | None, str]
) -> Response:
    at = coarsen(told.at) if content.anonymous else told.at
    survey, about, customer = collector.survey, told.about, who[0]
    language = about.get("language", "")[:2].lower()
    return Response(
        uuid=uuid,
        survey=survey,
        version=survey.current_version,
        collector=collector,
        customer_id=customer,
        distinct_id=who[1],
        state=ResponseState.COMPLETE.value,
        language=language if language in content.languages else content.main_language,
        channel=CollectorKind.IMPORT.value,
        touchpoint=about.get("touchpoint", "")[:100] or survey.touchpoint,
        agent=about.get("agent", "")[:100],
        store=about.get("store", "")[:100],
        order_ref="" if content.anonymous else about.get("order_ref", "")[:200],
        page_key=content.pages[-1].key,
        page_number=len(content.pages),
        started_at=at,
        last_at=at,
        completed_at=at,
        is_anonymous=content.anonymous,
        points=sum_points(content, Asked(answers=told.answers)),
    )


def _name(customer: int | None, distinct: dict[int, str]) -> tuple[int | None, str]:
    return customer, distinct.get(customer, "") if customer else ""


def _describe(survey: Survey, response: Response, version: int) -> Context:
    return Context(
        response=response.uuid,
        survey=survey.uuid,
        survey_name=survey.name,
        version=version,
        template=survey.template_key,
        channel=response.channel,
        touchpoint=response.touchpoint,
        agent=response.agent,
        store=response.store,
        product="",
        order_ref=response.order_ref,
        language=response.language,
        distinct_id=response.distinct_id,
        seconds=0,
        is_anonymous=response.is_anonymous,
    )


def find_people(said: Sequence[str]) -> dict[str, int]:
    """Customers by e-mail, phone or number as a file says it; whom two customers share is nobody."""
    region = get_default_region()
    forms: dict[str, tuple[str, str]] = {}
    for text in {text for text in said if text}:
        phone = "" if "@" in text else read_phone(text, "", region)
        forms[text] = (read_email(text) if "@" in text else "", phone)
    emails = [email for email, _phone in forms.values() if email]
    phones = [phone for _email, phone in forms.values() if phone]
    found: dict[str, set[int]] = {}
    by_number = DistinctId.objects.filter(distinct_id__in=list(forms)).values_list(
        "distinct_id", "customer_id"
    )
    matches = Customer.objects.filter(Q(email__in=emails) | Q(phone__in=phones), merged_into=None)
    for key, number in [
        *by_number,
        *((email, pk) for pk, email in matches.exclude(email="").values_list("pk", "email")),
        *((phone, pk) for pk, phone in matches.exclude(phone="").values_list("pk", "phone")),
    ]:
        found.setdefault(key, set()).add(number)
    people: dict[str, int] = {}
    for text, (email, phone) in forms.items():
        numbers = found.get(text) or found.get(email) or found.get(phone) or set()
        if len(numbers) == 1:
            people[text] = next(iter(numbers))
    return people
