"""How a customer's traits and own fields are read, and how customers are found: pure text."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import msgspec
import phonenumbers

from wafaa.kit.text import fold, latin_digits, without_marks

_NUMBER_LIKE = re.compile(r"[+\d\s().\-/]+")
NAME_KEY_MAX = 300
_SPLITS_MAIL = re.compile(r"[@.+_\-]+")


class Traits(msgspec.Struct, omit_defaults=True, rename={"first_name": "firstName", "last_name": "lastName"}):
    """What an identify event may say, in our words and in Segment's; what it leaves out stays as it was."""

    customer_number: str | int | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | int | None = None
    language: str | None = None
    country: str | None = None
    city: str | None = None
    address: dict[str, Any] | None = None
    birthday: str | None = None
    attributes: dict[str, Any] | None = None
    tags: list[str] | None = None  # these as well; what somebody wears already stays


# As long as the customer's columns.
_LENGTHS = {"name": 300, "email": 254, "language": 10, "country": 100, "city": 100, "customer_number": 200}


def read_traits(properties: str) -> Traits:
    """The known traits of an identify event's JSON. What is of the wrong kind, too long or no day counts as not told: the
    event keeps it, the catalogue of events reports it, and the rest is known all the same.
    """
    try:
        traits = msgspec.json.decode(properties, type=Traits)
    except msgspec.ValidationError:
        traits = _read_what_fits(read_properties(properties))
    if traits.name is None and (parts := [part for part in (traits.first_name, traits.last_name) if part]):
        traits.name = " ".join(parts)
    for field in ("country", "city"):
        told = (traits.address or {}).get(field)
        if getattr(traits, field) is None and isinstance(told, str):
            setattr(traits, field, told)
    for field, length_max in _LENGTHS.items():
        if len(str(getattr(traits, field) or "")) > length_max:
            setattr(traits, field, None)
    if traits.birthday and not _is_day(traits.birthday):
        traits.birthday = None
    return traits


def _read_what_fits(told: dict[str, Any]) -> Traits:
    traits = Traits()
    for field in msgspec.structs.fields(Traits):
        try:
            value = msgspec.convert(told.get(field.encode_name), field.type)
        except msgspec.ValidationError:
            continue
        setattr(traits, field.name, value)
    return traits


def _is_day(text: str) -> bool:
    try:
        read_birthday(text)
    except ValueError:
        return False
    return True


def read_properties(text: str) -> dict[str, Any]:
    """An event's properties. Events are kept as they came: what is no JSON object is read as nothing."""
    try:
        properties = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return properties if isinstance(properties, dict) else {}


def read_place(text: str) -> tuple[datetime, int]:
    """Where a page of the timeline ended: moment~position. Raises ValueError."""
    at, _sign, position = text.partition("~")
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment, int(position)


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
        if known_as.startswith("anonymous:"):
            continue  # nobody looks for a browser, and one person may have hundreds
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


def make_name_key(name: str) -> str:
    """The folded words of a name in the order of the alphabet: the same for everybody who may be namesakes."""
    return " ".join(sorted(fold(name).split()))[:NAME_KEY_MAX]


# What a tag may look like; design.css names them.
COLOURS = ("grey", "green", "amber", "red", "blue", "purple")

# The fields of a customer that staff may change and that two customers to be merged may differ in.
PROFILE_FIELDS = ("external_id", "name", "email", "phone", "language", "country", "city", "birth_date")
# Of those, what the audit trail shows by its first letter only: a trail is never erased, a person may be.
PERSONAL_FIELDS = frozenset({"name", "email", "phone", "birth_date"})
# How a field of Customer.attributes is named where fields of both sorts are listed.
ATTRIBUTE = "attributes."


