"""By what a person is recognised in text, and taken out of it: pure functions."""

import json
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

from wafaa.kit.text import fold, latin_digits

# What stands in the place of a text that named somebody.
REDACTED = "[erased]"
# Shorter ids and names stand in others' texts by chance: they count only where they are the value of an id.
ID_LETTERS_MIN = 8
DIGITS_MIN = 9
NAME_LETTERS_MIN = 5
_ID_KEY = re.compile(r"(id|number|no|email|phone|mail|mobile)$", re.IGNORECASE)
_PREFIX = re.compile(r"^(email|phone|anonymous):")


class State(StrEnum):
    """How far an erasure is."""

    ROWS = "rows"  # out of the database, chunk by chunk
    FILES = "files"  # out of others' texts, files and figures
    DONE = "done"


class Person(msgspec.Struct, kw_only=True):
    """Whom an erasure is about. Kept while it runs and forgotten at its end."""

    customer_ids: list[int] = []
    uuids: list[str] = []
    distinct_ids: list[str] = []
    numbers: list[str] = []  # the shop's own
    emails: list[str] = []
    phones: list[str] = []
    names: list[str] = []
    imports: list[str] = []  # whose files told of them
    sources: list[str] = []
    place: tuple[str, int] = ("0", 0)  # up to where others' events were looked through

    def join(self, other: "Person") -> "Person":
        """What both know."""
        mine, theirs = msgspec.to_builtins(self), msgspec.to_builtins(other)
        joined = {
            name: list(dict.fromkeys([*value, *theirs[name]]))
            for name, value in mine.items()
            if name != "place"
        }
        return msgspec.convert({**joined, "place": mine["place"]}, Person)


class Traces:
    """Finds a person in texts by mail addresses, phones, ids and names."""

    def __init__(self, person: Person) -> None:
        ids = {*person.distinct_ids, *person.numbers}
        ids |= {_PREFIX.sub("", one) for one in ids}
        mails = {one for one in (*person.emails, *ids) if "@" in one}
        self._digits = {_find_digits(one) for one in (*person.phones, *ids) if _looks_like_phone(one)}
        self._words = {one.lower() for one in (*mails, *person.uuids, *filter(_is_telling, ids)) if one}
        self._ids = {one.lower() for one in (*ids, *mails, *person.phones) if one}
        self._given_names = {one for one in person.names if len(one) >= NAME_LETTERS_MIN}
        self._names = {fold(one) for one in person.names if len(fold(one)) >= NAME_LETTERS_MIN}

    def list_words(self) -> list[str]:
        """What stands in a cell of a file that names the person."""
        return sorted({*self._words, *self._digits, *self._given_names})

    def list_cells(self) -> list[str]:
        """What is a whole cell of such a file."""
        return sorted(self._ids)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = [
            rf"(?<![\w@]){re.escape(word)}(?![\w@])" for word in sorted(self._words, key=len, reverse=True)
        ]
        parts += [rf"(?<!\d)(?:00)?\d{{0,4}}{digits}(?!\d)" for digits in sorted(self._digits)]
        return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)

    def list_like(self) -> list[str]:
        """LIKE patterns in lower case of which one fits every text that `is_in` or `redact` could find something in, as people
        or as JSON write it.
        """
        found = set()
        for word in (*self._words, *self._digits):
            found |= {word, json.dumps(word)[1:-1].lower()}
        escaped = (re.sub(r"([\\%_])", r"\\\1", one) for one in found)
        return sorted(f"%{one}%" for one in escaped)

    def is_in(self, text: str) -> bool:
        """Whether the text names the person by what is theirs alone: a mail, a phone, a long id."""
        return bool(self._pattern.search(latin_digits(text)))

    def names_person(self, text: str) -> bool:
        """Also by the whole name, and by a short id where JSON gives it as somebody's id. Rather once too often."""
        if not text:
            return False
        try:
            told = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            told = text
        plain = text if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
        if self.is_in(plain) or self.is_in(text):
            return True
        folded = _space_words(fold(plain))
        if any(_space_words(name) in folded for name in self._names):
            return True
        return _has_id(told, self._ids)

    def redact(self, value: Any) -> Any:
        """A decoded JSON value without the texts that name the person."""
        if isinstance(value, str):
            return REDACTED if self.is_in(value) else value
        if isinstance(value, int) and not isinstance(value, bool):
            return REDACTED if self.is_in(str(value)) else value
        if isinstance(value, list):
            return [self.redact(one) for one in value]
        if isinstance(value, dict):
            return {(REDACTED if self.is_in(key) else key): self.redact(one) for key, one in value.items()}
        return value


def _is_telling(one: str) -> bool:
    return len(one) >= ID_LETTERS_MIN and not one.isdigit()


def _looks_like_phone(one: str) -> bool:
    return len(_find_digits(one)) >= DIGITS_MIN and bool(re.fullmatch(r"(phone:)?[+\d\s().-]+", one))


def _find_digits(one: str) -> str:
    """The last nine: the same with and without country and zero before them."""
    return re.sub(r"\D", "", latin_digits(one))[-DIGITS_MIN:]


def _has_id(value: Any, ids: Iterable[str], key: str = "") -> bool:
    if isinstance(value, dict):
        return any(_has_id(one, ids, str(name)) for name, one in value.items())
    if isinstance(value, list):
        return any(_has_id(one, ids, key) for one in value)
    return bool(_ID_KEY.search(key)) and isinstance(value, (str, int)) and str(value).strip().lower() in ids


def _space_words(text: str) -> str:
    """Its words with one space around each."""
    words = re.sub(r"[^\w]+", " ", text).strip()
    return f" {words} "
