"""When a mail is due, what a link's token is, and what of a page may be sent on; pure."""

import hashlib
import secrets
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from html import escape, unescape
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

TOKEN_BYTES = 32
DAYS_MAX = 90


class Kind(StrEnum):
    """Of mails to staff."""

    WEEKLY = "weekly"  # Today's figures
    CASES = "cases"  # each morning


class State(StrEnum):
    """Of a mail: `UNCLEAR` was on its way when the connection or the worker broke; it is not sent again by itself."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNCLEAR = "unclear"
    SKIPPED = "skipped"
    FAILED = "failed"


def make_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_due(*, weekday: int, hour: int, zone: ZoneInfo, now: datetime) -> datetime:
    """The last moment, not after now, at which it was this weekday (Monday is 1) and hour in the zone."""
    local = now.astimezone(zone)
    day = local.date() - timedelta(days=(local.isoweekday() - weekday) % 7)
    due = datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
    if due > now:
        day -= timedelta(days=7)
        due = datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
    return due


def find_daily(*, hour: int, zone: ZoneInfo, now: datetime) -> datetime:
    """The last moment, not after now, at which it was this hour in the zone."""
    day = now.astimezone(zone).date()
    due = datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
    if due > now:
        day -= timedelta(days=1)
        due = datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
    return due


def find_week(due: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week in which a mail is due."""
    day = due.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def covers(scope: tuple[int, ...] | None, shared: list[int] | None) -> bool:
    """Whether somebody with this scope of stores may see what was counted for `shared`; None means all stores."""
    return scope is None or (shared is not None and set(shared) <= set(scope))


# What is for the eyes of staff, or leads to where strangers may not go.
_DROPPED_TAGS = frozenset(
    {
        "form",
        "nav",
        "script",
        "style",
        "button",
        "iframe",
        "object",
        "input",
        "select",
        "link",
        "meta",
        "base",
    }
)
_DROPPED_CLASSES = frozenset({"button", "breadcrumbs", "popover", "ribbon", "messages", "export", "toolbar"})
_DROPPED_ATTRIBUTES = frozenset({"hx-get", "hx-post", "data-unshared"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


class SharedPart(HTMLParser):
    """Cuts the content out of a page: figures, words and pictures stay; menus, forms, buttons and links' targets go."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._out: list[str] = []
        self._title: list[str] = []
        self._is_inside = False
        self._skipping: list[str] = []  # open elements from the one that is dropped
        self._in_title = False

    @property
    def body(self) -> str:
        return "".join(self._out).strip()

    @property
    def title(self) -> str:
        """As plain text."""
        return " ".join(unescape("".join(self._title)).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "main":
            self._is_inside = True
            return
        if not self._is_inside:
            return
        if self._skipping or _is_dropped(tag, attrs):
            if tag not in _VOID:
                self._skipping.append(tag)
            return
        self._in_title = self._in_title or (tag == "h1" and not self._title)
        self._out.append(_write_tag(tag, attrs, self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._is_inside and not self._skipping and not _is_dropped(tag, attrs):
            self._out.append(_write_tag(tag, attrs, self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._is_inside = False
        if not self._is_inside:
            return
        if self._skipping:
            if tag in self._skipping:
                while self._skipping.pop() != tag:
                    pass
            return
        if tag == "h1":
            self._in_title = False
        self._out.append("</span>" if tag == "a" else f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def _keep(self, text: str) -> None:
        if self._is_inside and not self._skipping:
            self._out.append(text)
            if self._in_title:
                self._title.append(text)


def _is_dropped(tag: str, attrs: list[tuple[str, str | None]]) -> bool:
    known = dict(attrs)
    classes = set((known.get("class") or "").split())
    is_trouble = known.get("role") == "alert"
    return bool(
        tag in _DROPPED_TAGS or classes & _DROPPED_CLASSES or known.keys() & _DROPPED_ATTRIBUTES or is_trouble
    )


def _write_tag(tag: str, attrs: list[tuple[str, str | None]], told: str) -> str:
    """As it stood, except links, which become plain words, and handlers, which nobody should have written."""
    if tag != "a" and not any(name.startswith(("on", "hx-")) for name, _value in attrs):
        return told
    kept = [(name, value) for name, value in attrs if name in {"class", "id", "lang", "dir", "title"}]
    words = "".join(f' {name}="{escape(value or "")}"' for name, value in kept)
    return f"<{'span' if tag == 'a' else tag}{words}>"


def cut_shared_part(html: str) -> SharedPart:
    part = SharedPart()
    part.feed(html)
    part.close()
    return part
