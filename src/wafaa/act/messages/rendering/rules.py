"""What templates are made of and what comes of them: plain data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

# language -> channel -> field -> text
Texts = Mapping[str, Mapping[str, Mapping[str, str]]]
RTL_LANGUAGES = frozenset({"ar", "fa", "he", "ur"})
LANGUAGES = ("ar", "en")


class TemplatePurpose(StrEnum):
    """As know.consents has them."""

    MARKETING = "marketing"
    SERVICE = "service"
    SURVEYS = "surveys"


class TemplateState(StrEnum):
    DRAFT = "draft"
    READY = "ready"  # may be sent
    ARCHIVED = "archived"


class Digits(StrEnum):
    LATIN = "latin"
    ARABIC = "arabic"


# What each channel has to say, in order; the first of FIELDS_NEEDED must be there for a language to be complete.
FIELDS: dict[str, tuple[str, ...]] = {
    "email": ("subject", "preheader", "body", "text"),
    "sms": ("text",),
    "whatsapp": ("name", "parameters", "text"),
    "push": ("subject", "text", "url"),
    "in_app": ("subject", "text", "url"),
    "webhook": ("text",),
}
FIELDS_NEEDED: dict[str, tuple[str, ...]] = {
    "email": ("subject", "body"),
    "sms": ("text",),
    "whatsapp": ("text",),
    "push": ("subject", "text"),
    "in_app": ("subject", "text"),
    "webhook": ("text",),
}


@dataclass(frozen=True, kw_only=True)
class Content:
    """A version as render() takes it: compiled, with the order in which languages stand in for one another."""

    key: str
    compiled: Texts
    languages: tuple[str, ...] = LANGUAGES


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How this business writes: the same for every message of a sending, read once."""

    zone: ZoneInfo
    currency: str = ""
    digits: str = Digits.LATIN
    # language -> what `business.…` means there
    business: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SmsParts:
    """How many parts an SMS takes and why."""

    encoding: str  # "GSM-7" or "UCS-2"
    units: int  # septets or UTF-16 units
    parts: int
    left: int  # units that still fit into the last part
    lengthens: tuple[str, ...] = ()  # the characters that made it UCS-2, each once


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What one person is to read. What a channel does not have is empty."""

    channel: str
    language: str
    direction: str  # "rtl" or "ltr"
    subject: str = ""
    html: str = ""
    text: str = ""
    url: str = ""
    name: str = ""  # of an approved template of WhatsApp
    parameters: tuple[str, ...] = ()
    parts: SmsParts | None = None


class Lack(StrEnum):
    """Why nothing came of a template for somebody."""

    VALUES = "values"  # these names have no value and no default
    CONTENT = "content"  # it says nothing by this channel, in any language
    LIMITS = "limits"  # too long, or too much work
    BROKEN = (
        "broken"  # it cannot be read any more: a name or filter is gone, a value cannot be what it should be
    )


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Not to be sent, and why. `names` are those without a value, as the template has them."""

    lack: Lack
    names: tuple[str, ...] = ()
    detail: str = ""


Rewrite = Callable[[str], str]


def is_rtl(language: str) -> bool:
    return language.split("-", maxsplit=1)[0].lower() in RTL_LANGUAGES


def choose_language(content: Content, channel: str, wanted: str) -> str | None:
    """The person's language where the template has it, else the first that it has in its order; None: it has none."""
    base = wanted.replace("_", "-").split("-")[0].lower()
    for language in (base, *content.languages, *content.compiled):
        if content.compiled.get(language, {}).get(channel):
            return language
    return None
