"""Durations as rules hold them (ISO 8601), and the few forms that a simple form asks for. Pure."""

import re


def read_days(duration: str) -> int | None:
    """P14D is 14; None for any other form."""
    found = re.fullmatch(r"P(\d{1,5})D", duration)
    return int(found[1]) if found else None


def write_days(days: int | None) -> str:
    return f"P{days}D" if days else ""


def read_months(duration: str) -> int | None:
    """P12M is 12, P2Y is 24; None for any other form."""
    found = re.fullmatch(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?", duration)
    return (int(found[1] or 0) * 12 + int(found[2] or 0)) or None if found else None


def write_months(months: int | None) -> str:
    return f"P{months}M" if months else ""
