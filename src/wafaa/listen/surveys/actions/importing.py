"""Answers that another tool took become responses of ours: once each, however often their file comes.

A file is taken by the worker, some rows to a transaction, with what was counted beside them.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.know.customers.actions import get_default_region
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.customers.rules import read_email, read_phone
from wafaa.listen.surveys.actions.inviting import get_own_collector
from wafaa.listen.surveys.errors import SurveyNotOpen, TableRefused
from wafaa.listen.surveys.exchange.matching import (
    AT,
    RowReader,
    RowWrong,
    Told,
    is_anonymous_target,
    is_day_first,
    read_moment,
)
from wafaa.listen.surveys.exchange.tables import Table, find_table, forget_table
from wafaa.listen.surveys.models import (
    Answer,
    AnswerImport,
    Collector,
    RefusedRow,
    Response,
    Survey,
    SurveyVersion,
)
from wafaa.listen.surveys.queries import get_content
from wafaa.listen.surveys.rules import CollectorKind, ResponseState
from wafaa.listen.surveys.rules.content import Content
from wafaa.listen.surveys.rules.given import Asked
from wafaa.listen.surveys.rules.going import sum_points
from wafaa.listen.surveys.telling import Context, coarsen, make_event
from wafaa.stream.actions import record_events

State = AnswerImport.State
CHUNK = 500
_ROWS = UUID("5f0a7c52-1a0e-4a67-9d53-7d5f6c1b2e90")
# What came in, and what did not, may be looked up so long.
KEPT = timedelta(days=90)


@transaction.atomic
def request_import(*, survey: Survey, table: Table, targets: Sequence[str], by: Staff | None) -> AnswerImport:
    """Asks the worker to take the rows of a file whose columns were matched; asking again while it does is asking once.

    Raises SurveyNotOpen.
    """
    locked = Survey.objects.select_for_update().get(pk=survey.pk)
    if locked.current_version_id is None:
        raise SurveyNotOpen
    moving = AnswerImport.objects.filter(
        survey=locked, sha=table.sha, state__in=(State.QUEUED, State.RUNNING)
    ).first()
    if moving is not None:
        return moving
    made = AnswerImport.objects.create(
        survey=locked,
        version_id=locked.current_version_id,
        staff=by,
        sha=table.sha,
        targets=list(targets),
        rows=len(table.rows),
        created_at=clock.now(),
    )
    app.configure_task("wafaa.listen.surveys.tasks.take_answers").defer(import_uuid=str(made.uuid))
    return made


def run_import(*, import_uuid: UUID) -> AnswerImport:
    """Takes the rows, 500 to a transaction; safe to repeat, for it goes on behind the last that was done."""
    wanted = AnswerImport.objects.select_related("survey", "version", "staff").get(uuid=import_uuid)
    if not wanted.is_moving:
        return wanted
    try:
        table = find_table(wanted.survey.uuid, wanted.sha)
    except TableRefused as error:
        return _end(wanted, State.FAILED, error=error.reason)
    content = get_content(wanted.version_id)
    ids = name_rows(wanted.survey.uuid, table, wanted.targets, content)
    reader = RowReader(table, wanted.targets, content, zone=get_business().zone, now=wanted.created_at)
    while wanted.is_moving and wanted.done < len(table.rows):
        wanted = _take_chunk(wanted, reader, ids)
    return _end(wanted, State.DONE) if wanted.is_moving else wanted


@transaction.atomic
def _take_chunk(wanted: AnswerImport, reader: RowReader, ids: Sequence[UUID]) -> AnswerImport:
    """The import's row is locked, then the survey's: what is counted is what came in, and a cancelled one stands still."""
    locked = (
        AnswerImport.objects.select_for_update(of=("self",))
        .select_related("survey", "version", "staff")
        .get(pk=wanted.pk)
    )
    if not locked.is_moving:
        return locked
    end = min(locked.done + CHUNK, locked.rows)
    good: list[tuple[UUID, Told]] = []
    wrong: list[RefusedRow] = []
    for place in range(locked.done, end):
        try:
            good.append((ids[place], reader.read(place)))
        except RowWrong as error:
            wrong.append(_refuse(locked, reader.get_line(place), error))
    RefusedRow.objects.bulk_create(wrong)
    new, named = _import_chunk(locked.survey, locked.version, good)
    locked.state, locked.done = State.RUNNING, end
    locked.new, locked.named = locked.new + new, locked.named + named
    locked.known, locked.refused = locked.known + len(good) - new, locked.refused + len(wrong)
    locked.save(update_fields=["state", "done", "new", "named", "known", "refused"])
    return locked


def _refuse(wanted: AnswerImport, line: int, error: RowWrong) -> RefusedRow:
    facts = {name: str(value) for name, value in error.facts.items()}
    return RefusedRow(
        answer_import=wanted, line=line, column=error.column[:200], code=error.code, facts=facts
    )


@transaction.atomic
def _end(wanted: AnswerImport, state: AnswerImport.State, *, error: str = "") -> AnswerImport:
    locked = AnswerImport.objects.select_for_update().get(pk=wanted.pk)
    if not locked.is_moving:
        return locked
    locked.state, locked.error, locked.done_at = state, error, clock.now()
    locked.save(update_fields=["state", "error", "done_at"])
    survey = wanted.survey.uuid
    if locked.new:
        record_change(
            staff=wanted.staff,
            deed="import_answers",
            subject=str(survey),
            after={"answers": str(locked.new)},
        )
    transaction.on_commit(partial(forget_table, survey, locked.sha))
    return locked


@transaction.atomic
def cancel_import(*, import_uuid: UUID, by: Staff | None) -> AnswerImport:
    """No more rows come in; those that came stay. Once it is over nothing changes."""
    wanted = AnswerImport.objects.select_related("survey").get(uuid=import_uuid)
    wanted.staff = by
    return _end(wanted, State.CANCELLED)


def forget_old_imports() -> int:
    """Those that were over long ago, with their refused rows."""
    return AnswerImport.objects.filter(done_at__lt=clock.now() - KEPT).delete()[0]


def name_rows(survey: UUID, table: Table, targets: Sequence[str], content: Content) -> list[UUID]:
    """An id for each row by what stands in it, so that a later, longer file of the same tool brings only what is new; equal rows
    are counted. Of an anonymous survey nothing goes into it that the response would not keep.
    """
    zone, seen, ids = get_business().zone, Counter[str](), []
    place_at = targets.index(AT)
    day_first = is_day_first([cells[place_at] for _line, cells in table.rows])
    kept = [place for place, target in enumerate(targets) if is_anonymous_target(target, content)]
    for _line, cells in table.rows:
        said = list(cells)
        if content.anonymous:
            at = read_moment(cells[place_at], zone, day_first=day_first)
            said = [cells[place] for place in kept] + [coarsen(at).isoformat() if at else ""]
        row = "\x1f".join(said)
        seen[row] += 1
        ids.append(uuid5(_ROWS, f"{survey}:{seen[row]}:{row}"))
    return ids


def _import_chunk(
    survey: Survey, version: SurveyVersion, rows: Sequence[tuple[UUID, Told]]
) -> tuple[int, int]:
    collector = get_own_collector(survey, CollectorKind.IMPORT)  # holds the survey: one import at a time
    collector.survey = survey
    found = Response.objects.filter(uuid__in=[uuid for uuid, _told in rows])
    known = set(found.values_list("uuid", flat=True))
    fresh = [(uuid, told) for uuid, told in rows if uuid not in known]
    content = get_content(version.pk)
    people = {} if content.anonymous else find_people([told.customer for _uuid, told in fresh])
    distinct = {key: found[0] for key, found in list_distinct_ids(set(people.values())).items() if found}
    responses = [
        _make_response(
            collector, version, content, uuid, told, who=_name(people.get(told.customer), distinct)
        )
        for uuid, told in fresh
    ]
    Response.objects.bulk_create(responses)
    _save_answers(content, responses, [told for _uuid, told in fresh])
    record_events(
        events=[
            make_event(
                context=_describe(survey, response, version.number),
                content=content,
                answers=told.answers,
                at=told.at,
            )
            for response, (_uuid, told) in zip(responses, fresh, strict=True)
        ]
    )
    return len(responses), sum(response.customer_id is not None for response in responses)


def _save_answers(content: Content, responses: Sequence[Response], told: Sequence[Told]) -> None:
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
        for response, row in zip(responses, told, strict=True)
        for key, value in row.answers.items()
    )


def _make_response(
    collector: Collector,
    version: SurveyVersion,
    content: Content,
    uuid: UUID,
    told: Told,
    *,
    who: tuple[int | None, str],
) -> Response:
    at = coarsen(told.at) if content.anonymous else told.at
    survey, about, customer = collector.survey, told.about, who[0]
    language = about.get("language", "")[:2].lower()
    return Response(
        uuid=uuid,
        survey=survey,
        version=version,
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
