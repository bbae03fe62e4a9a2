"""Taking a delivery in: checked, read, recorded; what can't be read is kept, and nothing is lost while a connection is paused."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec
from django.db import DataError, transaction
from django.db.models import F

from wafaa.kit import clock
from wafaa.know.customers.actions import get_default_region
from wafaa.listen.connectors.actions.locking import lock_connection
from wafaa.listen.connectors.actions.recording import record_reading
from wafaa.listen.connectors.errors import ConnectionGone, Unsigned
from wafaa.listen.connectors.models import Connection, Delivery
from wafaa.listen.connectors.registry import CONNECTORS
from wafaa.listen.connectors.rules import Connector, ConnectorError, Reading, Received, Why
from wafaa.listen.connectors.sealing import open_secrets

State = Connection.State
Status = Delivery.Status
_ID_MAX = 200
_TOPIC_MAX = 100
# What reading a delivery again needs of its headers; credentials and cookies are never kept.
_KEPT_PREFIX = "x-"
_NEVER_KEPT = ("auth", "token", "key", "secret", "cookie", "signature", "hmac", "forwarded", "real-ip")
_AT_ONCE = 200


class Outcome(StrEnum):
    TAKEN = "taken"
    REPEATED = "repeated"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class _Failure:
    why: str
    detail: str


def receive(*, connection: Connection, received: Received) -> Outcome:
    """What became of a delivery; when this returns, that is durable.

    Raises Unsigned (counted, nothing kept) and ConnectionGone. A delivery to a paused connection is kept and read when it
    goes on: systems that are refused give up after some days, or switch the webhook off.
    """
    if connection.state == State.DISCONNECTED:
        raise ConnectionGone
    connector = CONNECTORS[connection.system]
    if connector.is_ping(received):
        return Outcome.TAKEN
    try:
        connector.verify(received, open_secrets(connection))
    except ConnectorError as error:
        _count_refusal(connection, error, received)
        raise Unsigned from error
    reading = None if connection.state == State.PAUSED else _read(connector, received)
    try:
        return _keep(connection, connector, received, reading)
    except DataError as error:
        # a value that no column can hold: as unreadable as what is no JSON
        failure = _Failure(why=Why.UNREADABLE, detail=type(error).__name__)
        return _keep(connection, connector, received, failure)


def _read(connector: Connector, received: Received) -> Reading | _Failure:
    try:
        return connector.read(received)
    except ConnectorError as error:
        return _Failure(why=error.why, detail=error.detail)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Failure(why=Why.UNREADABLE, detail="")
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
        # the type and the field only: a message may quote the content
        field = str(error)[:100] if isinstance(error, KeyError) else ""
        return _Failure(why=Why.UNREADABLE, detail=f"{type(error).__name__} {field}".strip())


@transaction.atomic
def _keep(
    connection: Connection, connector: Connector, received: Received, reading: Reading | _Failure | None
) -> Outcome:
    lock_connection(connection)
    delivery = _make_delivery(connection, connector, received)
    if _came_before(delivery):
        _count(connection, received, repeated=1)
        return Outcome.REPEATED
    if isinstance(reading, Reading):
        delivery.events = record_reading(connection=connection, reading=reading, now=received.received_at)
        delivery.status = Status.TAKEN
    else:
        delivery.status = Status.WAITING if reading is None else Status.FAILED
        delivery.body = received.body.decode(errors="replace").replace("\x00", "\ufffd")
        delivery.headers = _choose_headers(received.headers)
    if isinstance(reading, _Failure):
        delivery.why, delivery.detail = reading.why, reading.detail[:_ID_MAX]
    delivery.save(force_insert=True)
    _count(connection, received, recorded=delivery.events)
    return Outcome(delivery.status)


def _make_delivery(connection: Connection, connector: Connector, received: Received) -> Delivery:
    return Delivery(
        connection=connection,
        delivery_id=connector.delivery_id(received)[:_ID_MAX].replace("\x00", ""),
        topic=(received.topic or _find_topic(received.headers))[:_TOPIC_MAX].replace("\x00", ""),
        received_at=received.received_at,
    )


def _find_topic(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.endswith("-topic")), "")


def _came_before(delivery: Delivery) -> bool:
    if not delivery.delivery_id:
        return False
    return Delivery.objects.filter(
        connection=delivery.connection_id, delivery_id=delivery.delivery_id
    ).exists()


def _choose_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value[:500].replace("\x00", "")
        for name, value in headers.items()
        if (name.startswith(_KEPT_PREFIX) or name == "content-type")
        and not any(part in name for part in _NEVER_KEPT)
    }


def _count(connection: Connection, received: Received, *, recorded: int = 0, repeated: int = 0) -> None:
    """Last in the transaction: deliveries of one connection wait for each other at this row no longer than they must."""
    Connection.objects.filter(pk=connection.pk).update(
        received=F("received") + 1,
        recorded=F("recorded") + recorded,
        repeated=F("repeated") + repeated,
        last_received_at=received.received_at,
    )


def _count_refusal(connection: Connection, error: ConnectorError, received: Received) -> None:
    """Of what is not signed nothing is kept but that it came: anybody may send it."""
    Connection.objects.filter(pk=connection.pk).update(
        refused=F("refused") + 1, last_refused_at=received.received_at, last_refusal=error.why
    )


def read_again(*, delivery: Delivery) -> Outcome:
    """Reads a kept delivery once more, as after an update that knows its form; what is read is kept no longer."""
    connection = delivery.connection
    if connection.state == State.DISCONNECTED:
        raise ConnectionGone
    connector = CONNECTORS[connection.system]
    received = Received(
        place=connection.place,
        body=delivery.body.encode(),
        headers=delivery.headers,
        received_at=delivery.received_at,
        topic="" if _find_topic(delivery.headers) else delivery.topic,
        settings=connection.settings,
        region=get_default_region(),
    )
    return _settle(delivery, received, _read(connector, received))


@transaction.atomic
def _settle(delivery: Delivery, received: Received, reading: Reading | _Failure) -> Outcome:
    lock_connection(delivery.connection)
    kept = Delivery.objects.select_for_update().filter(pk=delivery.pk).exclude(status=Status.TAKEN).first()
    if kept is None:
        return Outcome.REPEATED
    if isinstance(reading, _Failure):
        kept.status, kept.why, kept.detail = Status.FAILED, reading.why, reading.detail[:_ID_MAX]
    else:
        new = record_reading(connection=kept.connection, reading=reading, now=clock.now())
        kept.status, kept.events, kept.body, kept.headers = Status.TAKEN, new, "", {}
        kept.why = kept.detail = ""
        Connection.objects.filter(pk=kept.connection_id).update(recorded=F("recorded") + new)
    kept.save(update_fields=["status", "why", "detail", "events", "body", "headers"])
    return Outcome(kept.status)


def read_waiting(*, connection: Connection) -> int:
    """Reads what came while the connection was paused, in the order in which it came. Returns how many deliveries."""
    return _read_kept(connection, Status.WAITING)


def read_failed_again(*, connection: Connection) -> int:
    """Reads all that could not be read once more. Returns how many can be read now."""
    return _read_kept(connection, Status.FAILED)


def _read_kept(connection: Connection, status: Status) -> int:
    read, last = 0, 0
    kept = Delivery.objects.filter(connection=connection, status=status).select_related("connection")
    while some := list(kept.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        for delivery in some:
            read += read_again(delivery=delivery) == Outcome.TAKEN
        last = some[-1].pk
    return read
