from datetime import UTC, datetime, timedelta

import pytest

from wafaa.kit.standard_webhooks import is_signed

# Published with Standard Webhooks 1.0 (the test vector of its reference libraries).
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
THEN = datetime.fromtimestamp(1614265330, UTC)


def test_a_signature_among_others_is_enough_for_five_minutes():
    assert is_signed(secret=SECRET, headers=HEADERS, body=BODY, now=THEN)
    assert is_signed(secret=SECRET, headers=HEADERS, body=BODY, now=THEN + timedelta(minutes=5))
    assert not is_signed(
        secret=SECRET, headers=HEADERS, body=BODY, now=THEN + timedelta(minutes=5, seconds=1)
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-id": "msg_another"},
        {"webhook-timestamp": "1614265331"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "9" * 30},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,é"},
    ],
)
def test_whatever_was_changed_is_noticed(changes):
    assert not is_signed(secret=SECRET, headers=HEADERS | changes, body=BODY, now=THEN)
    assert not is_signed(secret=SECRET, headers=HEADERS, body=BODY + b" ", now=THEN)
