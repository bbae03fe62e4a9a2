"""Responses that nobody goes on with: they count as partial, and are told as such."""

from datetime import timedelta

from django.db import connection, transaction

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.listen.surveys.loading import read_answers
from wafaa.listen.surveys.models import Response
from wafaa.listen.surveys.queries import get_content
from wafaa.listen.surveys.rules import PARTIAL_AFTER_MINUTES, ResponseState
from wafaa.listen.surveys.telling import Context, make_event
from wafaa.stream.actions import record_event, record_events

AT_ONCE = 200


def leave_stale() -> int:
    """All that lie still for an hour, in chunks; returns how many."""
    many = 0
    while done := _leave_some():
        many += done
    return many


@transaction.atomic
def _leave_some() -> int:
    until = clock.now() - timedelta(minutes=PARTIAL_AFTER_MINUTES)
    stale = list(
        Response.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=ResponseState.STARTED.value, last_at__lt=until)
        # of an anonymous one only the hour is known in which it was last seen
        .exclude(is_anonymous=True, last_at__gte=until - timedelta(hours=1))
        .select_related("survey", "version")
        .order_by("id")[:AT_ONCE]
    )
    if not stale:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.listen.surveys", "leave_stale"), {"ids": [response.pk for response in stale]}
        )
        answers = {key: read_answers(text) for key, text in cursor.fetchall()}
    events = [
        make_event(
            context=_describe(response),
            content=get_content(response.version_id),
            answers=answers.get(response.pk, {}),
            at=response.last_at,
            is_partial=True,
        )
        for response in stale
        if not response.is_test
    ]
    plain = [event for event in events if not event.properties["is_anonymous"]]
    if plain:
        record_events(events=plain)
    for event in events:
        if event.properties["is_anonymous"]:
            with clock.fixed_at(event.occurred_at):  # when it was received is as coarse
                record_event(event=event)
    return len(stale)


def _describe(response: Response) -> Context:
    return Context(
        response=response.uuid,
        survey=response.survey.uuid,
        survey_name=response.survey.name,
        version=response.version.number,
        template=response.survey.template_key,
        channel=response.channel,
        touchpoint=response.touchpoint,
        agent=response.agent,
        store=response.store,
        product=response.product,
        order_ref=response.order_ref,
        language=response.language,
        distinct_id=response.distinct_id,
        seconds=response.seconds,
        is_anonymous=response.is_anonymous,
    )
