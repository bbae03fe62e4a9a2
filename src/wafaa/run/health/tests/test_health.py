"""The addresses for machines: what they say, and to whom."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from tests.build import make_event

from wafaa.kit.clock import fixed_at
from wafaa.run.postgres import EmbeddedPostgres
from wafaa.run.tests.processes import execute, find_free_port
from wafaa.stream.actions import record_event
from wafaa.stream.models import Checkpoint, Event

pytestmark = pytest.mark.django_db

LOCAL = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def visitor():
    return Client(**LOCAL)


@pytest.fixture
def worker():
    """A sign of life, as the queue's worker gives it."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def read_metrics(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_health_needs_no_database_and_leaves_no_cookie(visitor, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = visitor.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies
    assert "Content-Language" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]


def test_health_answers_whatever_the_host_is_called():
    assert Client(HTTP_HOST="10.0.0.7:8000").get("/healthz").status_code == 200


def test_readiness_names_what_fails(visitor, worker):
    answer = visitor.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "checks": {"database": "ok", "migrations": "ok", "worker": "ok", "analyst": "failing", "disk": "ok"},
    }


def test_a_worker_that_gives_no_sign_of_life_is_not_ready(visitor):
    assert visitor.get("/readyz").json()["checks"]["worker"] == "failing"


def test_only_reading_is_allowed(visitor):
    assert visitor.post("/healthz").status_code == 405


def test_metrics_tell_of_every_part(visitor, worker):
    visitor.get("/sign-in/")
    visitor.get("/wp-login.php")
    told = read_metrics(visitor)

    assert told["wafaa_up", "database"] == 1
    assert told["wafaa_up", "analyst"] == 0
    assert told["wafaa_stream_waiting_events", "know.orders"] == 0
    assert told["wafaa_stream_lag_seconds", "know.orders"] == 0
    assert told["wafaa_stream_parked_events", "know.customers"] == 0
    assert told["wafaa_worker_heartbeat_age_seconds",] < 30
    assert told["wafaa_disk_free_bytes", "home"] > 0
    assert told["wafaa_backup_failing",] == 0
    assert told["wafaa_request_seconds_count", "GET", "/sign-in/", "200"] >= 1
    assert told["wafaa_request_seconds_count", "GET", "unmatched", "404"] >= 1
    assert told["process_resident_memory_bytes",] > 0


def test_the_lag_begins_behind_the_lanes_not_where_the_consumer_was_before_it_had_lanes(visitor):
    with fixed_at(datetime.now(UTC) - timedelta(days=1)):
        record_event(event=make_event("Order Completed", message_id="handled"))
    place = Event.objects.values("xid", "position").get()
    for lane in (0, 1):
        Checkpoint.objects.create(consumer=f"know.orders/{lane}", **place)
    Checkpoint.objects.create(consumer="know.orders", xid=0, position=0)
    record_event(event=make_event("Order Completed", message_id="waits"))

    told = read_metrics(visitor)

    assert told["wafaa_stream_waiting_events", "know.orders"] == 1
    assert 0 <= told["wafaa_stream_lag_seconds", "know.orders"] < 3600


@pytest.mark.parametrize(
    "origin",
    [
        {"REMOTE_ADDR": "203.0.113.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_HOST": "shop.example.com"},
    ],
)
def test_metrics_are_closed_to_everybody_else(origin):
    answer = Client(**{**LOCAL, **origin}).get("/metrics")

    assert (answer.status_code, answer.content) == (403, b"closed\n")


def test_metrics_open_with_the_token_alone(settings):
    settings.METRICS_TOKEN = "a long word"
    far = {"REMOTE_ADDR": "203.0.113.7", "HTTP_HOST": "shop.example.com"}

    assert Client(**far, HTTP_AUTHORIZATION="Bearer a long word").get("/metrics").status_code == 200
    assert Client(**far, HTTP_AUTHORIZATION="Bearer a guess").get("/metrics").status_code == 403
    assert Client(**LOCAL).get("/metrics").status_code == 403


@pytest.fixture
def unreachable():
    """A port at which nobody listens."""
    kept = {name: connection.settings_dict[name] for name in ("HOST", "PORT")}
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT=str(find_free_port()))
    yield
    connection.close()
    connection.settings_dict.update(kept)


@pytest.mark.django_db(transaction=True)
def test_without_a_database_health_still_answers_and_readiness_says_it(visitor, unreachable):
    assert visitor.get("/healthz").status_code == 200
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, "failing")
    assert read_metrics(visitor)["wafaa_up", "database"] == 0


@pytest.mark.parametrize("origin", [{"REMOTE_ADDR": "203.0.113.7"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}])
def test_strangers_do_not_make_it_look_each_time(visitor, worker, django_assert_num_queries, origin):
    visitor.get("/readyz")
    stranger = Client(**{**LOCAL, **origin})
    with django_assert_num_queries(0):
        assert stranger.get("/readyz").json()["checks"]["worker"] == "ok"


def test_little_memory_is_asked_of_the_embedded_server(tmp_path, monkeypatch):
    monkeypatch.setenv("WAFAA_LOW_MEMORY", "1")
    server = EmbeddedPostgres(tmp_path / "pg", fast=True)
    try:
        assert execute(server.start(), "SELECT current_setting('shared_buffers')") == ("32MB",)
    finally:
        server.stop()
