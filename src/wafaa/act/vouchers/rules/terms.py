"""What a pool of codes promises, and under which conditions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NAME_LETTERS_MAX = 150
LIST_MAX = 200  # stores, channels, categories or products that one pool names
BATCH_CODES_MAX = 1_000_000
WHOLE_BP = 10_000  # a hundred per cent, in hundredths of a per cent
HOLD_SECONDS = 15 * 60
HOLD_SECONDS_MAX = 7 * 24 * 3600
AMOUNT_MAX = 10**15
USES_MAX = 10**9


class Kind(StrEnum):
    """What a code gives."""

    AMOUNT = "amount"  # money off
    PERCENT = "percent"  # a share off, at most so much
    PRODUCT = "product"  # one piece of a product of the cart for nothing
    SHIPPING = "shipping"  # no shipping to pay
    GIFT = "gift"  # money for a wallet, not off this cart


class UseState(StrEnum):
    RESERVED = "reserved"
    REDEEMED = "redeemed"
    ROLLED_BACK = "rolled_back"
    RELEASED = "released"
    TIMED_OUT = "timed_out"


class Verb(StrEnum):
    """What a key was used for."""

    RESERVE = "reserve"
    REDEEM = "redeem"
    RELEASE = "release"
    ROLL_BACK = "roll_back"


class BatchKind(StrEnum):
    MADE = "made"
    IMPORTED = "imported"


class BatchState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    UNDONE = "undone"


class Reason(StrEnum):
    """Why a code gives nothing. Part of the API: they never change."""

    UNKNOWN = "unknown"
    MISTYPED = "mistyped"
    WITHDRAWN = "withdrawn"
    PAUSED = "paused"
    NOT_STARTED = "not_started"
    EXPIRED = "expired"
    CUSTOMER_NEEDED = "customer_needed"
    OTHER_CUSTOMER = "other_customer"
    CODE_USED_UP = "code_used_up"
    POOL_USED_UP = "pool_used_up"
    CUSTOMER_USED_UP = "customer_used_up"
    WRONG_CURRENCY = "wrong_currency"
    WRONG_STORE = "wrong_store"
    WRONG_CHANNEL = "wrong_channel"
    MINIMUM_NOT_REACHED = "minimum_not_reached"
    WRONG_PRODUCTS = "wrong_products"
    PRODUCT_MISSING = "product_missing"
    NO_SHIPPING = "no_shipping"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Money is in minor units of `currency`; None is no limit, an empty list is all of them.

    What it gives (the first six) never changes once a pool is made; the conditions may.
    """

    kind: Kind
    currency: str = ""
    amount_minor: int = 0  # of AMOUNT and GIFT
    share_bp: int = 0  # of PERCENT, in hundredths of a per cent
    cap_minor: int | None = None  # of PERCENT and SHIPPING: at most so much
    sku: str = ""  # of PRODUCT
    starts_at: datetime | None = None
    ends_at: datetime | None = None  # valid before this moment
    uses_max: int | None = None  # of all codes together
    code_uses_max: int | None = 1  # of each code
    customer_uses_max: int | None = None  # of each customer, whichever code
    minimum_minor: int = 0  # of the cart after other discounts, without shipping
    stores: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether it is for some products only."""
        return bool(self.categories or self.skus)


GIVES = ("kind", "currency", "amount_minor", "share_bp", "cap_minor", "sku")
CONDITIONS = (
    "starts_at", "ends_at", "uses_max", "code_uses_max", "customer_uses_max", "minimum_minor", "stores", "channels",
    "categories", "skus",
)  # fmt: skip


def check_terms(terms: Terms) -> list[str]:
    """Names of the fields that make no sense; none of a pool that may be made."""
    wrong = []
    needs_money = terms.kind in {Kind.AMOUNT, Kind.GIFT} or terms.cap_minor is not None or terms.minimum_minor
    if needs_money and not terms.currency:
        wrong.append("currency")
    if terms.kind in {Kind.AMOUNT, Kind.GIFT} and not 0 < terms.amount_minor <= AMOUNT_MAX:
        wrong.append("amount_minor")
    if terms.kind is Kind.PERCENT and not 0 < terms.share_bp <= WHOLE_BP:
        wrong.append("share_bp")
    if terms.kind is Kind.PRODUCT and not terms.sku:
        wrong.append("sku")
    if terms.cap_minor is not None and not 0 < terms.cap_minor <= AMOUNT_MAX:
        wrong.append("cap_minor")
    if not 0 <= terms.minimum_minor <= AMOUNT_MAX:
        wrong.append("minimum_minor")
    if terms.starts_at and terms.ends_at and terms.starts_at >= terms.ends_at:
        wrong.append("ends_at")
    for name in ("uses_max", "code_uses_max", "customer_uses_max"):
        limit = getattr(terms, name)
        if limit is not None and not 0 < limit <= USES_MAX:
            wrong.append(name)
    wrong += [
        name for name in ("stores", "channels", "categories", "skus") if len(getattr(terms, name)) > LIST_MAX
    ]
    return wrong
