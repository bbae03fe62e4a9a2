"""Adding, changing and ending webhooks, and sending again what was sent."""

import ipaddress
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.webhooks.errors import (
    EndpointOff,
    NamesNotUsable,
    TooManyEndpoints,
    UrlNotEncrypted,
    UrlNotUsable,
    UrlPrivate,
)
from wafaa.act.webhooks.models import Endpoint
from wafaa.act.webhooks.queries import PURPOSE, list_deliveries
from wafaa.act.webhooks.rules import (
    ENDPOINTS_MAX,
    KIND,
    NAME_CHARS_MAX,
    NAMES_MAX,
    OLD_SECRET_FOR,
    TEST_NAME,
    State,
    Why,
)
from wafaa.kit import clock
from wafaa.kit.networks import is_allowed
from wafaa.kit.outbound import OutboundRefused, read_url
from wafaa.kit.sealing import seal
from wafaa.kit.standard_webhooks import make_secret
from wafaa.stream import outbox
from wafaa.stream.models import Effect
from wafaa.stream.outbox import NewEffect

# One press sends so many again; then one presses once more.
REPLAY_MAX = 10_000


@transaction.atomic
def create_endpoint(
    *, url: str, names: Sequence[str], by: Staff, description: str = "", with_history: bool = True
) -> Endpoint:
    """Tells this address of events from now on; no `names` are all.

    Raises UrlNotUsable, UrlNotEncrypted, UrlPrivate, NamesNotUsable, TooManyEndpoints.
    """
    if Endpoint.objects.count() >= ENDPOINTS_MAX:
        raise TooManyEndpoints(limit=ENDPOINTS_MAX)
    now = clock.now()
    endpoint = Endpoint.objects.create(
        url=check_url(url),
        description=_clean(description),
        names=_check_names(names),
        with_history=with_history,
        sealed_secret=seal(make_secret(), purpose=PURPOSE),
        heard_from=now,
        created_at=now,
        created_by=by,
    )
    outbox.open_destination(kind=KIND, name=endpoint.destination)
    record_change(staff=by, deed="create_webhook", subject=endpoint.url[:200], after=_describe(endpoint))
    return endpoint


@transaction.atomic
def change_endpoint(
    *, endpoint: Endpoint, url: str, names: Sequence[str], by: Staff, description: str, with_history: bool
) -> Endpoint:
    """What waits goes to the new address too. Raises as create_endpoint does."""
    endpoint = _lock(endpoint)
    before = _describe(endpoint)
    endpoint.url, endpoint.names = check_url(url), _check_names(names)
    endpoint.description, endpoint.with_history = _clean(description), with_history
    endpoint.save(update_fields=["url", "names", "description", "with_history"])
    after = _describe(endpoint)
    if before != after:
        record_change(staff=by, deed="change_webhook", subject=endpoint.url[:200], before=before, after=after)
        outbox.pause(destination=endpoint.destination, paused=endpoint.state != State.ON)
    return endpoint


@transaction.atomic
def set_state(*, endpoint: Endpoint, state: State, by: Staff) -> Endpoint:
    """On, paused or off by hand. Turned off, what waits is given up and can be sent again later."""
    endpoint = _lock(endpoint)
    if endpoint.state == state:
        return endpoint
    before = {"state": endpoint.state}
    if endpoint.state == State.OFF:
        endpoint.heard_from = clock.now()
    _turn(endpoint, state, Why.HAND)
    record_change(
        staff=by,
        deed="change_webhook",
        subject=endpoint.url[:200],
        before=before,
        after={"state": str(state)},
    )
    return endpoint


def turn_off(*, endpoint_uuid: uuid.UUID, why: Why) -> None:
    """By itself, in the transaction that settles the delivery which showed why."""
    endpoint = Endpoint.objects.select_for_update().filter(uuid=endpoint_uuid).first()
    if endpoint is not None and endpoint.state != State.OFF:
        _turn(endpoint, State.OFF, why)


