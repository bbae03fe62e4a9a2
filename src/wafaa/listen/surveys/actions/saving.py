"""Taking answers, page by page.

A page that is sent again, by a double tap or by somebody who replays it, is the same page of the same response: its id stands
sealed in the page. Locks are taken in this order: the response, the survey (where a quota counts), the invitation.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.db.models import F

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.listen.surveys.actions.opening import (
    DONE,
    ask,
    check_open,
    find_missing,
    is_full,
    open_response,
    read_preview,
)
from wafaa.listen.surveys.errors import (
    AnswersLate,
    AnswersRefused,
    FormStale,
    LinkUnknown,
    SurveyNotOpen,
)
from wafaa.listen.surveys.loading import Held, Loaded, load
from wafaa.listen.surveys.models import Invitation, Survey, SurveyVersion
from wafaa.listen.surveys.queries import get_content
from wafaa.listen.surveys.rules import ResponseState
from wafaa.listen.surveys.rules.content import Content, Question
from wafaa.listen.surveys.rules.given import NOTHING, Asked, Value
from wafaa.listen.surveys.rules.going import (
    Step,
    choose_outcome,
    find_next,
    list_path,
    list_shown,
    sum_points,
)
from wafaa.listen.surveys.rules.judging import is_speeder, is_straight
from wafaa.listen.surveys.rules.state import FormState
from wafaa.listen.surveys.rules.taking import Fields, Taken, take_page
from wafaa.listen.surveys.telling import Context, coarsen, make_event
from wafaa.stream.actions import record_beside
from wafaa.stream.rules import NewEvent

# Longer before one page is a phone that was put away.
PAGE_SECONDS_MAX = 3600


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A page was taken. `page` is the place of the next one, None at the end."""

    response: UUID
    page: int | None
    outcome: str = ""
    is_complete: bool = False


class _Moved(Exception):
    """Somebody else wrote the response since it was read, or a quota must be counted: only with locks."""


def save_page(
    *,
    token: str,
    state: FormState,
    fields: Fields,
    files: Mapping[str, str] | None = None,
    language: str,
) -> Saved:
    """Takes what was answered on the page that `state` names; at the end of the way the response is complete.

    `files` are the names of files that came, by question. The same page sent again is taken again as the same. Raises
    FormStale, AnswersRefused, AnswersLate, LinkUnknown, LinkClosed; nothing is written then.
    """
    if state.token != token:
        raise FormStale
    page = partial(_take, token, state, fields, files or {}, language)
    if not connection.in_atomic_block:
        # read without a lock, written in one statement that looks whether what was read still holds: one commit, few turns
        with suppress(_Moved):
            return page(locks=False)
    try:
        with transaction.atomic():
            return page(locks=True)
    except _Moved:  # its first page was on its way: now it stands, and can be locked
        with transaction.atomic():
            return page(locks=True)


def _take(
    token: str, state: FormState, fields: Fields, files: Mapping[str, str], language: str, *, locks: bool
) -> Saved:
    """Raises _Moved."""
    loaded = load(token=token, response=state.response, customer_id=state.customer, locks=locks)
    if not locks and _counts(loaded, state):
        raise _Moved
    preview = read_preview(token) if state.is_test else None
    if loaded.way is None and preview is None:
        raise LinkUnknown
    content = get_content(state.version)
    _check_same(loaded, state)
    held = loaded.held
    check_open(loaded, content, preview)
    if state.page >= len(content.pages):
        raise FormStale
    asked = ask(content, loaded, held.hidden if held else state.hidden, loaded.answers)
    page = content.pages[state.page]
    shown = list_shown(page, asked)
    known = {key: value.text for key, value in loaded.answers.items()}
    taken = take_page(shown, fields, files={**known, **files})
    if taken.wrong:
        raise AnswersRefused(taken=taken)
    if held is not None and held.state in DONE and not _may_edit(held):
        if any(value != loaded.answers.get(key, NOTHING) for key, value in taken.answers.items()):
            raise AnswersLate
        # sent again, because the acknowledgement was lost on the way
        return Saved(response=state.response, page=None, outcome=held.outcome, is_complete=True)
    asked = asked.with_answers(taken.answers)
    step = find_next(content, state.page, asked)
    if step.page is None and (missing := find_missing(content, asked)):
        step = Step(page=missing[0])
    return _Saving(state, loaded, content, asked, language).save(shown, taken, step)


def _check_same(loaded: Loaded, state: FormState) -> None:
    """Raises FormStale: a sealed page of one survey does not fit another."""
    held = loaded.held
    if held is None:
        return
    way, invited = loaded.way, loaded.invited
    if held.version_id != state.version or held.is_test != state.is_test:
        raise FormStale
    if way is not None and held.collector_id not in (way.id, None):
        raise FormStale
    if held.invitation_id and (invited is None or held.invitation_id != invited.id):
        raise FormStale


