"""Adding a suggestion by hand, wording it, and deciding it."""

import uuid
from datetime import date

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.decide.suggestions.actions.telling import tell_later
from wafaa.decide.suggestions.errors import AnswerMissing, SuggestionEmpty, SuggestionMissing
from wafaa.decide.suggestions.models import Suggestion, Voice
from wafaa.decide.suggestions.rules import Origin, State, list_words, make_key, read_text, shorten
from wafaa.kit import clock
from wafaa.know.customers.models import Customer

_ANSWERED = frozenset({State.DECLINED, State.DONE})


@transaction.atomic
def add_suggestion(
    *,
    title: str,
    text: str = "",
    customer: Customer | None = None,
    survey: uuid.UUID | None = None,
    key: str,
    by: Staff | None,
) -> Suggestion:
    """By staff, of something that somebody said. `key` names the comment, or the form: the same one is added once.

    Raises SuggestionEmpty.
    """
    title, text = shorten(read_text(title)), read_text(text)
    if not title:
        raise SuggestionEmpty
    known = Voice.objects.select_related("suggestion").filter(source_key=key).first()
    if known is not None:
        return known.suggestion
    suggestion = Suggestion.objects.create(
        title=title,
        key=make_key(title),
        words=list_words(f"{title} {text}"),
        created_at=clock.now(),
        created_by=by,
        survey=survey,
    )
    Voice.objects.create(
        suggestion=suggestion,
        source_key=key,
        origin=Origin.STAFF,
        customer=customer,
        at=clock.now(),
        text=text or title,
        survey=survey,
    )
    record_change(staff=by, deed="add_suggestion", subject=str(suggestion.uuid))
    return suggestion


@transaction.atomic
def change_suggestion(
    *, suggestion: Suggestion, title: str, survey: uuid.UUID | None, by: Staff | None
) -> Suggestion:
    """Its name, and by which survey's scores one sees whether it helped. Raises SuggestionEmpty, SuggestionMissing."""
    suggestion = _lock(suggestion)
    title = shorten(read_text(title))
    if not title:
        raise SuggestionEmpty
    if (title, survey) != (suggestion.title, suggestion.survey):
        suggestion.title, suggestion.survey = title, survey
        suggestion.words = list_words(title) or suggestion.words
        suggestion.save(update_fields=["title", "survey", "words"])
        record_change(staff=by, deed="change_suggestion", subject=str(suggestion.uuid))
    return suggestion


@transaction.atomic
def decide_suggestion(
    *,
    suggestion: Suggestion,
    state: State,
    answer_ar: str = "",
    answer_en: str = "",
    owner: Staff | None = None,
    due_on: date | None = None,
    done_on: date | None = None,
    is_public: bool = False,
    by: Staff | None,
) -> Suggestion:
    """Planned, declined with a reason, or done; then everybody who asked is told, once for good.

    Raises AnswerMissing where whoever asked would read nothing, SuggestionMissing.
    """
    suggestion = _lock(suggestion)
    was = suggestion.state
    answers = read_text(answer_ar), read_text(answer_en)
    if state in _ANSWERED and not any(answers):
        raise AnswerMissing
    suggestion.answer_ar, suggestion.answer_en = answers
    suggestion.state, suggestion.owner, suggestion.due_on, suggestion.is_public = (
        state,
        owner,
        due_on,
        is_public,
    )
    if was != state:
        suggestion.decided_at = clock.now() if state != State.NEW else None
    suggestion.done_on = (done_on or suggestion.done_on or _today()) if state == State.DONE else None
    suggestion.save()
    record_change(
        staff=by,
        deed="decide_suggestion",
        subject=str(suggestion.uuid),
        before={"state": was},
        after={"state": str(state)},
    )
    if state == State.DONE and was != State.DONE:
        tell_later(suggestion)
    return suggestion


def _today() -> date:
    return clock.today(get_business().zone)


def _lock(suggestion: Suggestion) -> Suggestion:
    """Raises SuggestionMissing."""
    found = Suggestion.objects.select_for_update().filter(pk=suggestion.pk, merged_into=None).first()
    if found is None:
        raise SuggestionMissing
    return found
