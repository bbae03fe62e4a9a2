"""The forms that every room's answers to programs share: money, lists by cursor, texts that the database can keep."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_noop
from ninja import Field, Schema
from pydantic import AfterValidator, ConfigDict

from wafaa.kit.cursors import read_cursor, write_cursor
from wafaa.kit.pagination import Stretch, read_page

T = TypeVar("T")
M = TypeVar("M", bound=Model)

PAGE_ITEMS = 50
# A page of 200 orders is some 100 KB, and no question for more keeps a thread of the web server for long.
PAGE_ITEMS_MAX = 200


def _without_control_signs(text: str) -> str:
    """PostgreSQL keeps no NUL, and no other control sign has a meaning in a name or number."""
    if any((char < " " and char not in "\n\t") or char == "\x7f" for char in text):
        raise ValueError(gettext_noop("Control characters are not allowed here."))
    return text


CleanText = Annotated[str, AfterValidator(_without_control_signs)]
# What a list is searched and narrowed by; names in our tables are no longer.
ShortText = Annotated[CleanText, Field(max_length=300)]
Cursor = Annotated[
    str,
    Field(
        max_length=1000,
        description=gettext_noop("`next_cursor` of the answer before; empty for the first page."),
    ),
]
Limit = Annotated[
    int, Field(ge=1, le=PAGE_ITEMS_MAX, description=gettext_noop("How many items a page holds at most."))
]


DEED_KEY_MAX = 150
DeedKey = Annotated[
    CleanText,
    Field(
        min_length=1,
        max_length=DEED_KEY_MAX,
        description=gettext_noop(
            "Yours, made before sending and kept for good: the same key again gives the same answer and moves nothing; "
            "with another body it is refused (409)."
        ),
    ),
]
# In minor units of a currency: a bound that no shop's amount comes near, and that sums of many stay exact below.
Minor = Annotated[int, Field(ge=0, le=10**15)]


class Closed(Schema):
    """What a program sends: an unknown name is a mistake, not something to pass over."""

    model_config = ConfigDict(extra="forbid")


class Money(Schema):
    amount_minor: int = Field(
        description=gettext_noop("In minor units of the currency: 1050 is 10.50 SAR, 1.050 KWD or 1050 JPY.")
    )
    currency: str = Field(description=gettext_noop("ISO 4217, such as SAR; empty where none was told."))


class Page(Schema, Generic[T]):
    items: list[T] = Field(description=gettext_noop("The items of this page."))
    next_cursor: str | None = Field(
        description=gettext_noop("Send it as `cursor` for the next page; null on the last one.")
    )


def say_money(minor: int, currency: str) -> Money:
    return Money(amount_minor=minor, currency=currency)


def say_decimal(value: Decimal) -> str:
    """Exact and without needless zeros: 6, 0.5."""
    return f"{value.normalize():f}"


def cut_page(
    stretches: Sequence[Stretch[M]],
    *,
    cursor: str,
    limit: int,
    question: Mapping[str, Any],
    say: Callable[[M], Any],
) -> dict[str, Any]:
    """A page of a list as an answer. Rows that come in or go meanwhile neither shift nor repeat any other.

    Raises InvalidCursor for a cursor of another question.
    """
    place = read_cursor(cursor, question)
    page = read_page(stretches, cursor=place, size=limit, starts_over=False)
    return {
        "items": [say(row) for row in page.rows],
        "next_cursor": write_cursor(page.next_cursor, question) or None,
    }