def _counts(loaded: Loaded, state: FormState) -> bool:
    """Whether a quota limits how many may answer."""
    survey, way = loaded.survey, loaded.way
    if state.is_test or survey is None or way is None:
        return False
    single = way.single_use and not loaded.invited
    return survey.response_quota is not None or way.quota is not None or single


def _may_edit(held: Held) -> bool:
    return held.edit_until is not None and clock.now() < held.edit_until


class _Saving:
    """One page on its way into the database."""

    def __init__(
        self, state: FormState, loaded: Loaded, content: Content, asked: Asked, language: str
    ) -> None:
        self.state, self.loaded, self.content = state, loaded, content
        self.asked, self.language = asked, language
        self.now = clock.now()

    def save(self, shown: Sequence[Question], taken: Taken, step: Step) -> Saved:
        """Writes the page; at the end of the way the invitation and the event, too."""
        held, content, state = self.loaded.held, self.content, self.state
        page = content.pages[state.page]
        spent = {page.key: max(0, min(PAGE_SECONDS_MAX, int(self.now.timestamp()) - state.shown_at))}
        pages = {**(held.page_seconds if held else {}), **spent}
        seconds = sum(pages.values())
        ends = step.page is None
        points = sum_points(content, self.asked) if ends else None
        outcome = choose_outcome(content, self.asked, points=points, named=step.outcome) if ends else None
        was_done = held is not None and held.state in DONE
        next_state = self._choose_state(ends, screens=outcome is not None and outcome.screens_out)
        answers = {
            key: value
            for key, value in {
                **dict.fromkeys(self._list_hidden(page, shown), NOTHING),
                **taken.answers,
            }.items()
            if value.is_answered or key in self.loaded.answers
        }
        changed = any(value != self.loaded.answers.get(key, NOTHING) for key, value in answers.items())
        edits = (held.edits if held else 0) + (1 if was_done and changed else 0)
        row = {
            **self._describe(),
            "state": next_state.value,
            "page_key": page.key,
            "page_number": state.page + 1,
            "page_seconds": spent,
            "completed_at": self._coarse(self.now) if next_state in DONE else None,
            "seconds": seconds,
            "is_speeder": ends and self._is_fast(seconds),
            "is_straight": ends and is_straight(content, self.asked.answers),
            "outcome": outcome.key if outcome else (held.outcome if held and not ends else ""),
            "points": points,
            "edit_until": self._choose_edit_until(ends),
            "edits": edits,
        }
        answer_seconds = spent[page.key] if sum(one.is_asked for one in shown) == 1 else None
        rows = _make_rows(content, answers, page_key=page.key, seconds=answer_seconds)
        self._write(row, rows, finishes=ends and next_state == ResponseState.COMPLETE)
        return Saved(
            response=state.response,
            page=step.page,
            outcome=outcome.key if outcome else "",
            is_complete=next_state.value in DONE and ends,
        )

    def _list_hidden(self, page: Any, shown: Sequence[Question]) -> list[str]:
        """Keys of questions of this page that are not asked any more."""
        return [key for question in page.questions if question not in shown for key in question.answer_keys]

    def _choose_state(self, ends: bool, *, screens: bool) -> ResponseState:
        held = self.loaded.held
        if not ends:
            return ResponseState(held.state) if held else ResponseState.STARTED
        if held is not None and held.state in DONE:
            return ResponseState.SCREENED if screens else ResponseState(held.state)
        if screens or self._came_too_late():
            return ResponseState.SCREENED
        return ResponseState.COMPLETE

    def _came_too_late(self) -> bool:
        """Whether a quota filled up in the meantime; who counts, counts alone."""
        survey = self.loaded.survey
        if survey is None or not _counts(self.loaded, self.state):
            return False
        Survey.objects.select_for_update().only("pk").get(pk=survey.id)
        return is_full(self.loaded)

    def _is_fast(self, seconds: int) -> bool:
        places, _end = list_path(self.content, self.asked)
        seen = [
            question for place in places for question in list_shown(self.content.pages[place], self.asked)
        ]
        return is_speeder(seen, seconds, self.language, self.content.main_language)

    def _choose_edit_until(self, ends: bool) -> datetime | None:
        held = self.loaded.held
        if not ends or (held is not None and held.edit_until is not None):
            return held.edit_until if held else None
        if not self.content.edit_minutes or (self.content.anonymous and self.loaded.invited):
            return None
        return self.now + timedelta(minutes=self.content.edit_minutes)

    def _coarse(self, moment: datetime) -> datetime:
        return coarsen(moment) if self.content.anonymous else moment

    def _describe(self) -> dict[str, Any]:
        """Whose response it is, and where it was given."""
        way, invited, survey, who = self.loaded.way, self.loaded.invited, self.loaded.survey, self.loaded.who
        anonymous, state = self.content.anonymous, self.state
        knows = not anonymous and who is not None
        started = self.loaded.held.started_at if self.loaded.held else self.now
        return {
            "uuid": state.response,
            "survey_id": survey.id if survey else self._find_survey(),
            "version_id": state.version,
            "collector_id": way.id if way else None,
            "invitation_id": invited.id if invited and not anonymous else None,
            "customer_id": who.id if knows and who else None,
            "distinct_id": (who.distinct_id or "") if knows and who else "",
            "language": self.language,
            "channel": way.kind if way else "",
            "touchpoint": _first(
                invited and invited.touchpoint, way and way.touchpoint, survey and survey.touchpoint
            ),
            "agent": _first(invited and invited.agent, way and way.agent),
            "store": _first(invited and invited.store, way and way.store),
            "product": _first(invited and invited.product_ref) if not anonymous else "",
            "order_ref": _first(invited and invited.order_ref) if not anonymous else "",
            "hidden": state.hidden if not anonymous else {},
            "started_at": self._coarse(started),
            "last_at": self._coarse(self.now),
            "is_test": state.is_test,
            "is_anonymous": anonymous,
        }

    def _find_survey(self) -> int:
        return SurveyVersion.objects.values_list("survey", flat=True).get(pk=self.state.version)

    def _write(self, row: dict[str, Any], answers: list[dict[str, Any]], *, finishes: bool) -> None:
        """The page; at its end the invitation is answered, and the stream hears of it; of a test nobody does. Raises _Moved."""
        held, invited, anonymous = self.loaded.held, self.loaded.invited, self.content.anonymous
        tells = finishes and not self.state.is_test and self.loaded.survey is not None
        values = {
            "row": _write_json(row),
            "answers": _write_json(answers),
            "seen": held.changed_in if held else "",
            "invitation": str(invited.id) if tells and invited and not anonymous else "",
        }
        event = self._tell(row) if tells else None
        statement = load_sql("wafaa.listen.surveys", "save_page")
        with clock.fixed_at(event.occurred_at) if event and anonymous else nullcontext():
            saved = record_beside(statement=statement, values=values, event=event)  # received as coarsely
        if saved is None:
            raise _Moved
        if tells and invited and anonymous:
            # in a transaction of its own, and with the time of the asking: the day of the answer would join the two
            transaction.on_commit(partial(_mark_used, invited.id))

    def _tell(self, about: Mapping[str, Any]) -> NewEvent:
        survey = self.loaded.survey
        assert survey is not None
        context = Context(
            response=self.state.response,
            survey=survey.uuid,
            survey_name=survey.name,
            version=_number_of(self.state.version),
            template=survey.template_key,
            seconds=about["seconds"],
            is_anonymous=self.content.anonymous,
            **{
                name: about[name]
                for name in (
                    "channel",
                    "touchpoint",
                    "agent",
                    "store",
                    "product",
                    "order_ref",
                    "language",
                    "distinct_id",
                )
            },
        )
        return make_event(
            context=context,
            content=self.content,
            answers=self.asked.answers,
            at=self.now,
            edit=about["edits"],
        )


