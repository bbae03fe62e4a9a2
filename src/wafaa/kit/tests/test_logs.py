"""Lines of the log say what happened and where, never to whom."""

import json
import logging

import pytest
from django.test import RequestFactory

from wafaa.kit.logs import JsonFormatter, LineFormatter, describe_error, mask
from wafaa.kit.trace import answering, choose_request_id, get_request_id, take_over


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("sent to mona@example.com.", "sent to [email]"),
        ("called +966 50 123 4567 twice", "called [number] twice"),
        ("0501234567", "[number]"),
        ("رقم ٠٥٠١٢٣٤٥٦٧", "رقم [number]"),
        ("customer 17850 of order 536365", "customer 17850 of order 536365"),
        ("at 2025-03-01 08:26:00 from 127.0.0.1:8000", "at 2025-03-01 08:26:00 from 127.0.0.1:8000"),
        (
            'invalid input syntax for type integer: "Mona Ali"',
            "invalid input syntax for type integer: '[text]'",
        ),
        ('relation "know_orders_order" does not exist', 'relation "know_orders_order" does not exist'),
        ("Key (name)=(Mona Ali) already exists.", "Key (name)([row]) already exists."),
        ("Failing row contains (7, Mona Ali, null).", "Failing row contains ([row])"),
        ("KeyError: 'نورة'", "KeyError: '[text]'"),
        ("import 0195e0a7-3b2c-7def-8a01-23456789abcd", "import 0195e0a7-3b2c-7def-8a01-23456789abcd"),
    ],
)
def test_what_is_personal_is_replaced(text, masked):
    assert mask(text) == masked


def make_record(message, *arguments, error=None):
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("wafaa.test", logging.ERROR, __file__, 1, message, arguments, info)


def fail():
    try:
        try:
            raise KeyError("Mona Ali")
        except KeyError as error:
            raise RuntimeError("no customer Mona Ali\nDETAIL: born 1990") from error
    except RuntimeError as error:
        return error


def test_an_error_is_told_by_type_and_place_and_what_came_with_the_request_is_not():
    request = RequestFactory().get("/customers/", {"q": "Mona Ali"})
    with answering(request, "abcdef0123456789"):
        told = json.loads(
            JsonFormatter().format(make_record("search for %s failed", "Mona Ali", error=fail()))
        )

    assert told["request_id"] == "abcdef0123456789"
    assert told["message"] == "search for [given] failed"
    assert told["level"] == "error"
    assert [line for line in told["error"] if not line.startswith("  ")] == [
        "KeyError: '[text]'",
        "which led to",
        "RuntimeError: no customer [given]",
    ]
    assert any("test_logs.py" in line and "fail" in line for line in told["error"])
    assert "Mona" not in json.dumps(told)
    assert "1990" not in json.dumps(told)


def test_lines_for_people_carry_the_request_too():
    with answering(RequestFactory().get("/"), "abcdef0123456789"):
        line = LineFormatter().format(make_record("it %s", "failed"))

    assert line.endswith("ERROR wafaa.test [abcdef0123456789] it failed")
    assert get_request_id() == ""
    assert "[" not in LineFormatter().format(make_record("it failed"))


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with space", "line\nbreak", "<script>"])
def test_a_request_id_that_is_not_sane_is_replaced(given):
    chosen = choose_request_id(given)

    assert chosen != given
    assert len(chosen) == 16
    take_over(given)
    assert get_request_id() == ""


def test_a_sane_request_id_is_kept():
    assert choose_request_id("0195e0a7-3b2c-7def-8a01-23456789abcd") == "0195e0a7-3b2c-7def-8a01-23456789abcd"


def test_a_request_that_is_refused_for_its_parameters_is_still_logged():
    record = make_record("refused")
    record.request = RequestFactory().get("/?" + "a&" * 3000)

    assert LineFormatter().format(record).endswith("refused")


def test_errors_that_lead_to_each_other_in_a_circle_are_told_once_each():
    first, second = ValueError("first"), KeyError("second")
    first.__context__, second.__context__ = second, first

    assert list(describe_error(first)) == ["KeyError: '[text]'", "which led to", "ValueError: first"]
