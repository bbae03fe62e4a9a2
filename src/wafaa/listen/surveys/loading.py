"""What one page of a survey needs, read in one statement."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from wafaa.kit.sql import fetch_prepared, load_sql
from wafaa.listen.surveys.rules.given import Value


class Way(NamedTuple):
    """The collector."""

    id: int
    kind: str
    store: str
    agent: str
    touchpoint: str
    table_name: str
    single_use: bool
    closes_at: datetime | None
    quota: int | None
    is_stopped: bool
    settings: dict[str, Any]


class Asking(NamedTuple):
    """The survey."""

    id: int
    uuid: UUID
    name: str
    state: str
    template_key: str
    touchpoint: str
    response_quota: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    version_id: int | None


class Invited(NamedTuple):
    """The invitation."""

    id: int
    order_ref: str
    product_ref: str
    store: str
    agent: str
    touchpoint: str
    hidden: dict[str, str]
    opened_at: datetime | None
    answered_at: datetime | None
    expires_at: datetime | None


class Who(NamedTuple):
    """The customer."""

    id: int
    name: str
    city: str
    country: str
    language: str
    distinct_id: str | None

    @property
    def profile(self) -> dict[str, str]:
        first = self.name.split()[0] if self.name.split() else ""
        return {
            "first_name": first,
            "name": self.name,
            "city": self.city,
            "country": self.country,
            "language": self.language,
        }


class Held(NamedTuple):
    """The response as it stands."""

    id: int
    version_id: int
    collector_id: int | None
    invitation_id: int | None
    state: str
    language: str
    page_seconds: dict[str, int]
    started_at: datetime
    completed_at: datetime | None
    edit_until: datetime | None
    edits: int
    is_test: bool
    outcome: str
    page_number: int
    hidden: dict[str, str]
    changed_in: str


class Loaded(NamedTuple):
    """Each part None where it does not exist; `answers` by key."""

    way: Way | None
    survey: Asking | None
    invited: Invited | None
    who: Who | None
    held: Held | None
    answers: dict[str, Value]


_PARTS: tuple[Any, ...] = (Way, Asking, Invited, Who, Held)
_JSON = frozenset({"settings", "hidden", "page_seconds"})


def load(*, token: str, response: UUID | None, customer_id: int | None = None, locks: bool = False) -> Loaded:
    """By a collector's or an invitation's token. `locks` holds the response until the transaction's end."""
    text = load_sql("wafaa.listen.surveys", "load_form")
    if locks:
        text = text.replace("/*lock*/", "FOR UPDATE")
    row = fetch_prepared(text, {"token": token, "response": response, "customer": customer_id}) or ()
    parts: list[Any] = []
    place = 0
    for kind in _PARTS:
        names = kind._fields
        values = row[place : place + len(names)]
        place += len(names)
        if values[0] is None:
            parts.append(None)
            continue
        parts.append(
            kind(
                *(
                    _decode(value) if name in _JSON else value
                    for name, value in zip(names, values, strict=True)
                )
            )
        )
    way, survey, invited, who, held = parts
    return Loaded(way, survey, invited, who, held, read_answers(row[place]))


def _decode(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value or {}


def read_answers(text: Any) -> dict[str, Value]:
    """From the object that the statements build: by key number, choices, text, points, not applicable."""
    return {
        key: Value(
            number=None if number is None else Decimal(number),
            choices=tuple(choices),
            text=said,
            points=points,
            not_applicable=not_applicable,
        )
        for key, (number, choices, said, points, not_applicable) in (_decode(text) if text else {}).items()
    }