class Kind(StrEnum):
    """What an own field holds. Values lie in JSON: text, number, ISO date, true or false, one of the choices."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"


class Deed(StrEnum):
    """What can be done to many customers at once."""

    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"
    SET_OWNER = "set_owner"
    SET_FIELD = "set_field"


class BulkState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


OwnValue = str | int | float | bool | None

_YES = {"yes", "true", "1", "نعم", "y"}
_NO = {"no", "false", "0", "لا", "n"}
TEXT_MAX = 500
# Beyond this JSON numbers lose digits.
NUMBER_MAX = 10**15


def read_own_value(kind: str, text: str, choices: Iterable[str] = ()) -> OwnValue:
    """The value that JSON keeps for what somebody typed; None for nothing. Raises ValueError."""
    given = without_marks(text)
    if not given:
        return None
    match kind:
        case Kind.NUMBER:
            return _read_number(given)
        case Kind.DATE:
            return date.fromisoformat(latin_digits(given)).isoformat()
        case Kind.YES_NO:
            return _read_yes_no(given)
        case Kind.CHOICE if given not in set(choices):
            raise ValueError(given)
    if len(given) > TEXT_MAX:
        raise ValueError(given)
    return given


def _read_number(given: str) -> int | float:
    try:
        number = Decimal(latin_digits(given).replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(given) from error
    if not number.is_finite() or abs(number) > NUMBER_MAX:
        raise ValueError(given)
    return int(number) if number == number.to_integral_value() else float(number)


def _read_yes_no(given: str) -> bool:
    folded = given.casefold()
    if folded not in _YES | _NO:
        raise ValueError(given)
    return folded in _YES


def read_told_value(kind: str, told: OwnValue, choices: Iterable[str] = ()) -> OwnValue:
    """The same for what a program sent: text as people write it, or what JSON has for the kind. Raises ValueError."""
    if told is None or isinstance(told, str):
        return read_own_value(kind, told or "", choices)
    if kind != (Kind.YES_NO if isinstance(told, bool) else Kind.NUMBER):
        raise ValueError(told)
    return told


def list_spellings(kind: str, value: OwnValue) -> list[OwnValue]:
    """The ways in which JSON may hold this value: ours first, then as files bring it, as text."""
    if kind != Kind.YES_NO:
        return [value]
    words = sorted(_YES if value else _NO)
    return [value, *words, *(word.capitalize() for word in words if word.isascii() and word.isalpha())]


def make_range(kind: str, key: str, low: OwnValue, high: OwnValue) -> str:
    """PostgreSQL's jsonpath for an own field of numbers or days between two, both included; None is no end.

    What files brought as text is read as a number or an ISO day; what is neither fits nothing.
    """
    read = "datetime" if kind == Kind.DATE else "double"
    ends = [
        f"@.{read}() {sign} {_quote_json(end)}{'.datetime()' if kind == Kind.DATE else ''}"
        for sign, end in ((">=", low), ("<=", high))
        if end is not None
    ]
    return f"$.{_quote_json(key)} ? ({' && '.join(ends)})"


def _quote_json(value: OwnValue) -> str:
    return msgspec.json.encode(value).decode()


@dataclass(frozen=True, kw_only=True)
class Mover:
    """How another room's rows follow a customer who is merged into another, and come back.

    `count` says what there is (name -> how many); `move` moves it from one to another and returns what has to be known
    to undo it, as JSON; `give_back` gets that again and moves from one to another what belongs there, which
    includes what came since by distinct ids that went back just before.
    """

    name: str
    count: Callable[[int], dict[str, int]]
    move: Callable[[int, int], Any]
    give_back: Callable[[int, int, Any], None]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One field of two customers that are to be merged. `field` is a column, "owner" or "attributes.<key>"."""

    field: str
    kept: Any
    gone: Any

    @property
    def has_kept(self) -> bool:
        return self.kept not in (None, "")

    @property
    def has_gone(self) -> bool:
        return self.gone not in (None, "")

    @property
    def is_conflict(self) -> bool:
        """Both say something, and not the same."""
        return self.has_kept and self.has_gone and self.kept != self.gone
