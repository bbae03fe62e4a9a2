"""Phone numbers as channels take them."""

import re

from wafaa.act.messages.queries import Reader
from wafaa.know.customers.actions import get_default_region
from wafaa.know.customers.rules import read_phone

# E.164: a plus, the country, at most fifteen digits.
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")


def find_number(reader: Reader) -> str:
    """Whole with its country; what could not be read as such when it was told is no address."""
    return reader.phone if _NUMBER.fullmatch(reader.phone) else ""


def read_number(told: object) -> str:
    """As providers write them: with or without the plus, or `00` in front; "" where it is no whole number."""
    digits = re.sub(r"[\s().-]", "", str(told or "").removeprefix("whatsapp:"))
    digits = digits.removeprefix("+").removeprefix("00")
    number = f"+{digits}"
    return number if _NUMBER.fullmatch(number) else ""


def read_typed_number(told: str) -> str:
    """As people type them: whole, or as in the business's own country; "" where its country is not known from it."""
    number = read_phone(told, "", get_default_region())
    return read_number(number) if number.startswith(("+", "00")) else ""
