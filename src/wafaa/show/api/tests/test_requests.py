"""What holds for every request: limits, formats, failures, headers."""

import json
import logging
import subprocess
import sys

import pytest
from django.db import OperationalError, connection
from tests.build import make_customer
from tests.statements import watch_statements

from wafaa.access.keys.models import ApiKey
from wafaa.show.api.problems import KNOWN
from wafaa.show.api.tests.calls import call, get, make_key, patch


@pytest.fixture
def key(db):
    return make_key("write")


def told(response):
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["type"] == f"/v1/docs#{problem['code']}"
    assert problem["code"] in {kind.code for kind in KNOWN}
    return problem["status"], problem["code"]


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/nothing", "/v1/customers/", "/v1/customers/7", "/v1/customers/%00"]
)
def test_an_unknown_address_is_a_problem_in_json(path, key):
    assert told(get(path, key=key)) == (404, "nothing_here")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_a_method_that_is_not_answered_names_those_that_are(method, key):
    response = call(method, "/v1/customers", key=key, body={})

    assert told(response) == (405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD"


def test_head_answers_the_headers_of_get(key):
    assert call("HEAD", "/v1/customers", key=key).status_code == 200


def test_a_long_address_is_refused(key):
    assert told(get("/v1/customers?q=" + "x" * 1024**2, key=key)) == (414, "address_too_long")


def test_a_large_body_is_refused_before_it_is_read(key):
    person = make_customer()
    assert told(patch(f"/v1/customers/{person.uuid}", "x" * (1024**2 + 1), key=key)) == (
        413,
        "body_too_large",
    )
    response = call("PATCH", f"/v1/customers/{person.uuid}", key=key, CONTENT_LENGTH="9" * 30)
    assert told(response) == (413, "body_too_large")


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/json; charset=utf-16"],
)  # fmt: skip
def test_only_json_is_read(kind, key):
    assert told(patch(f"/v1/customers/{make_customer().uuid}", "{}", key=key, content_type=kind)) == (
        415,
        "not_json",
    )


def test_a_packed_body_is_refused(key):
    response = patch(
        f"/v1/customers/{make_customer().uuid}", {}, key=key, headers={"Content-Encoding": "gzip"}
    )
    assert told(response) == (415, "not_json")


@pytest.mark.parametrize(
    "body", ["{", "", '{"name": NaN}', '{"name": "\\ud800"}', b'{"name": "\xff"}', "[" * 100_000, '{"name": 1e999}', "\x00"]
)  # fmt: skip
def test_a_body_that_is_no_json_is_a_broken_body(body, key):
    response = patch(f"/v1/customers/{make_customer().uuid}", body, key=key)

    if body == "":
        assert told(response) == (422, "validation_failed")  # nothing was sent at all
    else:
        assert told(response) == (400, "body_broken")


def test_wrong_values_are_told_with_their_places(key):
    person = make_customer(name="Mona")
    body = {
        "email": "nobody",
        "phone": 5,
        "colour": "red",
        "attributes": {"a/b": [1], "fine": 1},
        "name": "a\x00b",
    }
    response = patch(f"/v1/customers/{person.uuid}", body, key=key)

    assert told(response) == (422, "validation_failed")
    assert {error["pointer"] for error in response.json()["errors"]} == {
        "#/email", "#/phone", "#/colour", "#/attributes/a~1b", "#/name",
    }  # fmt: skip
    person.refresh_from_db()
    assert person.name == "Mona"


def test_wrong_parameters_are_told_by_name(key):
    response = get("/v1/orders?limit=999&since=yesterday&customer=7&counted=perhaps", key=key)

    assert told(response) == (422, "validation_failed")
    assert [error["parameter"] for error in response.json()["errors"]] == [
        "customer", "counted", "since", "limit",
    ]  # fmt: skip


def test_a_misspelled_filter_is_refused_and_not_passed_over(key):
    response = get("/v1/customers?contry=SA&q=x", key=key)

    assert told(response) == (422, "validation_failed")
    assert response.json()["errors"] == [{"detail": "This name is not known here.", "parameter": "contry"}]


