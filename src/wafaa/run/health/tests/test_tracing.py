"""A request and what it leaves in the log."""

import io
import json
import logging

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from wafaa.access.staff.decorators import public
from wafaa.kit import remote
from wafaa.kit.logs import JsonFormatter
from wafaa.kit.trace import answering, get_request_id, take_over
from wafaa.run.postgres import EmbeddedPostgres

PERSONAL = {
    "name": "نورة القحطاني",
    "email": "noura@example.com",
    "phone": "+966501234567",
    "city": "Unaizah",
}


@public
def fail(request, code):
    """As code that nobody foresaw: the error quotes what was sent, by itself and by the database."""
    sent = request.POST
    logging.getLogger("wafaa.test").warning("cannot save %s (%s)", sent["name"], sent["email"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [f"{sent['name']} {sent['phone']}"])
    except Exception as error:
        raise ValueError(f"{sent['name']} of {sent['city']} with {sent['phone']}") from error
    return HttpResponse()


urlpatterns = [path("fail/<str:code>/", fail)]
handler500 = "wafaa.design.failures.server_error"


@pytest.fixture
def log():
    """What is written meanwhile, as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_request_that_fails_leaves_no_personal_data_in_the_log(log, owner, client_as):
    client = client_as(owner)
    client.raise_request_exception = False

    answer = client.post("/fail/now/?q=Mona+Ali", PERSONAL, HTTP_X_REQUEST_ID="edge-0001-abcd")

    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] == "edge-0001-abcd"
    lines = log()

    told = json.dumps(lines, ensure_ascii=False)
    for value in [*PERSONAL.values(), "Mona", "القحطاني", "501234567", owner.email, owner.name]:
        assert value not in told, value
    ours = [line for line in lines if line["logger"] in {"wafaa.test", "django.request"}]
    assert {line["request_id"] for line in ours} == {"edge-0001-abcd"}
    assert ours[0]["message"] == "cannot save [given] ([given])"
    assert any("InvalidTextRepresentation" in step for step in ours[-1]["error"])
    assert any(step.startswith("ValueError: ") for step in ours[-1]["error"])


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_noted_with_its_request_and_without_what_was_asked(log, caplog):
    caplog.set_level(logging.INFO, "wafaa.requests")

    Client().get("/nowhere/Unaizah/", {"city": "Unaizah"}, HTTP_X_REQUEST_ID="edge-0003-abcd")
    Client().get("/healthz")

    assert [
        (line["request_id"], line["message"]) for line in log() if line["logger"] == "django.request"
    ] == [("edge-0003-abcd", "Not Found: /nowhere/[given]/")]
    (ours,) = (line for line in log() if line["logger"] == "wafaa.requests")
    assert (ours["route"], ours["status"], ours["request_id"]) == ("unmatched", 404, "edge-0003-abcd")


@pytest.mark.django_db
def test_a_link_that_somebody_was_given_stands_in_no_log(log):
    Client().get("/shared/a-token-that-nobody-knows/")

    assert [line["message"] for line in log() if line["logger"] == "django.request"] == [
        "Not Found: /shared/[given]/"
    ]


@pytest.mark.django_db
def test_each_answer_has_an_id_and_a_foolish_one_is_replaced():
    client = Client()
    first, second = (client.get("/sign-in/").headers["X-Request-ID"] for _turn in range(2))

    assert len(first) == 16
    assert first != second
    assert (
        client.get("/healthz", HTTP_X_REQUEST_ID="sane-id-from-proxy").headers["X-Request-ID"]
        == "sane-id-from-proxy"
    )
    assert client.get("/healthz", HTTP_X_REQUEST_ID="<b>").headers["X-Request-ID"] != "<b>"
    assert get_request_id() == ""


def test_what_the_analyst_is_asked_carries_the_request():
    remote.register("test.whose", lambda _argument: get_request_id())

    with answering(None, "edge-0001-abcd"):
        assert remote.call("test.whose", None) == "edge-0001-abcd"
    message = b'["test.whose", null, "edge-0002-abcd"]'
    assert remote.run(message) == b'[true,"edge-0002-abcd"]'
    take_over("")


def test_the_embedded_server_writes_no_rows_into_its_log(tmp_path):
    server = EmbeddedPostgres(tmp_path / "pg", fast=True)
    try:
        with psycopg.connect(server.start(), autocommit=True) as session:
            session.execute("CREATE TABLE people (name text UNIQUE, age int CHECK (age > 0))")
            session.execute("INSERT INTO people VALUES ('Mona Ali', 7)")
            for statement in (
                "INSERT INTO people VALUES ('Mona Ali', 7)",
                "INSERT INTO people VALUES ('Omar', -1)",
            ):
                with pytest.raises(psycopg.errors.IntegrityError):
                    session.execute(statement)
    finally:
        server.stop()
    told = (tmp_path / "pg" / "log").read_text()
    assert "violates unique constraint" in told
    assert "Mona" not in told
    assert "Omar" not in told
