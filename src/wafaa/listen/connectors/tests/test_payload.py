"""Reading JSON of other systems: every form of a time, an amount, an id; what can't be is refused by its path."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wafaa.listen.connectors.payload import ITEMS_MAX, Payload, read_body
from wafaa.listen.connectors.rules import ConnectorError, Why
from wafaa.listen.connectors.tests.stand_in import NOW

NOON = datetime(2026, 2, 26, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-26T09:00:00Z",
        "2026-02-26T12:00:00+03:00",
        "2026-02-26 09:00:00 UTC",
        "2026-02-26 12:00:00",
        "2026-02-26 12:00:00.000000",
        "Thu Feb 26 2026 12:00:00 GMT+0300",
        "Thu Feb 26 2026 12:00:00 GMT+0300 (Arabian Standard Time)",
        {"date": "2026-02-26 12:00:00.000000", "timezone_type": 3, "timezone": "Asia/Riyadh"},
        {"date": "2026-02-26 09:00:00", "timezone": "UTC"},
        1772096400,
        1772096400.0,
        1772096400000,
    ],
)
def test_every_form_of_a_time_is_the_same_moment(value):
    assert Payload({"at": value}).moment("at", now=NOW, zone="Asia/Riyadh") == NOON


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "1999-12-31T23:59:59Z",
        "9999-01-01",
        "Thu Fev 26 2026 12:00:00 GMT+0300",
        {"date": {"date": "2026-02-26"}},
        {"date": "2026-02-26 12:00", "timezone": "../../etc/localtime"},
        {"date": "2026-02-26 12:00", "timezone": "Mars/Olympus"},
        True,
        [1],
        1e300,
        -1,
        "\0",
    ],
)
def test_what_is_no_time_is_refused_by_its_path(value):
    with pytest.raises(ConnectorError) as refusal:
        Payload({"at": value}, "data").moment("at", now=NOW)

    assert (refusal.value.why, refusal.value.detail) == (Why.UNREADABLE, "data.at")


def test_nothing_has_happened_later_than_it_was_heard_of():
    ahead = (NOW + timedelta(hours=3)).isoformat()

    assert Payload({"at": ahead}).moment("at", now=NOW) == NOW


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (12, "12"),
        (12.5, "12.5"),
        ("12.50", "12.5"),
        ("١٢٫٥", "12.5"),
        ("1,234.5", "1234.5"),
        ("899.10000000000000", "899.1"),
        ("-21.73913043478300", "-21.73913"),
        ({"amount": 12.5, "currency": "SAR"}, "12.5"),
        ({"percent": "15", "amount": {"amount": 12.5}}, "12.5"),
        (30, "30"),
        (None, "0"),
        ("", "0"),
        ([], "0"),
        ({}, "0"),
    ],
)
def test_every_form_of_an_amount(value, amount):
    read = Payload({"price": value}).money("price")

    assert (str(read), read) == (amount, Decimal(amount))


@pytest.mark.parametrize(
    "value", ["x", "NaN", "Infinity", True, [1], 10**12, 10**400, {"amount": {"amount": {}}}]
)
def test_what_is_no_amount_is_refused(value):
    with pytest.raises(ConnectorError):
        Payload({"price": value}).money("price")


def test_ids_have_to_be_there_and_to_be_short():
    assert Payload({"id": 17}).id() == "17"
    assert Payload({}).some_id() == ""
    for value in (None, "", "x" * 101, True, {}, "a\0"):
        with pytest.raises(ConnectorError):
            Payload({"id": value}).id()


def test_an_empty_object_of_php_is_a_list():
    assert not Payload({"customer": []}).object("customer")
    assert list(Payload({"items": {}}).objects("items")) == []
    with pytest.raises(ConnectorError):
        list(Payload({"items": [{}] * (ITEMS_MAX + 1)}).objects("items"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["date", "amount", "timezone", "x"]), inner)
    ),
    max_leaves=8,
)


@given(JSON)
def test_whatever_stands_there_is_read_or_refused(value):
    payload = Payload({"x": value})
    for read in (
        payload.text,
        payload.id,
        payload.some_id,
        payload.number,
        payload.money,
        payload.flag,
        payload.object,
        lambda name: list(payload.objects(name)),
        lambda name: payload.moment(name, now=NOW),
    ):
        try:
            read("x")
        except ConnectorError as error:
            assert error.why == Why.UNREADABLE  # noqa: PT017  (most values are refused, some are not)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_body_is_read_or_refused(body):
    try:
        read_body(body)
    except ConnectorError as error:
        assert error.why == Why.UNREADABLE  # noqa: PT017
