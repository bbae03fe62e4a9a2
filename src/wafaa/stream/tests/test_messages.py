"""Messages of any shape: read or refused, nothing else."""

from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from wafaa.stream.messages import Envelope, Refusal, read_message

ENVELOPE = Envelope(received_at=datetime(2026, 5, 1, 12, tzinfo=UTC), source="key:test", type="track")
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner), max_leaves=8
)
FIELDS = [
    "type",
    "userId",
    "anonymousId",
    "messageId",
    "event",
    "properties",
    "traits",
    "context",
    "timestamp",
]
FITTING = {
    "type": st.sampled_from(["track", "identify", "page", "group", "dance"]),
    "userId": st.text(max_size=300) | st.integers(),
    "event": st.text(max_size=300),
    "properties": st.dictionaries(st.text(max_size=5), VALUES),
    "timestamp": st.datetimes().map(str) | st.text(max_size=10),
    "sentAt": st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
}


def assert_read_or_refused(raw: bytes) -> None:
    try:
        event = read_message(raw, ENVELOPE)
    except Refusal:
        return
    assert 0 < len(event.distinct_id) <= 200
    assert 0 < len(event.name) <= 200
    assert event.occurred_at <= ENVELOPE.received_at
    assert b"\\u0000" not in msgspec.json.encode([event.name, event.distinct_id, str(event.message_id)])
    msgspec.json.encode([event.properties, event.context])


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw):
    assert_read_or_refused(raw)


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES))
def test_any_object_is_read_or_refused(message):
    assert_read_or_refused(msgspec.json.encode(message))


@given(
    st.fixed_dictionaries({}, optional=FITTING),
    st.binary(max_size=3),
    st.integers(min_value=0, max_value=300),
)
def test_any_message_is_read_or_refused_also_when_it_was_damaged_on_its_way(message, damage, place):
    raw = msgspec.json.encode(message)
    assert_read_or_refused(raw)
    assert_read_or_refused(raw[:place] + damage + raw[place:])
