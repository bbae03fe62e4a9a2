"""Limits, states and names of webhooks, and what an answer to one means. How they are signed: kit.standard_webhooks."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

KIND = "webhook"
# While both signatures are sent, whoever receives them may change over.
OLD_SECRET_FOR = timedelta(hours=24)
# Three days of tries are over then for everything that waits: nobody is there.
OFF_AFTER = timedelta(days=5)
# What lies further back when it is told is history (an import, a backfill), not news.
NEWS_FOR = timedelta(days=7)
# So many that every one of them may be slow, and a sender is still free (stream.outbox: one at a time for who is slow).
ENDPOINTS_MAX = 50
SENDERS = 64
TIMEOUT_S = 15.0
ANSWER_BYTES_MAX = 2_048
NAMES_MAX = 200
NAME_CHARS_MAX = 200
TEST_NAME = "Test Event"


class State(StrEnum):
    """Their names in people's language stand in models.Endpoint."""

    ON = "on"
    PAUSED = "paused"  # what happens is kept and sent later
    OFF = "off"  # what happens meanwhile is never sent


class Why(StrEnum):
    """Why an endpoint is off."""

    HAND = "hand"
    GONE = "gone"  # it answered 410
    FAILING = "failing"


def make_message_id(endpoint: uuid.UUID, message_id: str) -> str:
    """The same for every try at one event for one endpoint; message ids of programs may hold what no header can."""
    return f"msg_{uuid.uuid5(endpoint, message_id).hex}"


def name_destination(endpoint: uuid.UUID) -> str:
    return f"{KIND}:{endpoint}"


def name_test_destination(endpoint: uuid.UUID) -> str:
    """Of its own, so that a test is sent at once whatever waits, rests or is paused."""
    return f"{KIND}-test:{endpoint}"


def read_endpoint_uuid(destination: str) -> uuid.UUID:
    return uuid.UUID(destination.partition(":")[2])


def is_test(destination: str) -> bool:
    return destination.startswith(f"{KIND}-test:")


def hears(names: Collection[str], name: str) -> bool:
    """An empty choice is all."""
    return not names or name in names


def is_news(*, occurred_at: datetime, received_at: datetime) -> bool:
    return received_at - occurred_at <= NEWS_FOR


def is_received(status: int) -> bool:
    return 200 <= status < 300


def read_names(text: str) -> list[str]:
    """One name a line, or separated by commas; each once, in the order given."""
    lines = text.replace(",", "\n").splitlines()
    return list(dict.fromkeys(name for line in lines if (name := " ".join(line.split()))))
