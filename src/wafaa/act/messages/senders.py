"""What senders of SMS must be called: offers in some countries carry a mark that everybody knows them by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import phonenumbers

from wafaa.act.messages.hours import load_packs

# A name of letters; what is a number, or an id of the provider's (Twilio's MG…), is left as it is.
NAME_CHARS_MAX = 11
_ID_CHARS = 30


@dataclass(frozen=True, kw_only=True)
class SenderRule:
    """How a sender of offers is called in a country; `source` says who wants it so."""

    country: str
    prefix: str = ""
    suffix: str = ""
    chars_max: int = NAME_CHARS_MAX
    source: str = ""


@cache
def list_pack_senders() -> tuple[SenderRule, ...]:
    """Of the country packs; what the business sets itself counts before them."""
    return tuple(
        read_sender_rule({"country": pack["country"], **pack["sender"]})
        for pack in load_packs().values()
        if pack.get("sender")
    )


def read_sender_rule(told: Mapping[str, Any]) -> SenderRule:
    """Raises ValueError."""
    rule = SenderRule(
        country=str(told.get("country", "")).upper(),
        prefix=str(told.get("prefix", "")).strip(),
        suffix=str(told.get("suffix", "")).strip(),
        chars_max=int(told.get("chars_max", NAME_CHARS_MAX)),
        source=str(told.get("source", ""))[:200],
    )
    if len(rule.country) != 2 or len(rule.prefix) + len(rule.suffix) >= rule.chars_max or rule.chars_max > 20:
        raise ValueError("senders")
    return rule


def write_sender(name: str, *, country: str, rules: Sequence[SenderRule]) -> str:
    """The name for offers to this country: with its mark once, and no longer than is allowed."""
    rule = next((one for one in rules if one.country == country), None)
    if rule is None or is_number(name):
        return name
    bare = name.removeprefix(rule.prefix).removesuffix(rule.suffix)
    room = rule.chars_max - len(rule.prefix) - len(rule.suffix)
    return f"{rule.prefix}{bare[:room].strip()}{rule.suffix}"


def is_number(name: str) -> bool:
    """A number, a short code, or an id: nothing that could carry a mark."""
    return not name or name.lstrip("+").isdigit() or len(name) >= _ID_CHARS


def find_country_of_number(number: str) -> str:
    """Of an E.164 number; "" where there is none."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""