@pytest.mark.parametrize(
    "query",
    [
        "limit=" + "9" * 5000, "limit=-1", "limit=0", "limit=1e3", "limit=NaN", "limit=", "q=%00", "q=" + "x" * 301,
        "country=%00", "cursor=%00", "since=99999999999999999999", "since=2026-03-01", "since=2026-03-01T00:00:00",
        "since=0000-00-00T00:00:00Z", "customer=%00", "store=a%00b", "limit=1&limit=x",
    ],
)  # fmt: skip
def test_hostile_parameters_are_answered_and_never_break_anything(query, key):
    response = get(f"/v1/orders?{query}", key=key)

    assert response.status_code in {400, 422}
    told(response)


def test_thousands_of_parameters_are_a_broken_request(key):
    assert told(get("/v1/customers?" + "a&" * 3000, key=key)) == (400, "request_broken")


def test_a_foreign_host_is_a_broken_request(key):
    assert told(get("/v1/customers", key=key, HTTP_HOST="evil.example")) == (400, "request_broken")


def test_a_failure_of_ours_tells_nothing_of_the_inside(key, caplog):
    def fail(execute, sql, params, many, context):
        raise RuntimeError("secret_table")

    with caplog.at_level(logging.CRITICAL), connection.execute_wrapper(fail):
        response = get("/v1/customers", key=key)

    assert told(response) == (500, "internal_error")
    assert b"secret_table" not in response.content


def test_trouble_of_the_machine_is_told_with_what_to_do(key, caplog):
    def fail(execute, sql, params, many, context):
        raise OperationalError("the connection is closed")

    with caplog.at_level(logging.CRITICAL), connection.execute_wrapper(fail):
        response = get("/v1/customers", key=key)

    assert told(response) == (503, "database_gone")
    assert response["Retry-After"] == "3"


def test_words_come_in_the_language_that_is_asked_for(key):
    arabic = get("/v1/nothing", key=key, headers={"Accept-Language": "fr, ar-SA;q=0.9, en;q=0.1"})
    english = get("/v1/nothing", key=key, headers={"Accept-Language": "fr;q=1"})

    assert (arabic["Content-Language"], english["Content-Language"]) == ("ar", "en")
    assert english.json()["detail"] == "There is nothing at this address."
    assert arabic.json()["detail"] == "لا شيء على هذا العنوان."


def test_no_cookie_is_read_or_set_and_answers_belong_to_one_key(key, owner, client_as):
    client = client_as(owner)
    signed_in = client.get("/v1/customers")
    with_key = client.get("/v1/customers", headers={"Authorization": f"Bearer {key}"})

    assert told(signed_in) == (401, "key_missing")
    assert with_key.status_code == 200
    for response in (signed_in, with_key):
        assert not response.cookies
        assert response["Cache-Control"] == "private, no-cache"
        assert "Cookie" not in response["Vary"]


def test_an_unchanged_answer_comes_without_a_body(key):
    make_customer()
    first = get("/v1/customers", key=key)
    again = get("/v1/customers", key=key, headers={"If-None-Match": first["ETag"]})
    make_customer("2")
    changed = get("/v1/customers", key=key, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert changed.status_code == 200


def test_the_last_use_is_noted_once_a_minute(key):
    get("/v1/measures", key=key)
    noted = ApiKey.objects.get().last_used_at
    with watch_statements() as sent:
        get("/v1/measures", key=key)

    assert sent == []  # the key was looked up a moment ago
    assert ApiKey.objects.get().last_used_at == noted


def test_the_openapi_document_is_open_to_everybody_and_speaks_of_everything(db):
    response = call("GET", "/v1/openapi.json")
    document = json.loads(response.content)

    assert document["openapi"] == "3.1.0"
    assert document["components"]["schemas"]["Money"]["required"] == ["amount_minor", "currency"]
    references = set(_find_references(document))
    for reference in references:
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def _find_references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from _find_references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _find_references(value)


@pytest.mark.parametrize("modules", ["wafaa.run.worker", "wafaa.run.analyst", "wafaa.config.urls"])
def test_the_framework_is_not_loaded_before_the_first_request_to_it(modules):
    """Worker and analyst never have one; a web process that serves pages only stays as small as it was."""
    code = f"""
import django; django.setup()
import sys, importlib; importlib.import_module("{modules}")
import wafaa.config.flow, wafaa.config.facts
from wafaa.run.functions import register_functions; register_functions()
from django.apps import apps
print(sorted({{name.split(".")[0] for name in sys.modules}} & {{"ninja", "pydantic", "pydantic_core"}}))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
