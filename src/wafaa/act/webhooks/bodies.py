"""What a webhook carries: the event as it was told."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from wafaa.act.webhooks.rules import TEST_NAME
from wafaa.stream.rules import StoredEvent

_EMPTY = msgspec.Raw(b"{}")


def write_body(event: StoredEvent, customer_uuid: str) -> bytes:
    """The event as it was told, and whom it is known to be about by now."""
    data = {
        "message_id": event.message_id,
        "kind": event.type,
        "distinct_id": event.distinct_id,
        "customer_id": customer_uuid or None,
        "properties": msgspec.Raw(event.properties.encode()),
        "context": msgspec.Raw(event.context.encode()),
        "occurred_at": event.occurred_at,
        "received_at": event.received_at,
        "source": event.source,
    }
    return _encode(event.name, event.occurred_at, data)


def write_test_body(payload: Mapping[str, Any]) -> bytes:
    """The same form, about nobody."""
    at = datetime.fromisoformat(payload["occurred_at"])
    data = {
        "message_id": payload["message_id"],
        "kind": "track",
        "distinct_id": "test",
        "customer_id": None,
        "properties": _EMPTY,
        "context": _EMPTY,
        "occurred_at": at,
        "received_at": at,
        "source": "console",
    }
    return _encode(TEST_NAME, at, data)


def _encode(name: str, at: datetime, data: dict[str, Any]) -> bytes:
    moments = {key: value.astimezone(UTC) for key, value in data.items() if isinstance(value, datetime)}
    return msgspec.json.encode({"type": name, "timestamp": at.astimezone(UTC), "data": {**data, **moments}})
