"""A hostile visitor: finds the addresses and forms of the program by itself, and asks everything wrongly."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLResolver, get_resolver

WORDS = (
    "", " ", "0", "1", "-1", "2", "15", "9" * 30, "9" * 400, "1e308", "NaN", "-Infinity", "0.000001", "٣٤", "١٢٫٥",
    "\x00", "a\x00b", "\ud7ff", "💥" * 20, "أَحْمَد", "\u202eabc", "\u200f", "x" * 300, "x" * 70_000, "ß" * 256,
    "'; DROP TABLE x; --", '"><script>alert(1)</script>', "../../etc/passwd", "%", "_", "%s%n", "{{7*7}}", "{}",
    "[]", "null", "true", "on", "=1+1", "@SUM(A1)", "a,b;c\td", "\r\nSet-Cookie: a=b", "http://evil.example/",
    "//e",
    "2026-02-30", "2026-06-30", "9999-12-31", "0000-00-00", "0001-01-01", "2026-13", "2026-06", "10:99", "-",
    "category", "store", "rfm_group", "champions", "whole", "90", "csv", "xlsx", "parquet", "en", "ar", "SAR",
    "XXX",
)  # fmt: skip
# What pages ask for in their addresses, and what people try.
PARAMETERS = (
    "page", "order", "search", "q", "from", "until", "since", "period", "month", "by", "group", "store", "channel",
    "state", "customer", "bought", "live", "tag", "owner", "view", "format", "next", "code", "whose", "before",
    "cursor", "limit", "lang", "as_of", "columns", "ids", "orders_min", "orders_max", "field_x", "kind", "=",
    "a[]",
)  # fmt: skip
METHODS = ("get",) * 12 + ("post",) * 9 + ("head", "put", "patch", "delete", "options", "trace")
PLACE = re.compile(r"<(?:(\w+):)?\w+>")


@dataclass(frozen=True)
class Form:
    action: str
    fields: tuple[tuple[str, str, tuple[str, ...]], ...]  # name, type, values it offers


class _Forms(HTMLParser):
    """The forms of a page and the addresses that it links to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._action = ""
        self._fields: list[tuple[str, str, tuple[str, ...]]] = []
        self._options: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get", "hx-post"):
            if given.get(name, "").startswith("/"):
                self.links.append(given[name])
        if tag == "form":
            self._action, self._fields = given.get("action", ""), []
        elif tag in {"input", "textarea", "button"} and given.get("name"):
            self._fields.append((given["name"], given.get("type", "text"), (given.get("value", ""),)))
        elif tag == "select" and given.get("name"):
            self._options = []
            self._fields.append((given["name"], "select", ()))
        elif tag == "option" and self._options is not None:
            self._options.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._fields and self._options is not None:
            name, kind, _ = self._fields[-1]
            self._fields[-1] = (name, kind, tuple(self._options))
            self._options = None
        elif tag == "form":
            self.forms.append(Form(self._action, tuple(self._fields)))


def list_routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """Every address with its placeholders."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern).replace("^", "").replace("$", "").replace("\\Z", "")
        if isinstance(pattern, URLResolver):
            yield from list_routes(pattern.url_patterns, route)
        else:
            yield f"/{route}"


@dataclass
class Visitor:
    """Asks `count` questions as one person; remembers what it saw of forms and links."""

    chance: random.Random
    routes: list[str]
    ids: dict[str, list[str]]  # values for placeholders by their kind
    forms: dict[str, list[Form]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def visit(self, client: Client, who: str) -> None:
        method = self.chance.choice(METHODS)
        address = self._choose_address()
        if method == "post" and self.forms and self.chance.random() < 0.8:
            address = self.chance.choice([*self.forms])
        path = address.partition("?")[0]
        headers = {"Accept-Language": self.chance.choice(("ar", "en", "zz", "*", "ar;q=x"))}
        if self.chance.random() < 0.2:
            headers["HX-Request"] = "true"
        if method == "post":
            response = client.post(path, self._fill(path), headers=headers)
        else:
            response = getattr(client, method)(address, headers=headers)
        self._note(path, method, who, response)

    def _choose_address(self) -> str:
        if self.links and self.chance.random() < 0.4:
            address = self.chance.choice(self.links)
        else:
            address = PLACE.sub(self._fill_place, self.chance.choice(self.routes))
        if self.chance.random() < 0.6:
            return address
        start = "&" if "?" in address else "?"
        asked = (
            f"{self.chance.choice(PARAMETERS)}={self._quote()}" for _ in range(self.chance.randint(1, 4))
        )
        return address + start + "&".join(asked)

    def _fill_place(self, match: re.Match[str]) -> str:
        kind = match[1] or "str"
        known = self.ids.get(kind) or ["1"]
        if kind in {"uuid", "int"} or self.chance.random() < 0.6:
            return self.chance.choice(known)
        return self._quote() or "x"

    def _quote(self) -> str:
        from urllib.parse import quote

        return quote(self.chance.choice(WORDS)[:2_000].encode("utf-8", "surrogatepass"))

    def _fill(self, path: str) -> dict[str, Any]:
        """Half of a form's fields as a person would, the rest wrongly; sometimes fields that nobody asked for."""
        filled: dict[str, Any] = {}
        forms = self.forms.get(path)
        for name, kind, offered in self.chance.choice(forms).fields if forms else ():
            if name == "csrfmiddlewaretoken" or self.chance.random() < 0.1:
                continue
            if kind == "file":
                filled[name] = self._make_file()
            elif offered and self.chance.random() < 0.5:
                filled[name] = self.chance.choice(offered)
            else:
                filled[name] = self.chance.choice(WORDS)
        if not filled or self.chance.random() < 0.2:
            filled[self.chance.choice(PARAMETERS)] = self.chance.choice(WORDS)
        return filled

    def _make_file(self) -> SimpleUploadedFile:
        contents = (
            b"",
            b"\x00" * 10,
            b"PK\x03\x04broken",
            b"\x1f\x8bbroken",
            b"a,b\n1,2\n",
            b"\xff\xfe\x00",
            b"%PDF-1.4",
        )
        # what has no name at all, no browser sends
        name = re.sub(r"[\\/\x00]", "_", self.chance.choice(WORDS)[:100]).strip(". ") or "a.csv"
        return SimpleUploadedFile(name, self.chance.choice(contents))

    def _note(self, path: str, method: str, who: str, response: Any) -> None:
        self.answers[response.status_code] += 1
        if response.status_code >= 500 and response.status_code != 503:
            failure = getattr(response, "exc_info", None) or ("", "")
            self.broken.append(f"{who} {method} {path}: {response.status_code} {failure[1]!r:.300}")
        if response.status_code == 200 and response.get("Content-Type", "").startswith("text/html"):
            page = _Forms()
            page.feed(response.content.decode("utf-8", "replace"))
            for form in page.forms:
                known = self.forms.setdefault(form.action or path, [])
                if form not in known and len(known) < 8:
                    known.append(form)
            self.links = [*self.links, *page.links][-600:]
