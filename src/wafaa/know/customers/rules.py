"""How a customer's traits are read, and how customers are found: pure text."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
import phonenumbers

from wafaa.kit.text import fold, latin_digits, without_marks

_NUMBER_LIKE = re.compile(r"[+\d\s().\-/]+")
_SPLITS_MAIL = re.compile(r"[@.+_\-]+")


class Traits(msgspec.Struct, omit_defaults=True):
    """What an identify event may say; what it leaves out stays as it was."""

    customer_number: str | int | None = None
    name: str | None = None
    email: str | None = None
    phone: str | int | None = None
    language: str | None = None
    country: str | None = None
    city: str | None = None
    birthday: str | None = None
    attributes: dict[str, Any] | None = None


def read_traits(properties: str) -> Traits:
    """The known traits of an identify event's JSON; raises msgspec.ValidationError that names what has a
    wrong type.
    """
    return msgspec.json.decode(properties, type=Traits)


def read_birthday(text: str) -> date | None:
    """An ISO date, with or without a time after it; "" is unknown. Raises ValueError for anything else."""
    return date.fromisoformat(latin_digits(text).strip()[:10]) if text.strip() else None


def read_email(text: str) -> str:
    return without_marks(text).lower()


def read_phone(text: str, country: str, default_region: str) -> str:
    """E.164 where it can be read for the customer's country or the business's region, else as given."""
    given = latin_digits(without_marks(text))
    region = country.upper() if country.upper() in phonenumbers.SUPPORTED_REGIONS else default_region
    try:
        number = phonenumbers.parse(given, region or None)
    except phonenumbers.NumberParseException:
        return given[:20]
    if not phonenumbers.is_valid_number(number):
        return given[:20]
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def make_search_text(*, name: str, email: str, phone: str, ids: Iterable[str]) -> str:
    """The folded words by whose beginnings a customer is found: words of the name, parts of the mail, forms
    of the phone.
    """
    words = dict.fromkeys(fold(name).split())
    # people look for الفهد and for فهد
    words.update({word[2:]: None for word in list(words) if word.startswith("ال") and len(word) > 4})
    words.update(dict.fromkeys([*_parts_of_mail(fold(email)), *_forms_of_phone(phone)]))
    for known_as in ids:
        folded = fold(known_as).removeprefix("email:").removeprefix("phone:")
        words.update(dict.fromkeys(folded.split()))
    return " ".join(words)


def _parts_of_mail(email: str) -> list[str]:
    return [email, *(part for part in _SPLITS_MAIL.split(email) if part)] if "@" in email else email.split()


def _forms_of_phone(phone: str) -> list[str]:
    """As people type it: with the plus, bare, national with and without its leading zero."""
    digits = re.sub(r"\D", "", phone)
    if not phone.startswith("+"):
        return [digits] if digits else []
    try:
        national = phonenumbers.national_significant_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return [digits]
    return [phone, digits, national, f"0{national}"]


def make_search_query(text: str) -> str:
    """PostgreSQL's tsquery for what somebody typed: every word by its beginning; a spaced number also as one.

    "" where nothing was asked.
    """
    words = fold(text).split()
    query = " & ".join(_quote(word) for word in words)
    if len(words) > 1 and _NUMBER_LIKE.fullmatch(latin_digits(without_marks(text))):
        digits = re.sub(r"\D", "", latin_digits(text)).removeprefix("00")
        return f"({query}) | {_quote(digits)}" if digits else query
    if len(words) == 1 and words[0].startswith("00"):
        return f"{query} | {_quote(words[0][2:])}"
    return query


def _quote(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}':*"
