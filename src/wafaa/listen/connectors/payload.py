"""JSON that another system sent, read field by field: what is missing is empty, what has a wrong type is refused by its path."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from wafaa.kit.text import latin_digits
from wafaa.listen.connectors.commerce import read_decimal, read_moment
from wafaa.listen.connectors.rules import ConnectorError, Why

TEXT_MAX = 2000
ID_MAX = 100
# More lines than any order has.
ITEMS_MAX = 2000
# Money and quantities are kept to a millionth; no shop has more than 12 digits before the point.
_SMALLEST = Decimal("0.000001")
_DIGITS_MAX = 12
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# Clocks of other systems run ahead a little; what is later than this is a mistake.
_AHEAD_MAX = timedelta(days=1)
# "Sun Jun 26 2022 12:21:48 GMT+0300", as browsers write it, with or without the zone's name behind.
_BROWSER_DATE = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d{2}:\d{2}:\d{2}) (?:GMT)?([+-]\d{4})(?: \(.*\))?"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Payload:
    """One JSON object, and where it stands in the whole. Raises ConnectorError(UNREADABLE, path) for what can't be."""

    def __init__(self, values: Any, path: str = "") -> None:
        # PHP writes an empty object as [].
        if values is None or values == []:
            values = {}
        if not isinstance(values, dict):
            raise refuse(path or "body")
        self.values: dict[str, Any] = values
        self.path = path

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) not in (None, "", [], {})

    def __bool__(self) -> bool:
        return bool(self.values)

    def where(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def text(self, name: str, *, limit: int = TEXT_MAX) -> str:
        """Text or a number, trimmed and cut; "" where it is missing."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise refuse(self.where(name))
        text = str(value).strip()
        if "\0" in text:
            raise refuse(self.where(name))
        return text[:limit]

    def first(self, *names: str) -> str:
        """The first of these texts that says something."""
        return next((text for name in names if (text := self.text(name))), "")

    def id(self, name: str = "id") -> str:
        """An id, which has to be there and to be short."""
        text = self.text(name, limit=ID_MAX + 1)
        if not text or len(text) > ID_MAX:
            raise refuse(self.where(name))
        return text

    def some_id(self, name: str = "id") -> str:
        """An id, "" where it is missing."""
        return self.id(name) if name in self else ""

    def number(self, name: str) -> Decimal | None:
        """None where it is missing."""
        value = self.values.get(name)
        if value in (None, ""):
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise refuse(self.where(name))
        if isinstance(value, str):
            value = latin_digits(value).replace(",", "")
        return _bound(read_decimal(value, self.where(name)), self.where(name))

    def money(self, name: str) -> Decimal:
        """An amount as shops write it: 12.5, "12.50", {"amount": 12.5}, also one in the other; 0 where it is missing."""
        value = self.values.get(name)
        for _depth in range(2):
            if isinstance(value, dict):
                value = value.get("amount")
        return Decimal(0) if value == [] else Payload({name: value}, self.path).number(name) or Decimal(0)

    def flag(self, name: str) -> bool:
        """true, 1, "1" and "true" are true."""
        value = self.values.get(name)
        return value is True or (value == 1 and not isinstance(value, dict)) or value in ("1", "true")

    def object(self, name: str) -> "Payload":
        """Empty where it is missing."""
        return Payload(self.values.get(name), self.where(name))

    def objects(self, name: str) -> Iterator["Payload"]:
        """None where it is missing."""
        value = self.values.get(name)
        if value is None or value == {}:
            return
        if not isinstance(value, list) or len(value) > ITEMS_MAX:
            raise refuse(self.where(name))
        for place, one in enumerate(value):
            yield Payload(one, f"{self.where(name)}[{place}]")

    def moment(self, name: str, *, now: datetime, zone: str = "UTC") -> datetime | None:
        """A time in UTC, never later than `now`; without an offset it is `zone`'s. None where it is missing."""
        value = self.values.get(name)
        if value in (None, "", [], {}):
            return None
        where = self.where(name)
        if isinstance(value, dict):  # PHP's DateTime: {"date": "...", "timezone": "Asia/Riyadh"}
            zone = Payload(value, where).text("timezone") or zone
            value = value.get("date")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise refuse(where)
        return check_moment(read_time(value, where, zone), now, where)


def read_body(body: bytes) -> Any:
    """The JSON of a delivery. Raises ConnectorError(UNREADABLE, "body")."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise refuse("body") from error


def refuse(path: str) -> ConnectorError:
    return ConnectorError(Why.UNREADABLE, path)


def read_time(value: str | float, where: str, zone: str) -> datetime:
    """ISO 8601, a browser's date, or Unix seconds (milliseconds where they can't be seconds), in UTC."""
    try:
        if isinstance(value, int | float):
            seconds = value / 1000 if value > 1e11 else value
            return datetime.fromtimestamp(seconds, UTC)
        if found := _BROWSER_DATE.fullmatch(value.strip()):
            month, day, year, clock, offset = found.groups()
            value = f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}T{clock}{offset}"
        text = value.strip().removesuffix(" UTC")
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None and not value.strip().endswith(" UTC"):
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return read_moment(moment.isoformat(), where)
    except (ValueError, OverflowError, OSError, ZoneInfoNotFoundError) as error:
        raise refuse(where) from error


def check_moment(moment: datetime, now: datetime, where: str) -> datetime:
    """Nothing has happened later than it was heard of. Raises ConnectorError for what is far off."""
    if not _EARLIEST <= moment <= now + _AHEAD_MAX:
        raise refuse(where)
    return min(moment, now)


def _bound(number: Decimal, where: str) -> Decimal:
    if number.adjusted() >= _DIGITS_MAX:
        raise refuse(where)
    exact = number.quantize(_SMALLEST)
    # 12.50 as 12.5, 30 as 30 and not as 3E+1
    return exact.normalize() if exact != exact.to_integral_value() else exact.to_integral_value()