def _turn(endpoint: Endpoint, state: State, why: Why) -> None:
    is_off = state == State.OFF
    endpoint.state = state
    endpoint.why_off = why if is_off else ""
    endpoint.off_since = clock.now() if is_off else None
    endpoint.save(update_fields=["state", "why_off", "off_since", "heard_from"])
    outbox.pause(destination=endpoint.destination, paused=state != State.ON)
    if is_off:
        outbox.park(destination=endpoint.destination)


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, by: Staff) -> Endpoint:
    """A new secret; for a day everything carries signatures of both."""
    endpoint = _lock(endpoint)
    endpoint.sealed_old_secret = endpoint.sealed_secret
    endpoint.old_secret_until = clock.now() + OLD_SECRET_FOR
    endpoint.sealed_secret = seal(make_secret(), purpose=PURPOSE)
    endpoint.save(update_fields=["sealed_secret", "sealed_old_secret", "old_secret_until"])
    record_change(staff=by, deed="rotate_webhook_secret", subject=endpoint.url[:200])
    return endpoint


def note_secret_shown(*, endpoint: Endpoint, by: Staff) -> None:
    record_change(staff=by, deed="show_webhook_secret", subject=endpoint.url[:200])


@transaction.atomic
def delete_endpoint(*, endpoint: Endpoint, by: Staff) -> None:
    """With its deliveries. What is in flight arrives."""
    endpoint = _lock(endpoint)
    record_change(staff=by, deed="delete_webhook", subject=endpoint.url[:200], before=_describe(endpoint))
    for destination in (endpoint.destination, endpoint.test_destination):
        outbox.forget_destination(name=destination)
    endpoint.delete()


@transaction.atomic
def send_test(*, endpoint: Endpoint) -> None:
    """One try, at once, whatever waits or is paused."""
    now, key = clock.now(), uuid.uuid4()
    effect = NewEffect(
        key=f"{KIND}-test:{key}",
        destination=endpoint.test_destination,
        payload={"name": TEST_NAME, "message_id": str(key), "occurred_at": now},
        due_at=now,
        retry_until=now,
    )
    outbox.enqueue(kind=KIND, effects=[effect])


@transaction.atomic
def replay_deliveries(
    *,
    endpoint: Endpoint,
    state: str = "",
    name: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    delivery_uuid: uuid.UUID | None = None,
) -> int:
    """Sends again, under the old ids, what was settled: one, those of a range, or all in a state. Returns how many.

    Raises EndpointOff.
    """
    if endpoint.state == State.OFF:
        raise EndpointOff
    chosen = list_deliveries(endpoint, state=state, name=name, since=since, until=until)
    chosen = chosen.exclude(state__in=[Effect.State.PENDING, Effect.State.IN_FLIGHT])
    if delivery_uuid is not None:
        chosen = chosen.filter(uuid=delivery_uuid)
    ids = list(chosen.order_by("id").values_list("pk", flat=True)[:REPLAY_MAX])
    return outbox.repeat(destinations=[endpoint.destination, endpoint.test_destination], ids=ids)


def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """What was told of a person, and what was answered; contents were never kept here. Returns how many deliveries went."""
    return {"outgoing": outbox.forget_subjects(kind=KIND, distinct_ids=distinct_ids)}


def check_url(url: str) -> str:
    """Raises UrlNotUsable, UrlNotEncrypted, UrlPrivate. Where a name leads is looked at whenever something is sent."""
    try:
        parsed = read_url(url.strip())
    except OutboundRefused as error:
        raise UrlNotUsable(reason=error) from error
    allowed = settings.OUTBOUND_ALLOW_PRIVATE
    if parsed.scheme != "https" and not allowed:
        raise UrlNotEncrypted
    host = (parsed.host or "").strip("[]")
    with suppress(ValueError):
        ipaddress.ip_address(host)
        if not is_allowed(host, allowed):
            raise UrlPrivate
    return url.strip()


def _check_names(names: Sequence[str]) -> list[str]:
    if len(names) > NAMES_MAX or any(not 0 < len(name) <= NAME_CHARS_MAX or "\x00" in name for name in names):
        raise NamesNotUsable
    return list(names)


def _clean(description: str) -> str:
    return " ".join(description.replace("\x00", "").split())[:200]


def _lock(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update().get(pk=endpoint.pk)


def _describe(endpoint: Endpoint) -> dict[str, Any]:
    """For the trail: no secrets."""
    return {
        "url": endpoint.url,
        "description": endpoint.description,
        "names": endpoint.names,
        "with_history": endpoint.with_history,
    }
