"""What a till is asked to do, when that was, and what amounts people type: pure."""

import hashlib
import re
import secrets
import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta

from wafaa.access.limits.rules import Limit
from wafaa.kit.money import decimals_of
from wafaa.kit.text import latin_digits, without_marks

SOURCE: Final = "till"
# As orders call the way by which they came.
CHANNEL: Final = "store"
# A wrong bill is noticed before the customer is out of the door.
UNDO_WITHIN: Final = timedelta(minutes=15)
# A line that is down longer than a week is another trouble; what waited longer is for staff to look at.
OLDEST: Final = timedelta(days=7)
# A misprint more likely than a bill.
AMOUNT_DIGITS_MAX: Final = 9
PIECES_MAX: Final = 50
POINTS_MAX: Final = 10**9
CODE_DIGITS: Final = 6
CODE_LASTS: Final = timedelta(minutes=5)

# A busy till serves one customer in ten seconds; scanners read twice now and then.
FIND: Final = Limit(name="till_find", burst=60, every_s=2)
# Nobody meets thirty strangers in a row and then one every ten seconds: who does tries numbers.
MISS: Final = Limit(name="till_miss", burst=30, every_s=10)
# A queue that waited over night comes all at once.
DO: Final = Limit(name="till_do", burst=500, every_s=1)
# Six digits of which two or three fit at a moment; ten tries, then one a minute.
PROVE: Final = Limit(name="till_prove", burst=10, every_s=60)
# An SMS is late once or twice; more would fill the member's phone.
ASK: Final = Limit(name="till_ask", burst=3, every_s=5 * 60)
# Codes of vouchers and gift cards that are none: a slip of the finger, not a search.
CODE_MISS: Final = Limit(name="till_code_miss", burst=10, every_s=30)

# A zero before other digits begins no bill, but it does begin phone numbers.
_AMOUNT = re.compile(r"(?!0\d)\d{1,15}(?:\.\d{1,6})?")


class DeedKind(StrEnum):
    EARN = "earn"
    STAMP = "stamp"
    ENROL = "enrol"
    JOIN = "join"
    UNDO = "undo"
    REWARD = "reward"
    CODE = "code"
    ADJUST = "adjust"


# What a device may do while the line is down: nothing that takes something from a member or from the shop's stock.
OFFLINE: Final = frozenset({DeedKind.EARN, DeedKind.STAMP, DeedKind.ENROL})
# What makes an order.
SOLD: Final = frozenset({DeedKind.EARN, DeedKind.STAMP})

Short = Annotated[str, Meta(max_length=100)]
Moment = Annotated[datetime, Meta(tz=True)]


class Told(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One deed as the device tells it. `id` is the device's own and stands for this deed for good."""

    id: uuid.UUID
    kind: DeedKind
    at: Moment  # by the device's clock
    sent_at: Moment  # by the same clock: how long it waited is true even where the clock is not
    store: Short = ""
    # who: a customer that was found, one that this device enrolled, or what the cashier typed while the line was down
    customer: uuid.UUID | None = None
    enrol: uuid.UUID | None = None
    who: Short = ""
    amount: Short = ""
    receipt: Short = ""
    key: Short = ""  # the button that was tapped: sku:… or event:…
    pieces: Annotated[int, Meta(ge=1, le=PIECES_MAX)] = 1
    name: Annotated[str, Meta(max_length=200)] = ""
    phone: Short = ""
    language: Short = ""
    agreed: Annotated[list[Short], Meta(max_length=10)] = []
    deed: uuid.UUID | None = None  # that is undone
    reward: uuid.UUID | None = None
    points: Annotated[int, Meta(ge=0, le=POINTS_MAX)] = 0  # that pay a part of the bill
    proof: Short = ""  # the member's yes: what their card shows, or the code that they got
    code: Short = ""
    wallet: uuid.UUID | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""

    @property
    def needs_yes(self) -> bool:
        """Whether it takes something from the member, who has to agree."""
        return self.kind is DeedKind.REWARD or self.points > 0


def digest_told(told: Told) -> uuid.UUID:
    """Of everything but when it was sent: a deed that is sent again is the same."""
    plain: dict[str, Any] = msgspec.to_builtins(told)
    plain.pop("sent_at", UNSET)
    return uuid.UUID(hashlib.sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()[:32])


def place_in_time(at: datetime, sent_at: datetime, now: datetime) -> datetime | None:
    """When it was done by our clock; None where that is too long ago."""
    waited = max(sent_at - at, timedelta(0))
    return None if waited > OLDEST else now - waited


def read_amount(text: str, currency: str) -> int | None:
    """Minor units of what somebody typed, in digits of either kind; None for what is no amount above 0, or could be two."""
    decimals = decimals_of(currency)
    told = latin_digits(without_marks(text)).replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    told = _find_mark(told, decimals)
    if not _AMOUNT.fullmatch(told):
        return None
    whole, _mark, part = told.partition(".")
    if len(part) > decimals or len(whole.lstrip("0")) > AMOUNT_DIGITS_MAX:
        return None
    return int(whole + part.ljust(decimals, "0")) or None


def _find_mark(told: str, decimals: int) -> str:
    """With a dot before the decimals and nothing else between digits: 1,250.50 and 1.250,50 and 12,5 alike."""
    comma, dot = told.rfind(","), told.rfind(".")
    if comma < 0:
        return told
    if dot > comma:
        return told.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+\.\d+", told) else ""
    if dot >= 0:
        return told.replace(".", "").replace(",", ".") if re.fullmatch(r"\d{1,3}(\.\d{3})+,\d+", told) else ""
    if re.fullmatch(
        r"\d{1,3}(,\d{3})+", told
    ):  # 1,250: thousands, but where there are three decimals it could be both
        return "" if decimals == 3 and told.count(",") == 1 else told.replace(",", "")
    return told.replace(",", ".")


def read_count(text: str) -> int | None:
    """A whole number of points to add or, with a minus before it, to take; None for anything else and for 0."""
    told = latin_digits(without_marks(text)).replace(" ", "").replace("\N{MINUS SIGN}", "-")
    return int(told) or None if re.fullmatch(r"[+-]?\d{1,9}", told) else None


def make_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
