"""How much of what was spent comes back when an order is refunded: a target, so that twenty refunds give what one would. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from wafaa.decide.rewards.rules import Returning


@dataclass(frozen=True, kw_only=True)
class Refunded:
    """An order and what was given back of it, in minor units. `payable` is all that there was to pay; `paid` the part of it that
    redemptions paid.
    """

    gross: int
    payable: int
    paid: int = 0
    is_cancelled: bool = False
    refunds: int = 0
    total: int = 0  # of all refunds
    goods: int = 0  # what came back of the goods, of refunds that name them with their money
    money: int = 0  # of refunds that name none

    @property
    def left(self) -> int:
        """Of what was paid in money."""
        return max(0, self.payable - self.paid - self.total)

    @property
    def is_whole(self) -> bool:
        """Whether all the money is back, or all the goods."""
        if self.is_cancelled:
            return True
        return bool(self.refunds) and (self.left == 0 or self.goods >= self.gross > 0)

    @property
    def share(self) -> Fraction:
        if self.is_whole:
            return Fraction(1)
        by_goods = Fraction(self.goods, self.gross) if self.gross > 0 else Fraction(0)
        by_money = Fraction(self.money, self.payable - self.paid) if self.payable > self.paid else Fraction(0)
        return min(Fraction(1), by_goods + by_money)


def find_target(points: int, returning: Returning, refunded: Refunded) -> int:
    """Points that should have come back by now, rounded down; all of them once everything is refunded."""
    match returning:
        case Returning.SHARE:
            return int(points * refunded.share)
        case Returning.WHOLE:
            return points if refunded.is_whole else 0
        case Returning.NEVER:
            return 0


def reckon_paid(paid: int, points: int, returned: int, target: int) -> int:
    """What of an order a redemption still pays: what came back beyond what refunds give back was not paid with points."""
    beyond = max(0, returned - target)
    return paid - paid * beyond // points