_numbers: dict[int, int] = {}


def _number_of(version_id: int) -> int:
    """A version's number never changes."""
    if version_id not in _numbers:
        _numbers[version_id] = SurveyVersion.objects.values_list("number", flat=True).get(pk=version_id)
    return _numbers[version_id]


def _mark_used(invitation_id: int) -> None:
    Invitation.objects.filter(pk=invitation_id, answered_at=None).update(answered_at=F("created_at"))


def _first(*texts: str | None) -> str:
    return next((text for text in texts if text), "")


def _make_rows(
    content: Content, answers: Mapping[str, Value], *, page_key: str, seconds: int | None
) -> list[dict[str, Any]]:
    """Answers as columns of their table."""
    asked = {key: question for question in content.questions for key in question.answer_keys}
    return [
        {
            "question_key": key,
            "page_key": page_key,
            "type": asked[key].type.value,
            "measure": asked[key].measure,
            "number": value.number,
            "choices": value.choices,
            "text": value.text,
            "points": value.points,
            "not_applicable": value.not_applicable,
            "seconds": seconds,
        }
        for key, value in answers.items()
    ]


def _write_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def complete_response(
    *,
    token: str,
    pages: Sequence[Fields],
    language: str,
    response: UUID | None = None,
    customer_id: int | None = None,
) -> Saved:
    """A whole response at once, page by page on its way: for what has all answers at hand. Raises as save_page does."""
    opened = open_response(token=token, response=response, customer_id=customer_id)
    if opened.is_done or opened.step.page is None:
        return Saved(response=opened.state.response, page=None, is_complete=True)
    state, saved = opened.state, None
    for fields in pages:
        saved = save_page(token=token, state=state, fields=fields, language=language)
        if saved.page is None:
            return saved
        state = FormState(
            **{name: getattr(state, name) for name in state.__struct_fields__} | {"page": saved.page}
        )
    if saved is None:
        raise SurveyNotOpen
    return saved
