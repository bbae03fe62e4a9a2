"""What counts as an unhappy signal, how grave it is, and by when it is to be answered: pure."""

import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from wafaa.kit.text import fold

KEY_LETTERS_MAX = 120
CAUSE_LETTERS_MAX = 20
TEXT_LETTERS_MAX = 2_000  # of an outcome or a note
UNDO_HOURS = 24
# Of what a customer said: beyond it nobody reads on a page, and an event may bring anything.
ANSWERS_MAX = 100
SAID_LETTERS_MAX = 5_000
FIELD_LETTERS_MAX = 100
# An answer that is older when it is heard (an import, a replay) is the past, not something to repair today.
SIGNAL_DAYS_MAX = 7

# They turn the text around them.
_TURNING = dict.fromkeys(range(0x202A, 0x202F))

# Stands in a signal's content once it was told of anew: whether it is still an unhappy one.
IS_LOW = "is_low"
ANSWERED, REVIEWED, MISMATCHED = "Survey Answered", "Review Submitted", "Comment Mismatched"
HEARS = (ANSWERED, REVIEWED, MISMATCHED)
OPENED, CLOSED = "Case Opened", "Case Closed"


class Kind(StrEnum):
    """What was said."""

    ANSWER = "answer"
    REVIEW = "review"
    COMMENT = "comment"


class Severity(IntEnum):
    """The higher, the graver."""

    LOW = 1
    NORMAL = 2
    HIGH = 3


class Cause(StrEnum):
    """Why it came to that, as far as whoever closed the case knows."""

    DELIVERY = "delivery"
    PRODUCT = "product"
    PRICE = "price"
    STAFF = "staff"
    WAITING = "waiting"
    ORDERING = "ordering"
    RETURNS = "returns"
    PLACE = "place"
    PROMISE = "promise"
    MISUNDERSTANDING = "misunderstanding"
    CHANGED = "changed"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class Deed(StrEnum):
    """What can be done about a case."""

    TAKE = "take"
    ASSIGN = "assign"
    NOTE = "note"
    CONTACT = "contact"
    CLOSE = "close"
    REOPEN = "reopen"


class Which(StrEnum):
    """The lists of cases."""

    OPEN = "open"
    MINE = "mine"
    OVERDUE = "overdue"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """An unhappy signal as an event told it, cut to what can be kept."""

    source_key: str
    kind: Kind
    severity: Severity
    distinct_id: str
    at: datetime
    is_low: bool
    fields: Mapping[str, Any] = field(default_factory=dict)  # columns of models.Signal
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def search_text(self) -> str:
        said = [str(self.content.get("text", "")), str(self.content.get("title", ""))]
        said += [str(one.get("said", "")) for one in self.content.get("answers", ())]
        return fold(" ".join(said))[:SAID_LETTERS_MAX]

    def join(self, later: "Heard") -> "Heard":
        """Of two tellings of the same signal the later one counts: somebody may think better of it, or worse."""
        return later if later.at >= self.at else self


@dataclass(frozen=True, kw_only=True)
class Office:
    """When somebody is there: minutes since midnight and ISO days of the week (Monday is 1)."""

    opens: int = 9 * 60
    closes: int = 18 * 60
    days: tuple[int, ...] = (1, 2, 3, 4, 7)


@dataclass(frozen=True, kw_only=True)
class Target:
    """Within how many hours each severity is to be answered; without an office they are hours of the clock."""

    hours: Mapping[int, int]
    office: Office | None = None


TARGET = Target(hours={Severity.HIGH: 4, Severity.NORMAL: 24, Severity.LOW: 72})
HOURS_MAX = 60 * 24  # two months


