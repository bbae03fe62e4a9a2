"""Programs send while parts of the house are killed: what was answered with 200 is there, once each, and nothing else twice."""

import http.client
import json
import random
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.flow.processes import Shop
from wafaa.run.tests.processes import copy_prepared

pytestmark = pytest.mark.slow
BATCHES, BATCH_EVENTS, SENDERS = 60, 20, 3
VICTIMS = ("web", "worker", "postgres", "web", "postgres")
PATIENCE_S = 120
STORED = "SELECT count(*), count(DISTINCT message_id) FROM stream_event"
MISSING = """
SELECT count(*) FROM unnest(%(sent)s::text[]) AS sent (id)
WHERE NOT EXISTS (SELECT FROM stream_event AS known WHERE known.message_id = sent.id)
"""


@pytest.fixture
def shop(tmp_path: Path):
    shop = Shop(copy_prepared(tmp_path / "home")).start()
    yield shop
    shop.clear()


def make_batch(customer: str) -> tuple[list[str], bytes]:
    ids = [str(uuid.uuid4()) for _ in range(BATCH_EVENTS)]
    events = [
        {"type": "track", "event": "Cart Viewed", "userId": customer, "messageId": each} for each in ids
    ]
    return ids, json.dumps({"batch": events}).encode()


def send_until_answered(port: int, key: str, body: bytes) -> None:
    """As client libraries do: again after a failure of the network or of the server."""
    deadline = time.monotonic() + PATIENCE_S
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    while time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("POST", "/v1/batch", body, headers)
            status = connection.getresponse().status
            if status == http.HTTPStatus.OK:
                return
            assert status >= http.HTTPStatus.INTERNAL_SERVER_ERROR, status
        time.sleep(0.05)
    raise AssertionError("never answered")


def test_what_was_answered_is_stored_once_through_every_kill(shop: Shop):
    made = shop.run("key", "create", "--name", "Site", "--scope", "ingest")
    key = next(word for word in made.stdout.split() if word.startswith("wf_ingest_"))
    answered, failures = list[str](), list[BaseException]()

    def send(number: int) -> None:
        try:
            for _ in range(BATCHES // SENDERS):
                ids, body = make_batch(f"C{number}")
                send_until_answered(shop.server.port, key, body)
                answered.extend(ids)
        except BaseException as failure:
            failures.append(failure)

    senders = [threading.Thread(target=send, args=(number,)) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    moments = random.Random(7)
    for victim in VICTIMS:
        time.sleep(moments.uniform(0.05, 0.3))
        with suppress(ValueError, psutil.Error):  # it was killed a moment ago and is not back yet
            shop.server.find_child(victim).kill()
    for sender in senders:
        sender.join()
    shop.wait_until_well()

    assert failures == []
    assert len(answered) == BATCHES * BATCH_EVENTS
    assert shop.ask(MISSING, {"sent": answered}) == (0,)
    assert shop.ask(STORED) == (len(answered), len(answered))
