"""The words of rewards: what one gives, what it costs, how a redemption stands, why one may not have it. Pure."""

from enum import IntEnum, StrEnum
from typing import Final

# What the room says to everybody who listens.
REDEEMED: Final = "Reward Redeemed"
RETURNED: Final = "Reward Returned"
# Whoever redeems shows this; eight drawn signs are guessed once in some 890 million tries.
CODE_PATTERN: Final = "R###-####-#"
KEEPS_DEFAULT: Final = 24 * 60  # minutes
KEEPS_MAX: Final = 366 * 24 * 60
POINTS_MAX: Final = 10**9
STOCK_MAX: Final = 10**9
WHOLE_BP: Final = 10_000
LISTED_MAX: Final = 200


class Kind(StrEnum):
    """What a reward gives."""

    AMOUNT = "amount"  # money off
    PERCENT = "percent"
    PRODUCT = "product"
    SHIPPING = "shipping"
    CARD = "card"  # a gift card, made when it is redeemed
    EXPERIENCE = "experience"
    DONATION = "donation"
    CODE = "code"  # of a pool of vouchers
    PAYMENT = "payment"  # as many points as one likes, at the programme's worth, for a part of an order


class State(StrEnum):
    DRAFT = "draft"
    LIVE = "live"
    WITHDRAWN = "withdrawn"


class Standing(IntEnum):
    """How a redemption stands. The first two hold their place."""

    PLACED = 1
    CONFIRMED = 2
    CANCELLED = 3
    TIMED_OUT = 4
    RETURNED = 5  # whole; in part it stays confirmed


HOLDING: Final = (Standing.PLACED, Standing.CONFIRMED)


class Heed(IntEnum):
    """Whether staff should look at a redemption whose order was refunded whole: what was handed out is still with the member, or
    what was used keeps its points.
    """

    NONE = 0
    OPEN = 1
    SEEN = 2


# What a member holds in their hands afterwards.
HANDED: Final = (Kind.PRODUCT, Kind.EXPERIENCE)


class Verb(StrEnum):
    """What a key was used for."""

    PLACE = "place"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    TAKE_BACK = "take_back"


class Span(StrEnum):
    """What limits count over, in the order in which rows hold them. By the business's calendar."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    EVER = "ever"


class Returning(StrEnum):
    """What comes back by itself when its order is refunded. By hand everything may."""

    SHARE = "share"  # as much of the points as of the order
    WHOLE = "whole"  # all of them, once the whole order is refunded or cancelled
    NEVER = "never"


class Reason(StrEnum):
    """Why one may not redeem. Part of the API: they never change."""

    NOT_LIVE = "not_live"
    NOT_MEMBER = "not_member"
    NOT_STARTED = "not_started"
    OVER = "over"
    TIER = "tier"
    STORE = "store"
    CURRENCY = "currency"
    MINIMUM = "minimum"  # the cart is too small
    POINTS = "points"  # too few; facts: missing
    STEP = "step"  # of a payment: not a multiple of what one point buys, or more than the order
    MEMBER_LIMIT = "member_limit"
    LIMIT = "limit"
    SOLD_OUT = "sold_out"
