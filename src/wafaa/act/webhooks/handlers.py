"""Keeps a delivery for each event that an endpoint hears."""

from collections.abc import Sequence

from wafaa.act.webhooks.models import Endpoint
from wafaa.act.webhooks.queries import list_listening
from wafaa.act.webhooks.rules import KIND, hears, is_news
from wafaa.stream.outbox import NewEffect, enqueue
from wafaa.stream.queries import EventId, read_ids
from wafaa.stream.rules import EventHead


def on_any_event(heads: Sequence[EventHead]) -> None:
    """One delivery per event and endpoint; costs one query where nobody hears any of the names."""
    listening = list_listening()
    heard = [
        (endpoint, head)
        for endpoint in listening
        for head in heads
        if head.received_at >= endpoint.heard_from and hears(endpoint.names, head.name)
    ]
    if not heard:
        return
    wanted = list({head.position: head for _endpoint, head in heard}.values())
    ids = read_ids(wanted)
    effects = [
        _as_effect(endpoint, head, found)
        for endpoint, head in heard
        if (found := ids.get(head.position)) and _is_wanted(endpoint, head, found)
    ]
    enqueue(kind=KIND, effects=effects)


def _is_wanted(endpoint: Endpoint, head: EventHead, found: EventId) -> bool:
    return endpoint.with_history or is_news(occurred_at=found.occurred_at, received_at=head.received_at)


def _as_effect(endpoint: Endpoint, head: EventHead, found: EventId) -> NewEffect:
    """Says which event it is; its contents are read when it is sent."""
    return NewEffect(
        key=f"{KIND}:{endpoint.pk}:{head.position}",
        destination=endpoint.destination,
        subject=head.distinct_id,
        payload={"name": head.name, "message_id": found.message_id, "occurred_at": found.occurred_at},
    )
