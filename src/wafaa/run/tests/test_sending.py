"""The short way of events: answered as through Django, and with an id, a count and a line like everything else."""

import io
import json

import pytest

from wafaa.access.keys.actions import create_key
from wafaa.access.keys.rules import Scope
from wafaa.run.health.metrics import registry
from wafaa.run.sending import SendingFirst
from wafaa.stream.models import Event


def call(path, body=b"", *, method="POST", **headers):
    told = {}

    def start_response(status, given):
        told["status"], told["headers"] = status, dict(given)

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body),
        **headers,
    }
    answer = SendingFirst(lambda environ, start_response: [b"the application"])(environ, start_response)
    return told, b"".join(answer)


def count_requests(status):
    labels = {"method": "POST", "route": "/v1/track", "status": status}
    return registry.get_sample_value("wafaa_request_seconds_count", labels) or 0


@pytest.mark.django_db
def test_an_event_goes_the_short_way_and_is_counted(caplog):
    key = create_key(name="Site", scope=Scope.INGEST, by=None).text
    body = json.dumps({"event": "Cart Viewed", "userId": "U1"}).encode()
    before = count_requests("200")

    with caplog.at_level("INFO", logger="wafaa.requests"):
        told, answer = call(
            "/v1/track", body, HTTP_AUTHORIZATION=f"Bearer {key}", HTTP_X_REQUEST_ID="abcdefgh"
        )

    assert (told["status"], json.loads(answer)) == ("200 OK", {"success": True})
    assert told["headers"]["X-Request-ID"] == "abcdefgh"
    assert told["headers"]["Access-Control-Allow-Origin"] == "*"
    assert told["headers"]["Content-Length"] == str(len(answer))
    assert [event.name for event in Event.objects.all()] == ["Cart Viewed"]
    assert count_requests("200") == before + 1
    assert "POST /v1/track 200" in caplog.text


@pytest.mark.django_db
def test_a_body_without_a_length_is_read_to_its_end():
    key = create_key(name="Site", scope=Scope.INGEST, by=None).text
    body = json.dumps({"event": "Cart Viewed", "userId": "U1"}).encode()

    told, _answer = call("/v1/track", body, HTTP_AUTHORIZATION=f"Bearer {key}", CONTENT_LENGTH="")

    assert (told["status"], Event.objects.count()) == ("200 OK", 1)


def test_a_body_beyond_the_limit_is_not_even_read():
    told, _answer = call("/v1/track", b"", CONTENT_LENGTH="99999999")

    assert told["status"].startswith("413")


def test_a_browser_may_ask_first():
    told, answer = call("/v1/batch", method="OPTIONS")

    assert (told["status"], answer) == ("204 No Content", b"")


@pytest.mark.parametrize("path", ["/", "/v1/customers", "/v1/projects/key/settings", "/healthz"])
def test_everything_else_is_the_applications(path):
    _told, answer = call(path)

    assert answer == b"the application"
