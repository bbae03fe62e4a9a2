"""How a delivery is made: read what is needed for many, sign and send each, look at the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from wafaa.act.webhooks.actions import turn_off
from wafaa.act.webhooks.bodies import write_body, write_test_body
from wafaa.act.webhooks.models import Endpoint
from wafaa.act.webhooks.queries import find_customer_uuids, read_secrets
from wafaa.act.webhooks.rules import (
    ANSWER_BYTES_MAX,
    KIND,
    OFF_AFTER,
    SENDERS,
    TIMEOUT_S,
    State,
    Why,
    is_received,
    is_test,
    make_message_id,
    name_destination,
    read_endpoint_uuid,
)
from wafaa.kit import clock
from wafaa.kit.outbound import OutboundFailed, OutboundRefused, Reply, send
from wafaa.kit.sealing import SealBroken
from wafaa.kit.standard_webhooks import read_retry_after, write_headers
from wafaa.stream import outbox
from wafaa.stream.models import Destination
from wafaa.stream.outbox import Claimed, Deliver, Kind, Outcome, Verdict
from wafaa.stream.queries import find_events

GONE = 410


def prepare(effects: Sequence[Claimed]) -> Mapping[int, Deliver | Outcome]:
    """The body and the signing secrets of each; nothing is left to read when it is sent."""
    uuids = {read_endpoint_uuid(effect.destination) for effect in effects}
    endpoints = {endpoint.uuid: endpoint for endpoint in Endpoint.objects.filter(uuid__in=uuids)}
    told = [effect for effect in effects if not is_test(effect.destination)]
    events = find_events([(effect.subject, *_read_id(effect)) for effect in told])
    customers = find_customer_uuids({event.distinct_id for event in events.values()})
    prepared: dict[int, Deliver | Outcome] = {}
    for effect in effects:
        endpoint = endpoints.get(read_endpoint_uuid(effect.destination))
        event = events.get(effect.payload["message_id"])
        if is_test(effect.destination):
            body: bytes | None = write_test_body(effect.payload)
        else:
            body = write_body(event, customers.get(event.distinct_id, "")) if event else None
        prepared[effect.id] = _prepare_one(effect, endpoint, body)
    return prepared


def _prepare_one(effect: Claimed, endpoint: Endpoint | None, body: bytes | None) -> Deliver | Outcome:
    if endpoint is None:
        return Outcome(verdict=Verdict.CANCELLED, error="endpoint_deleted")
    if body is None:
        return Outcome(verdict=Verdict.CANCELLED, error="event_erased")
    if endpoint.state == State.OFF and not is_test(effect.destination):
        return Outcome(verdict=Verdict.PARKED, error="endpoint_off", blames_destination=False)
    try:
        secrets = read_secrets(endpoint)
    except SealBroken:
        return Outcome(verdict=Verdict.PARKED, error="secret_unreadable", blames_destination=False)
    message_id = make_message_id(endpoint.uuid, effect.payload["message_id"])
    deed = partial(deliver, url=endpoint.url, secrets=secrets, message_id=message_id, body=body)
    return partial(_blame_nobody, deed) if is_test(effect.destination) else deed


def _blame_nobody(deed: Deliver) -> Outcome:
    """Tests may fail as often as one likes."""
    return replace(deed(), blames_destination=False)


def _read_id(effect: Claimed) -> tuple[datetime, str]:
    return datetime.fromisoformat(effect.payload["occurred_at"]), effect.payload["message_id"]


def deliver(
    *, url: str, secrets: Sequence[str], message_id: str, body: bytes, send: Callable[..., Reply] = send
) -> Outcome:
    """One try. Redirects are not followed: an address that moved is the shop's to change."""
    headers = write_headers(secrets_now=secrets, message_id=message_id, now=clock.now(), body=body)
    try:
        reply = send(
            "POST",
            url,
            headers=headers,
            body=body,
            timeout_s=TIMEOUT_S,
            limit_bytes=ANSWER_BYTES_MAX,
            cut=True,
        )
    except OutboundRefused as error:
        return Outcome(verdict=Verdict.FAILED, error=f"refused_{error.why}")
    except OutboundFailed as error:
        return Outcome(verdict=Verdict.FAILED, error=error.why)
    return judge(reply)


def judge(reply: Reply) -> Outcome:
    answer = reply.body.decode("utf-8", errors="replace")
    if is_received(reply.status):
        return Outcome(verdict=Verdict.DELIVERED, status=reply.status, answer=answer)
    if reply.status == GONE:
        return Outcome(verdict=Verdict.PARKED, status=reply.status, answer=answer, error="gone")
    return Outcome(
        verdict=Verdict.FAILED,
        status=reply.status,
        answer=answer,
        error="status",
        retry_after_s=read_retry_after(reply.headers.get("retry-after", ""), clock.now()),
    )


def settled(effect: Claimed, outcome: Outcome, destination: Destination) -> None:
    """Turns off who is gone or has failed for days; a test that arrives wakes what rests."""
    endpoint_uuid = read_endpoint_uuid(effect.destination)
    if outcome.error == "gone":
        turn_off(endpoint_uuid=endpoint_uuid, why=Why.GONE)
    elif is_test(effect.destination):
        if outcome.verdict is Verdict.DELIVERED:
            outbox.stop_resting(destination=name_destination(endpoint_uuid))
    elif destination.failing_since and clock.now() - destination.failing_since >= OFF_AFTER:
        turn_off(endpoint_uuid=endpoint_uuid, why=Why.FAILING)


WEBHOOKS = Kind(name=KIND, prepare=prepare, settled=settled, senders=SENDERS)
