"""Making surveys, changing their drafts, publishing and closing them, and the ways on which they reach people."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.listen.surveys.errors import ContentRefused, DraftChanged, SurveyNotOpen, SurveyUnfinished
from wafaa.listen.surveys.models import Collector, Survey, SurveyVersion
from wafaa.listen.surveys.rules import CollectorKind, SurveyState
from wafaa.listen.surveys.rules.checking import list_gaps
from wafaa.listen.surveys.rules.content import (
    Content,
    ContentWrong,
    hash_content,
    read_content,
    write_content,
)
from wafaa.listen.surveys.words import say_wrong

# 60 bits: short enough for a printed code, and nobody guesses one at any rate that a server answers.
TOKEN_BYTES = 9
SURVEY_FIELDS = frozenset({"name", "touchpoint", "response_quota", "opens_at", "closes_at"})
COLLECTOR_FIELDS = frozenset(
    {
        "name",
        "store",
        "agent",
        "table_name",
        "touchpoint",
        "single_use",
        "closes_at",
        "quota",
        "settings",
        "is_stopped",
    }
)


def make_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def _read(content: Mapping[str, Any] | Content) -> Content:
    """Raises ContentRefused."""
    if isinstance(content, Content):
        return content
    try:
        return read_content(content)
    except ContentWrong as error:
        raise ContentRefused(path=error.path or ".", problem=say_wrong(error.code, error.facts)) from error


@transaction.atomic
def make_survey(
    *,
    name: str,
    content: Mapping[str, Any] | Content,
    by: Staff | None,
    template_key: str = "",
    touchpoint: str = "",
) -> Survey:
    """With a draft of this content. Raises ContentRefused."""
    read, now = _read(content), clock.now()
    survey = Survey.objects.create(
        name=name,
        template_key=template_key,
        touchpoint=touchpoint,
        created_at=now,
        changed_at=now,
        created_by=by,
    )
    _make_draft(survey, read, number=1)
    record_change(staff=by, deed="make_survey", subject=str(survey.uuid), after={"name": name})
    return survey


def _make_draft(survey: Survey, content: Content, *, number: int) -> SurveyVersion:
    return SurveyVersion.objects.create(
        survey=survey,
        number=number,
        content=write_content(content),
        content_sha=hash_content(content),
        changed_at=clock.now(),
    )


@transaction.atomic
def change_draft(
    *, survey: Survey, content: Mapping[str, Any] | Content, revision: int | None = None
) -> SurveyVersion:
    """The draft with this content; of a published survey the next version begins with it.

    `revision` is what the one who changes it has seen (SurveyVersion.revision; 0 where there was no draft yet). Raises
    ContentRefused, and DraftChanged where somebody else was faster.
    """
    read = _read(content)
    locked = Survey.objects.select_for_update().get(pk=survey.pk)
    draft = locked.versions.filter(published_at=None).first()
    if revision is not None and revision != (draft.revision if draft else 0):
        raise DraftChanged
    locked.changed_at = clock.now()
    locked.save(update_fields=["changed_at"])
    if draft is None:
        number = (locked.versions.aggregate(most=Max("number"))["most"] or 0) + 1
        return _make_draft(locked, read, number=number)
    draft.content, draft.content_sha = write_content(read), hash_content(read)
    draft.revision += 1
    draft.changed_at = locked.changed_at
    draft.save(update_fields=["content", "content_sha", "revision", "changed_at"])
    return draft


@transaction.atomic
def change_survey(*, survey: Survey, by: Staff | None, **fields: Any) -> Survey:
    """Its name, touchpoint, quota and times."""
    assert fields.keys() <= SURVEY_FIELDS, fields.keys()
    locked = Survey.objects.select_for_update().get(pk=survey.pk)
    before = {name: str(getattr(locked, name) or "") for name in fields}
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.changed_at = clock.now()
    locked.save(update_fields=[*fields, "changed_at"])
    after = {name: str(getattr(locked, name) or "") for name in fields}
    if before != after:
        record_change(staff=by, deed="change_survey", subject=str(locked.uuid), before=before, after=after)
    return locked


@transaction.atomic
def publish_survey(*, survey: Survey, by: Staff | None) -> SurveyVersion:
    """The draft becomes what people are asked; without a draft nothing changes. Raises SurveyUnfinished."""
    locked = Survey.objects.select_for_update().get(pk=survey.pk)
    draft = locked.versions.filter(published_at=None).first()
    if draft is None:
        current = locked.current_version
        assert current is not None, "a survey has a draft or a published version"
        return current
    if gaps := list_gaps(read_content(draft.content)):
        raise SurveyUnfinished(count=len(gaps), gaps=gaps)
    draft.published_at = draft.changed_at = locked.changed_at = clock.now()
    draft.save(update_fields=["published_at", "changed_at"])
    locked.current_version, locked.state = draft, SurveyState.OPEN.value
    locked.save(update_fields=["current_version", "state", "changed_at"])
    record_change(staff=by, deed="publish_survey", subject=str(locked.uuid), after={"version": draft.number})
    return draft


def close_survey(*, survey: Survey, by: Staff | None) -> Survey:
    """It takes no more answers; what came stays."""
    return _set_state(survey, SurveyState.CLOSED, by, "close_survey")


def reopen_survey(*, survey: Survey, by: Staff | None) -> Survey:
    """It takes answers again. Raises SurveyNotOpen where it was never published."""
    return _set_state(survey, SurveyState.OPEN, by, "reopen_survey")


@transaction.atomic
def _set_state(survey: Survey, state: SurveyState, by: Staff | None, deed: str) -> Survey:
    locked = Survey.objects.select_for_update().get(pk=survey.pk)
    if locked.current_version_id is None:
        raise SurveyNotOpen
    if locked.state != state:
        locked.state, locked.changed_at = state.value, clock.now()
        locked.save(update_fields=["state", "changed_at"])
        record_change(staff=by, deed=deed, subject=str(locked.uuid))
    return locked


@transaction.atomic
def make_collector(
    *, survey: Survey, kind: CollectorKind | str, by: Staff | None, **fields: Any
) -> Collector:
    """A way on which the survey reaches people, with an address of its own."""
    assert fields.keys() <= COLLECTOR_FIELDS, fields.keys()
    collector = Collector.objects.create(
        survey=survey, kind=CollectorKind(kind).value, token=make_token(), created_at=clock.now(), **fields
    )
    record_change(
        staff=by,
        deed="make_collector",
        subject=str(survey.uuid),
        after={"kind": collector.kind, "name": collector.name},
    )
    return collector


@transaction.atomic
def change_collector(*, collector: Collector, by: Staff | None, **fields: Any) -> Collector:
    """Its name, place, end and settings; `is_stopped` ends it."""
    assert fields.keys() <= COLLECTOR_FIELDS, fields.keys()
    locked = Collector.objects.select_for_update().get(pk=collector.pk)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save(update_fields=[*fields])
    record_change(
        staff=by,
        deed="change_collector",
        subject=str(locked.uuid),
        after={name: str(value) for name, value in fields.items()},
    )
    return locked
