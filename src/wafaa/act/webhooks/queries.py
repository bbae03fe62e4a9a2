"""Reads about webhooks and what became of their deliveries."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db.models import Count, Prefetch, Q, QuerySet

from wafaa.act.webhooks.bodies import write_body, write_test_body
from wafaa.act.webhooks.errors import DeliveryNotFound, EndpointNotFound
from wafaa.act.webhooks.models import Endpoint
from wafaa.act.webhooks.rules import KIND, State, is_test
from wafaa.kit import clock
from wafaa.kit.sealing import unseal
from wafaa.know.customers.models import DistinctId
from wafaa.stream.models import Attempt, Destination, Effect, EventName
from wafaa.stream.queries import find_events

PURPOSE = "webhook"
# More would fill the page; further names are typed.
NAMES_OFFERED = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How an endpoint fares. Delivered ones of the last day; the others as they stand."""

    delivered: int = 0
    waiting: int = 0
    parked: int = 0
    failing_since: datetime | None = None
    rests_until: datetime | None = None


def list_endpoints() -> QuerySet[Endpoint]:
    """Oldest first."""
    return Endpoint.objects.order_by("created_at", "id")


def list_listening() -> list[Endpoint]:
    """Those for which events are kept."""
    return list(Endpoint.objects.filter(state__in=[State.ON, State.PAUSED]).order_by("id"))


def get_endpoint(endpoint_uuid: uuid.UUID) -> Endpoint:
    """Raises EndpointNotFound."""
    found = Endpoint.objects.filter(uuid=endpoint_uuid).select_related("created_by").first()
    if found is None:
        raise EndpointNotFound
    return found


def count_deliveries(endpoints: Sequence[Endpoint]) -> dict[int, Tally]:
    """By the endpoint's id."""
    waiting = Q(effects__state__in=[Effect.State.PENDING, Effect.State.IN_FLIGHT])
    lately = Q(
        effects__state=Effect.State.DELIVERED, effects__settled_at__gte=clock.now() - timedelta(days=1)
    )
    rows = Destination.objects.filter(name__in=[endpoint.destination for endpoint in endpoints]).annotate(
        waiting=Count("effects", filter=waiting),
        parked=Count("effects", filter=Q(effects__state=Effect.State.PARKED)),
        delivered=Count("effects", filter=lately),
    )
    tallies = {
        row.name: Tally(
            delivered=row.delivered,
            waiting=row.waiting,
            parked=row.parked,
            failing_since=row.failing_since,
            rests_until=row.rests_until,
        )
        for row in rows
    }
    return {endpoint.pk: tallies.get(endpoint.destination, Tally()) for endpoint in endpoints}


def list_deliveries(
    endpoint: Endpoint,
    *,
    state: str = "",
    name: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Effect]:
    """Newest first, with their tries; tests among them. `since` and `until` are moments of asking, the end excluded."""
    asked: dict[str, Any] = {"destination__name__in": [endpoint.destination, endpoint.test_destination]}
    if state:
        asked["state"] = state
    if name:
        asked["payload__name"] = name
    if since:
        asked["created_at__gte"] = since
    if until:
        asked["created_at__lt"] = until
    return (
        Effect.objects.filter(**asked)
        .select_related("destination")
        .prefetch_related(Prefetch("tries", Attempt.objects.order_by("id")))
        .order_by("-id")
    )


def get_delivery(endpoint: Endpoint, delivery_uuid: uuid.UUID) -> Effect:
    """Raises DeliveryNotFound."""
    found = list_deliveries(endpoint).filter(uuid=delivery_uuid).first()
    if found is None:
        raise DeliveryNotFound
    return found


def read_body(delivery: Effect) -> str:
    """What is sent with it, laid out to be read; empty where the event was erased."""
    if is_test(delivery.destination.name):
        body = write_test_body(delivery.payload)
    else:
        message_id = delivery.payload["message_id"]
        occurred_at = datetime.fromisoformat(delivery.payload["occurred_at"])
        event = find_events([(delivery.subject, occurred_at, message_id)]).get(message_id)
        if event is None:
            return ""
        body = write_body(event, find_customer_uuids({event.distinct_id}).get(event.distinct_id, ""))
    return msgspec.json.format(body, indent=2).decode()


def list_heard_names() -> list[str]:
    """The events that came most often."""
    return list(EventName.objects.order_by("-count", "name").values_list("name", flat=True)[:NAMES_OFFERED])


def read_secrets(endpoint: Endpoint) -> list[str]:
    """The secrets that are good now, the newest first. Raises SealBroken."""
    kept = [unseal(endpoint.sealed_secret, purpose=PURPOSE)]
    if endpoint.old_secret_until and endpoint.old_secret_until > clock.now():
        kept.append(unseal(endpoint.sealed_old_secret, purpose=PURPOSE))
    return kept


def find_customer_uuids(distinct_ids: Collection[str]) -> dict[str, str]:
    """Who is meant by these ids, as far as it is known by now."""
    rows = DistinctId.objects.filter(distinct_id__in=distinct_ids)
    return {
        distinct_id: str(found) for distinct_id, found in rows.values_list("distinct_id", "customer__uuid")
    }


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What was told of a person to whom, and what was answered."""
    urls = {endpoint.destination: endpoint.url for endpoint in list_endpoints()}
    effects = (
        Effect.objects.filter(kind=KIND, subject__in=list(distinct_ids))
        .exclude(subject="")
        .select_related("destination")
        .prefetch_related("tries")
        .order_by("id")
    )
    told = [
        {
            "event": effect.payload.get("name", ""),
            "address": urls.get(effect.destination.name, ""),
            "asked_at": effect.created_at,
            "state": effect.state,
            "settled_at": effect.settled_at,
            "answers": [
                {"at": one.at, "status": one.status, "answer": one.answer, "error": one.error}
                for one in effect.tries.all()
            ],
        }
        for effect in effects
    ]
    return {"outgoing": told}
