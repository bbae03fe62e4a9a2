"""Lines of the log, as text or as JSON: with the request's id, and without what somebody typed or is called.

A log is read by more people than the database, and kept elsewhere. So e-mail addresses, numbers like phones', quoted
values and everything that came with the request are replaced; of an error its type, its place and its first line stay.
"""

import json
import logging
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

from wafaa.kit.trace import get_request, get_request_id

_EMAIL = re.compile(r"[^\s@<>\"'(),:;=]+@[^\s@<>\"'(),:;=]+\.[^\s@<>\"'(),:;=]+")
# With a sign or zeros in front as people write them, or as bare digits; dates and addresses of machines are left.
_PHONE = re.compile(
    r"(?<![\w.:-])(?:\+|0)[\d٠-٩](?:[ ()-]?[\d٠-٩]){6,14}(?![\w:])|(?<![\w.-])\d{9,15}(?![\w-])"
)
# What PostgreSQL quotes of a row.
_ROW = re.compile(r"=\([^)]*\)|(?<=contains )\(.*")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|«[^»\n]*»|“[^”\n]*”")
# A name of ours: of a table, a file, a module.
_NAME = re.compile(r"[\"'][A-Za-z0-9]*[_./][A-Za-z0-9_./-]*[\"']")
_GIVEN_LENGTH_MIN = 3


def mask(text: str, request: Any = None) -> str:
    """The text without personal data, as far as a program can know them; `request` if it is not the present one."""
    for given in sorted(_list_given(request or get_request()), key=len, reverse=True):
        text = text.replace(given, "[given]")
    text = _EMAIL.sub("[email]", text)
    text = _ROW.sub("([row])", text)
    text = _QUOTED.sub(lambda found: found[0] if _NAME.fullmatch(found[0]) else "'[text]'", text)
    return _PHONE.sub("[number]", text)


def _list_given(request: Any) -> set[str]:
    """What came with the request, and who sent it; of its body only what was read already."""
    if request is None:
        return set()
    found: set[str] = set()
    for fields in (_read_query(request), getattr(request, "_post", None)):
        for values in dict(fields or {}).values():
            found.update(str(value) for value in values)
    # words of an address too: one of them may be a link that somebody was given
    match = getattr(request, "resolver_match", None)
    found.update(value for value in (match.kwargs.values() if match else ()) if isinstance(value, str))
    person = getattr(request, "_cached_user", None)
    found.update(str(getattr(person, field, "")) for field in ("email", "name"))
    return {value for value in found if len(value) >= _GIVEN_LENGTH_MIN}


def _read_query(request: Any) -> Any:
    """Nothing of an address that is refused for its thousands of parameters: of those no line speaks."""
    try:
        return request.GET
    except SuspiciousOperation:
        return None


def describe_error(error: BaseException) -> Iterator[str]:
    """Type, first line and places of an error and of those that led to it, the first one first."""
    chain: list[BaseException] = []
    led: BaseException | None = error
    # errors that are raised again in one another's handlers can lead in a circle
    while led is not None and all(led is not known for known in chain):
        chain.append(led)
        led = led.__cause__ or (None if led.__suppress_context__ else led.__context__)
    for place, one in enumerate(reversed(chain)):
        if place:
            yield "which led to"
        yield from _describe_one(one)


def _describe_one(error: BaseException) -> Iterator[str]:
    said = (str(error).splitlines() or [""])[0]
    yield f"{type(error).__module__}.{type(error).__qualname__}: {mask(said)}".removeprefix("builtins.")
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        yield f"  {code.co_filename}:{step.tb_lineno} {code.co_name}"
        step = step.tb_next


class LineFormatter(logging.Formatter):
    """For people: one line, and the places of an error below it."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        request_id = _get_id(record)
        head = f"{at} {record.levelname} {record.name}{f' [{request_id}]' if request_id else ''}"
        lines = [f"{head} {mask(record.getMessage(), _get_request(record))}"]
        if error := _get_error(record):
            lines += describe_error(error)
        return "\n".join(lines)


class JsonFormatter(logging.Formatter):
    """For programs: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": mask(record.getMessage(), _get_request(record)),
            "process": os.getpid(),
        }
        if request_id := _get_id(record):
            told["request_id"] = request_id
        told |= getattr(record, "facts", {})
        if error := _get_error(record):
            told["error"] = list(describe_error(error))
        return json.dumps(told, ensure_ascii=False, default=str)


def _get_request(record: logging.LogRecord) -> Any:
    """Django writes some lines when the request has been answered already, and hands it along."""
    request = getattr(record, "request", None)
    return request if isinstance(request, HttpRequest) else None


def _get_id(record: logging.LogRecord) -> str:
    return get_request_id() or getattr(_get_request(record), "trace_id", "")


def _get_error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None
