"""Taking a JSON document apart, saying of the first wrong piece where it stands."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from wafaa.listen.surveys.rules.parts import ContentWrong

T = TypeVar("T")

KEY_LETTERS_MAX = 60
WORDS_LETTERS_MAX = 5000
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}\Z")
_LANGUAGE = re.compile(r"[a-z]{2}\Z")
_MISSING = object()


@dataclass(frozen=True)
class Piece:
    """One value of the document and the way to it."""

    value: Any
    path: str

    def wrong(self, code: str, **facts: Any) -> ContentWrong:
        return ContentWrong(self.path, code, **facts)

    def fields(self, *known: str) -> "Fields":
        if not isinstance(self.value, Mapping):
            raise self.wrong("kind", kind="{…}")
        for name in self.value:
            if name not in known:
                raise self.wrong("unknown_field", name=str(name)[:60])
        return Fields(self.value, self.path)

    def items(self, limit: int) -> "list[Piece]":
        if not isinstance(self.value, list | tuple):
            raise self.wrong("kind", kind="[…]")
        if len(self.value) > limit:
            raise self.wrong("count", limit=limit)
        return [Piece(value, f"{self.path}.{place}") for place, value in enumerate(self.value)]

    def text(self, limit: int = WORDS_LETTERS_MAX) -> str:
        if not isinstance(self.value, str) or "\0" in self.value:
            raise self.wrong("kind", kind="“…”")
        if len(self.value) > limit:
            raise self.wrong("letters", limit=limit)
        return self.value

    def key(self) -> str:
        if not isinstance(self.value, str) or not _KEY.match(self.value):
            raise self.wrong("key", limit=KEY_LETTERS_MAX)
        return self.value

    def language(self) -> str:
        if not isinstance(self.value, str) or not _LANGUAGE.match(self.value):
            raise self.wrong("language")
        return self.value

    def address(self) -> str:
        text = self.text(1000)
        if text and (not text.startswith(("https://", "/")) or text.startswith(("//", "/\\"))):
            raise self.wrong("address")
        return text

    def choice(self, choices: Collection[str]) -> str:
        if not isinstance(self.value, str) or self.value not in choices:
            raise self.wrong("choice", choices=", ".join(sorted(choices)))
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong("kind", kind="true, false")
        return self.value

    def whole(self, low: int, high: int) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not low <= self.value <= high:
            raise self.wrong("range", low=low, high=high)
        return self.value

    def words(self) -> dict[str, str]:
        if not isinstance(self.value, Mapping):
            raise self.wrong("kind", kind='{"ar": …, "en": …}')
        return {
            Piece(language, self.path).language(): Piece(text, f"{self.path}.{language}").text()
            for language, text in self.value.items()
        }


@dataclass(frozen=True)
class Fields:
    """The fields of one object."""

    values: Mapping[str, Any]
    path: str

    def need(self, name: str) -> Piece:
        value = self.values.get(name, _MISSING)
        if value is _MISSING:
            raise ContentWrong(self.path, "missing", name=name)
        return Piece(value, f"{self.path}.{name}" if self.path else name)

    def take(self, name: str, read: Callable[[Piece], T], default: T) -> T:
        """The field read by `read`; `default` where it is missing or null."""
        if self.values.get(name) is None:
            return default
        return read(self.need(name))
