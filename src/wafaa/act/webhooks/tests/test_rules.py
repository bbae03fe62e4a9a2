import base64
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from wafaa.act.webhooks.rules import (
    hears,
    is_news,
    make_message_id,
    name_destination,
    name_test_destination,
    read_endpoint_uuid,
    read_names,
)
from wafaa.kit.standard_webhooks import make_secret, read_retry_after, read_secret, sign, write_headers

# Published with Standard Webhooks 1.0 (the test vector of its reference libraries).
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIMESTAMP = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_signatures_are_those_of_the_standards_test_vector():
    assert sign(secret=SECRET, message_id=MESSAGE_ID, timestamp=TIMESTAMP, body=BODY) == SIGNATURE


def test_the_headers_carry_a_signature_for_each_secret_that_is_good():
    other = make_secret()
    now = datetime.fromtimestamp(TIMESTAMP, UTC)

    headers = write_headers(secrets_now=[other, SECRET], message_id=MESSAGE_ID, now=now, body=BODY)

    first = sign(secret=other, message_id=MESSAGE_ID, timestamp=TIMESTAMP, body=BODY)
    assert headers == {
        "Content-Type": "application/json",
        "User-Agent": "Wafaa-Webhooks/1",
        "webhook-id": MESSAGE_ID,
        "webhook-timestamp": str(TIMESTAMP),
        "webhook-signature": f"{first} {SIGNATURE}",
    }


def test_a_secret_is_made_of_256_random_bits():
    secrets = {make_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(read_secret(secret)) for secret in secrets} == {32}
    assert all(secret.startswith("whsec_") for secret in secrets)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_!!!",
        "whsec_" + base64.b64encode(b"x" * 23).decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
    ],
)
def test_what_is_no_secret_of_the_standard_is_refused(secret):
    with pytest.raises(ValueError, match="a secret"):
        read_secret(secret)


def test_the_id_of_a_message_is_the_same_for_every_try_and_another_for_each_endpoint():
    one, two = uuid.UUID(int=1), uuid.UUID(int=2)

    assert make_message_id(one, "m1") == make_message_id(one, "m1")
    assert len({make_message_id(one, "m1"), make_message_id(one, "m2"), make_message_id(two, "m1")}) == 3
    assert make_message_id(one, "\r\nرسالة").isascii()


def test_destinations_name_their_endpoint():
    one = uuid.UUID(int=1)

    assert read_endpoint_uuid(name_destination(one)) == read_endpoint_uuid(name_test_destination(one)) == one


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("1e9", 0),
        ("9" * 50, 0),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120),
        ("Sun, 01 Mar 2026 11:02:00 GMT", 0),
        ("Sun, 99 Mar 2026 11:02:00 GMT", 0),
    ],
)
def test_how_long_to_wait_is_read_in_both_forms(text, seconds):
    assert read_retry_after(text, NOON) == seconds


def test_names_are_read_one_a_line_each_once():
    assert read_names(" Order  Completed\n\nعملية, Order Completed,x ") == ["Order Completed", "عملية", "x"]
    assert hears([], "anything")
    assert not hears(["x"], "y")


def test_what_lies_a_week_back_is_history():
    assert is_news(occurred_at=NOON - timedelta(days=7), received_at=NOON)
    assert is_news(occurred_at=NOON + timedelta(days=9), received_at=NOON)
    assert not is_news(occurred_at=NOON - timedelta(days=7, seconds=1), received_at=NOON)