def read_target(told: Mapping[str, Any]) -> Target:
    """Raises ValueError with the name of what cannot be."""
    hours = dict(TARGET.hours)
    for severity in Severity:
        given = told.get("hours", {}).get(str(int(severity)), hours[severity])
        if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= HOURS_MAX:
            raise ValueError("hours")
        hours[severity] = given
    if "office" not in told or told["office"] is None:
        return Target(hours=hours)
    office = Office(
        opens=int(told["office"]["opens"]),
        closes=int(told["office"]["closes"]),
        days=tuple(sorted({int(day) for day in told["office"]["days"]})),
    )
    if not 0 <= office.opens < office.closes <= 24 * 60:
        raise ValueError("office")
    if not office.days or not set(office.days) <= set(range(1, 8)):
        raise ValueError("days")
    return Target(hours=hours, office=office)


def write_target(target: Target) -> dict[str, Any]:
    """What read_target reads again."""
    office = target.office
    return {
        "hours": {str(int(severity)): hours for severity, hours in target.hours.items()},
        "office": office and {"opens": office.opens, "closes": office.closes, "days": list(office.days)},
    }


def find_due(opened_at: datetime, severity: int, target: Target, zone: ZoneInfo) -> datetime:
    """When the hours of this severity are over: hours of the clock, or those at which somebody is there."""
    minutes = target.hours[severity] * 60
    if target.office is None:
        return opened_at + timedelta(minutes=minutes)
    local = opened_at.astimezone(zone)
    day, minute = local.date(), local.hour * 60 + local.minute
    while True:
        if day.isoweekday() in target.office.days:
            start = max(minute, target.office.opens)
            room = target.office.closes - start
            if 0 < minutes <= room:
                end = start + minutes
                at = datetime.combine(day, time(), tzinfo=zone) + timedelta(minutes=end)
                return at.astimezone(UTC)
            minutes -= max(room, 0)
        day, minute = day + timedelta(days=1), 0


def read_text(given: str) -> str:
    """What staff wrote, without what can't be seen but does harm; line breaks stay."""
    text = given.replace("\r\n", "\n").replace("\r", "\n").translate(_TURNING)
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc").strip()


def count_hours(start: datetime, end: datetime) -> float:
    return round((end - start).total_seconds() / 3600, 1)


def read_signal(
    *, name: str, message_id: str, distinct_id: str, at: datetime, told: Mapping[str, Any]
) -> Heard | None:
    """What an event says that may make a case; None for what can't: another name, an answer without anything in it."""
    read = {ANSWERED: _read_answer, REVIEWED: _read_review, MISMATCHED: _read_comment}.get(name)
    return read(message_id, distinct_id, at, told) if read else None


def _read_answer(message_id: str, distinct_id: str, at: datetime, told: Mapping[str, Any]) -> Heard:
    response = _uuid(told.get("response_id"))
    answers = told.get("answers")
    lowest = told.get("lowest")
    return Heard(
        # what is told of one response again (whole after a part, changed afterwards) is the same signal
        source_key=f"response:{response}" if response else f"event:{message_id}"[:KEY_LETTERS_MAX],
        kind=Kind.ANSWER,
        severity=_judge(lowest if isinstance(lowest, dict) else {}),
        distinct_id=distinct_id,
        at=at,
        is_low=told.get("is_low") is True,
        fields={**_read_fields(told), "response": response},
        content={
            "survey": _text(told.get("survey"), 300),
            "is_partial": told.get("is_partial") is True,
            "is_anonymous": told.get("is_anonymous") is True,
            "lowest": _read_score(lowest),
            "answers": [
                read
                for one in (answers[:ANSWERS_MAX] if isinstance(answers, list) else ())
                if isinstance(one, dict) and (read := _read_one(one))
            ],
        },
    )


