"""What people write in the form of a rule, as the rule holds it, and back. Pure."""

from datetime import time
from typing import Any


def read_given(lines: Any) -> dict[str, str | int | bool]:
    """ "count = 3" asks for the number 3, "count = '3'" for the word."""
    told: dict[str, str | int | bool] = {}
    for line in lines:
        key, _sign, value = line.partition("=")
        if key.strip():
            told[key.strip()] = _read_value(value.strip())
    return told


def _read_value(told: str) -> str | int | bool:
    if told in {"true", "false"}:
        return told == "true"
    if told.lstrip("-").isdecimal() and told.isascii():
        return int(told)
    return told[1:-1] if len(told) > 1 and told[0] == told[-1] == "'" else told


def write_value(told: str | int | bool) -> str:
    if isinstance(told, str):
        return f"'{told}'" if _read_value(told) != told or told.startswith("'") else told
    return str(told).lower()


def read_minute(told: time | None) -> int | None:
    return None if told is None else told.hour * 60 + told.minute


def write_minute(minute: int | None) -> time | None:
    """Midnight at the end of the day is 0:00, as in a night that ends there."""
    return None if minute is None else time(minute // 60 % 24, minute % 60)
