"""What a review may be, who may change it and how many stars several make: pure."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from wafaa.know.notes.rules import read_line, read_text

SOURCE = "reviews"
SUBMITTED, PUBLISHED = "Review Submitted", "Review Published"
STARS = (1, 2, 3, 4, 5)
LOW_STARS = 2  # 40 % of the way, as in surveys
TITLE_MAX, TEXT_MAX, NAME_MAX, REPLY_MAX = 120, 5_000, 60, 2_000
# One page of a phone; an order of more lines is asked about the dearest.
PRODUCTS_MAX = 7
PHOTOS_MAX = 3
PHOTO_BYTES_MAX = 8 * 1024**2  # what phones take
FORM_BYTES_MAX = 40 * 1024**2
# Who writes may change it for so long; taking it away and taking the consent back is possible for ever.
EDIT_DAYS = 30
INVITATION_DAYS = 180  # a link in an old mail leads nowhere then
CONFIRM_DAYS = 7
TOKEN_CHARS = 22
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,43}")


class State(StrEnum):
    """Part of what is stored: they never change."""

    UNCONFIRMED = "unconfirmed"  # says that it belongs to an order, and waits for the word of its mailbox
    WAITING = "waiting"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by who wrote it


# What staff can look at, and what counts in figures.
SUBMITTED_STATES = (State.WAITING, State.PUBLISHED, State.REJECTED)


class Origin(StrEnum):
    INVITED = "invited"
    WEB = "web"
    SHOP = "shop"  # told by a shop's system


class Reason(StrEnum):
    """Why a review may be kept off the page. That it is negative is none, and there is no free text to say so."""

    SPAM = "spam"
    ABUSE = "abuse"  # insults, threats, hate
    PERSONAL = "personal"  # names, numbers, addresses of people
    OFF_TOPIC = "off_topic"  # not about the product
    WRONG_PRODUCT = "wrong_product"
    ILLEGAL = "illegal"
    FAKE = "fake"  # by somebody with an interest, or bought
    DUPLICATE = "duplicate"


class Skip(StrEnum):
    """Why somebody was not invited. No score is among them: nobody is left out for what they might say."""

    ALREADY_ASKED = "already_asked"
    NOTHING_BOUGHT = "nothing_bought"
    REVIEWED = "reviewed"
    NO_CONSENT = "no_consent"
    OPEN_CASE = "open_case"  # waits until it is settled: tiredness, not choice
    OPEN_RETURN = "open_return"
    COOL_DOWN = "cool_down"
    NO_ADDRESS = "no_address"
    NOT_IN_SEGMENT = "not_in_segment"  # a rule that asks a segment alone: the audit shows whom it leaves out
    NOT_DRAWN = "not_drawn"


class Asked(StrEnum):
    """After what somebody was shown the sites on which they could write in public."""

    REVIEW = "review"
    ANSWER = "answer"


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """Somebody who is to be asked about an order. Without `products` all of the order's.

    `share` is how satisfied they were found to be, from 0 to 1 (None: as they said last); it is kept for the audit and decides
    nothing.
    """

    customer_id: int
    order_ref: str
    products: Sequence[int] = ()
    language: str = ""
    reason: str = ""
    share: float | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A review as it was written, read and checked."""

    rating: int
    title: str = ""
    text: str = ""
    name: str = ""
    language: str = ""
    may_quote: bool = False


class DraftWrong(Exception):
    """`field` is rating, title, text or name; `limit` how long it may be."""

    def __init__(self, field_name: str, limit: int = 0) -> None:
        super().__init__(field_name, limit)
        self.field, self.limit = field_name, limit


def make_token() -> str:
    """132 random bits."""
    return secrets.token_urlsafe(17)[:TOKEN_CHARS]


def is_token(text: str) -> bool:
    return _TOKEN.fullmatch(text) is not None


def read_draft(told: Mapping[str, object], *, language: str) -> Draft:
    """Raises DraftWrong."""
    rating = _read_stars(told.get("rating"))
    limits = {"title": TITLE_MAX, "text": TEXT_MAX, "name": NAME_MAX}
    texts = {}
    for name, limit in limits.items():
        given = told.get(name)
        # what is far too long is not even cleaned
        raw = given[: limit * 4] if isinstance(given, str) else ""
        texts[name] = (read_text if name == "text" else read_line)(raw)
        if len(texts[name]) > limit:
            raise DraftWrong(name, limit)
    return Draft(rating=rating, language=language, may_quote=told.get("may_quote") is True, **texts)


def _read_stars(told: object) -> int:
    text = str(told).strip() if isinstance(told, str | int) and not isinstance(told, bool) else ""
    if text not in {str(star) for star in STARS}:
        raise DraftWrong("rating")
    return int(text)


def read_rating(told: object) -> int | None:
    """Stars as another system told them: "5", 5, "4.00"; halves go down. None for what is none."""
    try:
        number = float(str(told))
    except ValueError:
        return None
    return int(number) if 1 <= number <= 5 else None


def is_low(rating: int) -> bool:
    return rating <= LOW_STARS


def share_of(rating: int) -> float:
    """From 0 for one star to 1 for five."""
    return (rating - 1) / 4


def bucket(share: float | None) -> int | None:
    """The stars that a share of satisfaction comes to; None stays unknown."""
    return None if share is None else min(5, max(1, 1 + round(share * 4)))


@dataclass(frozen=True, kw_only=True)
class Total:
    """What the published reviews of a product add up to; `counts` from one star to five."""

    counts: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)

    @property
    def count(self) -> int:
        return sum(self.counts)

    @property
    def average(self) -> float | None:
        """To one tenth, halves up, as readers know it."""
        if not self.count:
            return None
        whole = sum(star * count for star, count in zip(STARS, self.counts, strict=True))
        return (whole * 20 + self.count) // (2 * self.count) / 10

    @property
    def shares(self) -> list[tuple[int, int, int]]:
        """(stars, how many, per cent), five stars first."""
        return [
            (star, count, round(100 * count / self.count) if self.count else 0)
            for star, count in reversed(list(zip(STARS, self.counts, strict=True)))
        ]


def may_edit(age: timedelta) -> bool:
    return age < timedelta(days=EDIT_DAYS)


def find_language(text: str, fallback: str) -> str:
    """By the letters: which script most of them are of."""
    arabic = sum("\u0600" <= char <= "\u06ff" for char in text)
    latin = sum(char.isascii() and char.isalpha() for char in text)
    if not arabic and not latin:
        return fallback
    return "ar" if arabic >= latin else "en"
