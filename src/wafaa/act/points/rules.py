"""The words of the ledger: roles that hold amounts, kinds of transfers, and what its writes give back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Final

# A client's key is shorter, so that the ledger can derive those of a write's further transfers.
KEY_LETTERS_MAX: Final = 200
AMOUNT_MAX: Final = 10**15
# How the keys begin that the ledger makes itself. Callers begin theirs with the name of their room.
RESERVED: Final = ("expire:", "merge:", "part:", "release:", "ripen:", "settle:")
# A lot that ended while it was spent, and comes back by a refund, can be used for so long at least.
GRACE: Final = timedelta(days=14)
# What nobody approved or declined until then is over.
REQUEST_LIVES: Final = timedelta(days=7)
# Who puts a balance right by an API key. Only owners make keys, so it has no limit unless they set one.
PROGRAM: Final = "program"
NOTE_LETTERS_MAX: Final = 500


class UnitKind(StrEnum):
    """What a unit counts. Money has a currency and its decimals."""

    POINTS = "points"
    MONEY = "money"
    COUNT = "count"  # nights, visits, stamps


class Role(IntEnum):
    """What an amount is. Below 10 it is the house's; from 10 on a wallet's, which keeps a balance of each."""

    ISSUED = 1
    SPENT = 2
    EXPIRED = 3
    ADJUSTED = 4
    FORGIVEN = 5
    ACTIVE = 11
    PENDING = 12
    HELD = 13
    OWED = 14  # what a member has to earn before anything becomes active; its entries sum to what is owed, below 0


class Kind(IntEnum):
    """Why an amount moved."""

    AWARD = 1
    RIPEN = 2  # pending became active
    SPEND = 3
    HOLD = 4
    CAPTURE = 5
    RELEASE = 6  # a hold, or what a capture left of it
    EXPIRE = 7
    RESTORE = 8  # of a spend that was taken back
    REVERSE = 9  # of an award
    MOVE = 10
    ADJUST = 11
    SETTLE = 12  # what came in pays what is owed
    MERGE = 13  # a customer's wallet goes into another's


class HoldState(IntEnum):
    OPEN = 1
    CAPTURED = 2
    VOIDED = 3
    ENDED = 4  # nobody captured it in time


class Outcome(IntEnum):
    """What became of somebody's wish to put a balance right."""

    DONE = 1  # at once, within the limits
    OPEN = 2  # waits for a second person
    APPROVED = 3
    DECLINED = 4
    ENDED = 5  # nobody decided in time


class Policy(StrEnum):
    """What happens where an award is reversed whose amount was spent already."""

    OWE = "owe"  # other amounts pay it, and what is missing later awards
    FORGIVE = "forgive"
    CHARGE = (
        "charge"  # other amounts pay it; what is missing is forgiven as far as money pays it, and else owed
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Award:
    """An amount for a wallet. `cause` holds ids, never names: the ledger outlives whoever was erased."""

    key: str
    wallet_id: int
    amount: int
    at: datetime
    usable_from: datetime | None = None  # pending until then
    expires_at: datetime | None = None
    cause: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Posting:
    """A transfer that stands; `is_replay` where it stood before this call."""

    transfer_id: int
    is_replay: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Reversal:
    """Where the amount of a reversed award was taken from; the four add up to it."""

    own: int  # what was left of the award itself, or has ended of it
    others: int  # other active amounts of the wallet
    owed: int
    forgiven: int
    is_replay: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """An amount and when something happens to it."""

    at: datetime
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """What a wallet holds at a moment. `available` is what can be spent then: ended lots that are still on the books are not."""

    available: int
    pending: int
    held: int
    owed: int
    ending: tuple[Coming, ...] = ()  # available amounts that end, soonest first
    ripening: tuple[Coming, ...] = ()  # pending amounts that become available, soonest first


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What somebody puts right alone, adding and taking away alike; None is without a limit, 0 is never alone."""

    per_deed: int | None = None
    per_day: int | None = None

    def allow(self, amount: int, before: int) -> bool:
        """Whether `amount` may follow what was done `before` on the same day."""
        fits_deed = self.per_deed is None or amount <= self.per_deed
        return fits_deed and (self.per_day is None or before + amount <= self.per_day)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Something in the books that does not agree: which check, which row, what was expected and what stands there."""

    check: str
    row: str
    expected: str
    found: str


def read_key(key: str) -> str:
    """Raises ValueError for an empty or overlong key, and for one that the ledger gives to what follows from a write."""
    if not key or len(key) > KEY_LETTERS_MAX or key.startswith(RESERVED):
        raise ValueError(f"a key has 1 to {KEY_LETTERS_MAX} letters, and begins with none of {RESERVED}")
    return key


# For one deed, in whole points, money or pieces; owners and programs have none.
_USUAL: Final[Mapping[str, Mapping[UnitKind, int]]] = {
    "manager": {UnitKind.POINTS: 5_000, UnitKind.MONEY: 500, UnitKind.COUNT: 10},
    "branch_manager": {UnitKind.POINTS: 1_000, UnitKind.MONEY: 100, UnitKind.COUNT: 5},
    "agent": {UnitKind.POINTS: 1_000, UnitKind.MONEY: 100, UnitKind.COUNT: 5},
    "cashier": {UnitKind.POINTS: 200, UnitKind.MONEY: 20, UnitKind.COUNT: 1},
    "analyst": {UnitKind.POINTS: 0, UnitKind.MONEY: 0, UnitKind.COUNT: 0},
}
_DEEDS_A_DAY: Final = 4


def find_usual_limits(holder: str, kind: UnitKind, scale: int) -> Limits:
    """Of a role, or of programs, where the owner has set nothing."""
    usual = _USUAL.get(holder)
    if usual is None:
        return Limits()
    per_deed = usual[kind] * 10**scale
    return Limits(per_deed=per_deed, per_day=per_deed * _DEEDS_A_DAY)
