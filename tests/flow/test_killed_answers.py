"""People answer a survey while the web server and the database are killed: what was acknowledged is there, once each."""

import http.client
import json
import os
import random
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from bench.process import run

from tests.flow.processes import Shop
from wafaa.run.tests.processes import copy_prepared

pytestmark = pytest.mark.slow
# Small by default; WAFAA_TEST_ANSWERS=5000 for a long night.
ANSWERS = int(os.environ.get("WAFAA_TEST_ANSWERS", "120"))
SENDERS = 4
VICTIMS = ("web", "postgres", "web", "postgres")
PATIENCE_S = 120
STORED = """
SELECT
    (SELECT count(*) FROM listen_surveys_response WHERE state = 'complete'),
    (SELECT count(*) FROM listen_surveys_answer),
    (SELECT count(*) FROM stream_event WHERE name = 'Survey Answered'),
    (SELECT count(DISTINCT message_id) FROM stream_event WHERE name = 'Survey Answered')
"""
MISSING = """
SELECT count(*) FROM unnest(%(sent)s::uuid[]) AS sent (id)
WHERE NOT EXISTS (
    SELECT FROM listen_surveys_response AS response
    WHERE response.uuid = sent.id
        AND (SELECT count(*) FROM listen_surveys_answer AS answer WHERE answer.response_id = response.id) = 4
)
"""


@pytest.fixture
def shop(tmp_path: Path):
    shop = Shop(copy_prepared(tmp_path / "home"), WAFAA_RATE_LIMITS="0").start()
    yield shop
    shop.clear()


def send_until_answered(port: int, address: str, body: bytes, sender: int) -> None:
    """As people do: the button once more, after a failure of the network or of the server."""
    deadline = time.monotonic() + PATIENCE_S
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "ar"}
    while time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("POST", address, body, headers)
            status = connection.getresponse().status
            if status == http.HTTPStatus.SEE_OTHER:
                return
            assert status >= http.HTTPStatus.INTERNAL_SERVER_ERROR, status
        time.sleep(0.05)
    raise AssertionError(f"sender {sender} was never answered")


def test_what_was_acknowledged_is_there_once_through_every_kill(shop: Shop, tmp_path: Path):
    made = run(
        "bench.answers_made",
        *(str(ANSWERS), str(tmp_path / "forms")),
        home=shop.home,
        WAFAA_DATABASE_URL=shop.database_url,
    )
    address = json.loads(made)["address"]
    forms = [json.loads(line) for line in (tmp_path / "forms").read_text().splitlines()]
    answered, failures = list[str](), list[BaseException]()

    def send(number: int) -> None:
        try:
            for form in forms[number::SENDERS]:
                send_until_answered(shop.server.port, address, form["body"].encode(), number)
                answered.append(form["response"])
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
    assert len(answered) == ANSWERS
    assert shop.ask(MISSING, {"sent": answered}) == (0,)
    assert shop.ask(STORED) == (ANSWERS, ANSWERS * 4, ANSWERS, ANSWERS)
