"""What comes back from providers, in one form for all of them: pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from wafaa.kit.text import fold


class Back(StrEnum):
    """What a provider may say of a message; in the order in which things happen, but not always told in it."""

    SENT = "sent"  # it has the message: whatever became of our connection meanwhile
    DELIVERED = "delivered"
    BOUNCED = "bounced"  # it did not arrive
    COMPLAINED = "complained"  # its reader called it spam
    OPENED = "opened"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"
    REPLIED = "replied"


# Of an opening whose provider does not say who did it; whoever gives no name at all is a machine.
UNNAMED = "-"
# Who opens, presses, complains or answers has got it.
MEANS_DELIVERED = frozenset({Back.OPENED, Back.CLICKED, Back.COMPLAINED, Back.UNSUBSCRIBED, Back.DELIVERED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """A request of a provider, as it came."""

    method: str
    url: str  # as the provider was given it, with what it put behind `?`
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """One thing that a provider says. Of which message: by the key that we gave it, else by the id that it gave us, else
    (an answer) by whom it comes from.
    """

    kind: Back
    at: datetime
    message: UUID | None = None
    provider_id: str = ""
    address: str = ""
    is_hard: bool = False  # of a bounce: it will never arrive there
    code: str = ""
    url: str = ""  # that was pressed
    agent: str = UNNAMED
    text: str = ""  # of an answer
    own_id: str = ""  # of an answer: the provider's id of it
    facts: Mapping[str, str] = field(default_factory=dict)


class Unsigned(Exception):
    """Whoever sent it is not who we know; `why` says what was missing, in a word."""

    def __init__(self, why: str = "signature") -> None:
        super().__init__(why)
        self.why = why


class Unreadable(ValueError):
    """It is signed, but its form is not the one that was described."""


def read_key(text: object) -> UUID | None:
    """The message that a key of ours names: its uuid, with or without what stands before it."""
    if not isinstance(text, str):
        return None
    try:
        return UUID(text.strip().removeprefix("message:"))
    except ValueError:
        return None


# What carriers and Twilio take for a stop (CTIA's list), what WhatsApp's own button says, and what people write in Arabic.
STOPS = frozenset(
    fold(word)
    for word in (
        "stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out", "opt-out",
        "stop promotions", "إيقاف", "أوقف", "أوقفوا", "توقف", "قف", "إلغاء", "الغاء", "ألغ", "إلغاء الاشتراك",
        "إيقاف الرسائل", "إيقاف العروض الترويجية", "لا ترسل", "لا ترسلوا",
    )
)  # fmt: skip
_AROUND = " .,!?؟،؛;:\"'«»()[]-–—*_"


def is_stop(text: str) -> bool:
    """Whether an answer says nothing but that it should end: a sentence that has the word in it is for people to read."""
    return fold(text.strip(_AROUND)) in STOPS
