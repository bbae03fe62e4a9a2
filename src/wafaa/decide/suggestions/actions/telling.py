"""Telling everybody who asked that it is done: a job asks for the messages, and their gate decides."""

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from wafaa.act.messages.actions import Sent, send
from wafaa.act.messages.actions.templates import add_ready
from wafaa.act.messages.rules import Person
from wafaa.decide.suggestions.errors import NotDone
from wafaa.decide.suggestions.models import Suggestion, Voice
from wafaa.decide.suggestions.rules import DONE, State, shorten
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent

TASK = "wafaa.decide.suggestions.tasks.tell"
READY, STEP = "suggestion_done", "done"


def tell_later(suggestion: Suggestion) -> None:
    """In the caller's transaction; asking twice is asking once."""
    job = app.configure_task(TASK, queueing_lock=f"suggestions.tell.{suggestion.uuid}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(suggestion_id=suggestion.pk)


def tell_askers(*, suggestion: Suggestion) -> Sent:
    """One message to each customer who asked, once for good: done again it goes on where it ended. Raises NotDone."""
    suggestion = Suggestion.objects.get(pk=suggestion.pk)
    if suggestion.state != State.DONE or suggestion.merged_into_id is not None:
        raise NotDone
    said: dict[int, str] = {}
    rows = Voice.objects.filter(suggestion=suggestion, customer__isnull=False).order_by("at", "id")
    for customer_id, text in rows.values_list("customer_id", "text"):
        said[customer_id] = shorten(text)
    languages = dict(Customer.objects.filter(pk__in=said).values_list("pk", "language"))
    _record(suggestion, list(said))
    template = add_ready(key=READY, by=None)
    people = [
        Person(
            customer_id=one,
            values={"suggestion": {"asked": text, "done": find_answer(suggestion, languages[one])}},
        )
        for one, text in sorted(said.items())
        if one in languages
    ]
    sent = send(
        reason=suggestion.reason, step=STEP, template=template.uuid, people=people, purpose=template.purpose
    )
    Suggestion.objects.filter(pk=suggestion.pk, told_at=None).update(told_at=clock.now())
    return sent


def find_answer(suggestion: Suggestion, language: str) -> str:
    """In the reader's language, else in the other."""
    answers = (suggestion.answer_en, suggestion.answer_ar)
    return (answers[0] or answers[1]) if language.startswith("en") else (answers[1] or answers[0])


def _record(suggestion: Suggestion, customer_ids: list[int]) -> None:
    """That what a customer asked for is done; told again it is a duplicate."""
    ids = list_distinct_ids(customer_ids)
    events = [
        NewEvent(
            message_id=f"suggestion-done:{suggestion.uuid}:{customer_id}",
            type="track",
            name=DONE,
            distinct_id=ids[customer_id][0],
            occurred_at=clock.now(),
            properties={"suggestion_id": str(suggestion.uuid)},
            source="suggestions",
        )
        for customer_id in customer_ids
        if ids.get(customer_id)
    ]
    if events:
        record_events(events=events)
