"""Values that lie in JSON or in columns of text, as both evaluators read them: as texts."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from string import ascii_lowercase, ascii_uppercase
from typing import Final

from wafaa.know.customers.rules import Kind, list_spellings
from wafaa.learn.segments.rules import tree as t

# The same in PostgreSQL: learn_segments_number and learn_segments_day, in the migration.
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\Z|[T ])")
_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)

TextTest = Callable[[str | None], bool]


def lower(text: str) -> str:
    """Latin letters small, all others as they are: what every database and Python do alike."""
    return text.translate(_LOWER)


def list_words(*, is_yes: bool) -> list[str]:
    """How people, files and JSON spell it, in small letters."""
    spelled = {lower(str(one)) for one in list_spellings(Kind.YES_NO, is_yes)}
    return sorted(spelled)


def read_number(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None and _NUMBER.fullmatch(text) else None


def read_day(text: str | None) -> date | None:
    found = _DAY.match(text) if text is not None else None
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def as_decimal(number: t.Number | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def make_text_test(test: t.Test) -> TextTest:
    """Of a text, None where there is none. An empty one is not known, and fits nothing else either but its like."""
    match test:
        case t.OneOf(values):
            wanted = frozenset(values)
            return lambda text: text in wanted
        case t.Contains(part):
            return lambda text: text is not None and lower(part) in lower(text)
        case t.Begins(part):
            return lambda text: text is not None and lower(text).startswith(lower(part))
        case t.Known(is_known):
            return lambda text: bool(text) == is_known
        case t.IsYes(is_yes):
            words = frozenset(list_words(is_yes=is_yes))
            return lambda text: text is not None and lower(text) in words
        case t.Range(low, high):
            ends = as_decimal(low), as_decimal(high)
            return lambda text: _is_between(read_number(text), *ends)
    raise AssertionError(f"{test} is no test of texts")


def _is_between(number: Decimal | None, low: Decimal | None, high: Decimal | None) -> bool:
    return number is not None and (low is None or number >= low) and (high is None or number <= high)