def _read_review(message_id: str, distinct_id: str, at: datetime, told: Mapping[str, Any]) -> Heard:
    review = _uuid(told.get("review_id"))
    rating = _number(told.get("rating"))
    return Heard(
        source_key=f"review:{review}" if review else f"event:{message_id}"[:KEY_LETTERS_MAX],
        kind=Kind.REVIEW,
        severity=Severity.HIGH if rating is not None and rating <= 1 else Severity.NORMAL,
        distinct_id=distinct_id,
        at=at,
        is_low=told.get("is_low") is True,
        fields=_read_fields(told),
        content={
            "review": str(review) if review else "",
            "title": _text(told.get("title"), 300),
            "text": _text(told.get("text")),
            "lowest": {"type": "rating", "value": rating, "points": 5} if rating is not None else {},
        },
    )


def _read_comment(message_id: str, distinct_id: str, at: datetime, told: Mapping[str, Any]) -> Heard:
    key = _text(told.get("source_key") or told.get("comment_id"), KEY_LETTERS_MAX - 10)
    return Heard(
        source_key=f"comment:{key}" if key else f"event:{message_id}"[:KEY_LETTERS_MAX],
        kind=Kind.COMMENT,
        severity=Severity.LOW,
        distinct_id=distinct_id,
        at=at,
        is_low=True,
        fields={**_read_fields(told), "response": _uuid(told.get("response_id"))},
        content={"text": _text(told.get("text")), "survey": _text(told.get("survey"), 300), "lowest": {}},
    )


def _judge(lowest: Mapping[str, Any]) -> Severity:
    """Very unhappy is the lowest fifth of the scale (0 to 2 of NPS, 1 of 5): of those most never come back."""
    value, points = _number(lowest.get("value")), _number(lowest.get("points"))
    if value is None:
        return Severity.NORMAL
    if lowest.get("type") == "nps":
        return Severity.HIGH if value <= 2 else Severity.NORMAL
    return Severity.HIGH if value <= max(1, (points or 5) / 5) else Severity.NORMAL


def _read_score(lowest: Any) -> dict[str, Any]:
    if not isinstance(lowest, dict) or (value := _number(lowest.get("value"))) is None:
        return {}
    return {"type": _text(lowest.get("type"), 20), "value": value, "points": _number(lowest.get("points"))}


def _read_one(one: Mapping[str, Any]) -> dict[str, Any]:
    """A question in its own words and what was answered; {} where nothing was."""
    choices = one.get("choices")
    number = _number(one.get("value"))
    said = _text(one.get("words")) or _text(one.get("text"))
    if not said and isinstance(choices, list):
        said = "، ".join(filter(None, (_text(choice, 300) for choice in choices[:ANSWERS_MAX])))
    if not said and number is None and isinstance(one.get("value"), str):
        said = _text(one["value"])
    if not said and number is None:
        return {}
    return {
        "question": _text(one.get("question"), FIELD_LETTERS_MAX),
        "asked": _text(one.get("text_of_question"), 1_000),
        "type": _text(one.get("type"), 20),
        "value": number,
        "points": _number(one.get("points")),
        "said": said,
    }


def _read_fields(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "survey": _uuid(told.get("survey_id")),
        "order_ref": _text(told.get("order_id"), FIELD_LETTERS_MAX),
        "product_ref": _text(told.get("product_id"), FIELD_LETTERS_MAX),
        "store": _text(told.get("store"), FIELD_LETTERS_MAX),
        "agent": _text(told.get("agent"), FIELD_LETTERS_MAX),
        "touchpoint": _text(told.get("touchpoint"), FIELD_LETTERS_MAX),
        "channel": _text(told.get("channel"), 40),
    }


def _text(given: Any, most: int = SAID_LETTERS_MAX) -> str:
    """What the database takes of it: what is neither text nor a number is nothing, and zero bytes go."""
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 10**18:
        given = str(given)
    return given.replace("\x00", "").strip()[:most] if isinstance(given, str) else ""


def _number(given: Any) -> float | int | None:
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < 1e9:
        return None
    return int(given) if float(given).is_integer() else round(float(given), 2)


def _uuid(given: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(given) if isinstance(given, str) else None
    except ValueError:
        return None
