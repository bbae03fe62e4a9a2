"""What the ledger should do, in plain dicts and loops: the state machine compares every step with it.

Times are whole days. Lots stand in the order in which they were made, as the database numbers them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wafaa.act.points.rules import Policy

GRACE = 14
NEVER = 10**9


class Refused(Exception):
    """A refusal by its code, and the figure that it tells."""

    def __init__(self, code: str, figure: int | None = None) -> None:
        super().__init__(code, figure)
        self.code, self.figure = code, figure


@dataclass
class Lot:
    wallet: int
    award: str
    amount: int
    remaining: int
    waits: bool
    usable: int | None
    ends: int | None

    def is_usable(self, day: int) -> bool:
        return self.remaining > 0 and not self.waits and (self.ends is None or self.ends > day)


@dataclass
class Hold:
    wallet: int
    key: str
    amount: int
    ends: int
    state: str = "open"
    capture: str = ""


@dataclass
class Ending:
    """What ended of a lot by one sweep, less what came back or was reversed."""

    wallet: int
    lot: int
    left: int
    day: int


class Given(NamedTuple):
    """An award as it is told."""

    key: str
    wallet: int
    amount: int
    usable: int | None
    ends: int | None
    cause: int


@dataclass
class State:
    wallets: dict[int, dict[str, int]] = field(default_factory=dict)
    lots: list[Lot] = field(default_factory=list)
    uses: dict[str, list[list[int]]] = field(default_factory=dict)  # transfer -> [lot, taken, put back]
    told: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # key -> what was asked
    results: dict[str, Any] = field(default_factory=dict)
    awards: dict[str, int] = field(default_factory=dict)  # key -> amount
    reversed: dict[str, int] = field(default_factory=dict)
    spends: dict[str, tuple[int, str]] = field(default_factory=dict)  # key -> wallet, whose uses
    holds: list[Hold] = field(default_factory=list)
    causes: dict[str, int] = field(default_factory=dict)  # award -> what it was for
    endings: list[Ending] = field(default_factory=list)
    reinstated: dict[str, int] = field(default_factory=dict)  # key -> how much

    def copy(self) -> "State":
        """As deepcopy makes it, in a tenth of its time: after every step one is made."""
        return State(
            wallets={one: dict(mine) for one, mine in self.wallets.items()},
            lots=[copy(one) for one in self.lots],
            uses={key: [list(use) for use in uses] for key, uses in self.uses.items()},
            told=dict(self.told),
            results=dict(self.results),
            awards=dict(self.awards),
            reversed=dict(self.reversed),
            spends=dict(self.spends),
            holds=[copy(one) for one in self.holds],
            causes=dict(self.causes),
            endings=[copy(one) for one in self.endings],
            reinstated=dict(self.reinstated),
        )


class Books:
    """The ledger's writes. Each is refused as a whole."""

    def __init__(self, wallets: int) -> None:
        self.state = State(
            wallets={one: {"active": 0, "pending": 0, "held": 0, "owed": 0} for one in range(wallets)}
        )

    @contextmanager
    def whole(self) -> Iterator[State]:
        before = self.state.copy()
        try:
            yield self.state
        except Refused:
            self.state = before
            raise

    def once(self, key: str, asked: tuple[Any, ...], do: Callable[[State], Any]) -> Any:
        """Does it, unless the key stands: then the first result, or a refusal where something else was asked."""
        with self.whole() as state:
            if key in state.told:
                if state.told[key] != asked:
                    raise Refused("key_reused")
                return state.results[key]
            state.told[key] = asked
            state.results[key] = do(state)
            return state.results[key]

    def award(
        self, key: str, wallet: int, amount: int, day: int, usable: int | None, ends: int | None, cause: int
    ) -> Any:
        def do(state: State) -> None:
            waits = self._add(state, Given(key, wallet, amount, usable, ends, cause), day)
            if not waits:
                self._settle(state, wallet, day)

        return self.once(key, ("award", wallet, amount), do)

    def award_many(self, awards: Sequence[Given], day: int) -> None:
        """Who owes pays when all of it is there; what stood already stays."""
        with self.whole() as state:
            fresh = [one for one in awards if one.key not in state.told]
            for one in fresh:
                state.told[one.key], state.results[one.key] = ("award", one.wallet, one.amount), None
                self._add(state, one, day)
            for wallet in {one.wallet for one in fresh}:
                self._settle(state, wallet, day)

    def spend(self, key: str, wallet: int, amount: int, day: int) -> Any:
        def do(state: State) -> None:
            self._debit(state, key, wallet, amount, day)
            state.spends[key] = (wallet, key)

        return self.once(key, ("spend", wallet, amount), do)

    def hold(self, key: str, wallet: int, amount: int, day: int, ends: int) -> Any:
        def do(state: State) -> int:
            self._debit(state, key, wallet, amount, day)
            state.wallets[wallet]["held"] += amount
            state.holds.append(Hold(wallet, key, amount, ends))
            return len(state.holds) - 1

        return self.once(key, ("hold", wallet, amount), do)

    def capture(self, key: str, place: int, part: int | None, day: int) -> None:
        with self.whole() as state:
            hold = state.holds[place]
            amount = hold.amount if part is None else part
            asked = ("capture", place, amount)
            if hold.state == "captured" and key in state.told:
                if state.told[key] != asked:
                    raise Refused("key_reused")
                return
            if hold.state != "open" or hold.ends <= day:
                raise Refused("hold_over")
            if amount > hold.amount:
                raise Refused("more_than_there_was", hold.amount)
            if key in state.told:
                raise Refused("key_reused")
            state.told[key] = asked
            hold.state, hold.capture = "captured", key
            state.spends[key] = (hold.wallet, hold.key)
            state.wallets[hold.wallet]["held"] -= amount
            if amount < hold.amount:
                self._release(state, hold, hold.amount - amount, day)

    def void(self, place: int, day: int) -> bool:
        with self.whole() as state:
            hold = state.holds[place]
            if hold.state == "captured":
                raise Refused("hold_over")
            if hold.state == "over":
                return False
            hold.state = "over"
            self._release(state, hold, hold.amount, day)
            return True

    def end_holds(self, day: int) -> None:
        due = [one for one in self.state.holds if one.state == "open" and one.ends <= day]
        for hold in sorted(due, key=lambda one: one.wallet):
            hold.state = "over"
            self._release(self.state, hold, hold.amount, day)

    def restore(self, key: str, spend: str, amount: int, day: int) -> Any:
        def do(state: State) -> None:
            wallet, uses = state.spends[spend]
            found = self._put_back(state, uses, amount, day, day + GRACE)
            if found < amount:
                raise Refused("more_than_there_was", found)
            state.wallets[wallet]["active"] += amount
            self._settle(state, wallet, day)

        return self.once(key, ("restore", spend, amount), do)

    def reverse(
        self, key: str, award: str, amount: int, day: int, policy: Policy, charged_max: int | None = None
    ) -> Any:
        def do(state: State) -> tuple[int, int, int, int]:
            left = state.awards[award] - state.reversed.get(award, 0)
            if left < amount:
                raise Refused("more_than_there_was", left)
            state.reversed[award] = state.reversed.get(award, 0) + amount
            home = [lot for lot in state.lots if lot.award == award][-1].wallet
            rest = amount
            for lot in state.lots:
                if lot.award == award:
                    part = min(lot.remaining, rest)
                    lot.remaining -= part
                    state.wallets[lot.wallet]["pending" if lot.waits else "active"] -= part
                    rest -= part
            for ending in state.endings:
                if state.lots[ending.lot].award == award:
                    part = min(ending.left, rest)
                    ending.left -= part
                    rest -= part
            own = amount - rest
            others = min(rest, self._count_usable(state, home, day)) if policy != Policy.FORGIVE else 0
            self._take(state, f"{key}/others", home, others, day)
            state.wallets[home]["active"] -= others
            rest -= others
            forgiven = 0 if policy == Policy.OWE else rest
            if policy == Policy.CHARGE and charged_max is not None:
                forgiven = min(rest, charged_max)
            state.wallets[home]["owed"] += rest - forgiven
            return own, others, rest - forgiven, forgiven

        return self.once(key, ("reverse", award, amount), do)

    def move(self, key: str, source: int, target: int, amount: int, day: int) -> Any:
        def do(state: State) -> None:
            self._debit(state, key, source, amount, day)
            for place, taken, _ in state.uses[key]:
                state.lots.append(Lot(target, key, taken, taken, False, None, state.lots[place].ends))
            state.wallets[target]["active"] += amount
            self._settle(state, target, day)

        return self.once(key, ("move", source, target, amount), do)

    def merge(self, source: int, target: int, day: int) -> None:
        state = self.state
        for lot in [one for one in state.lots if one.wallet == source and one.remaining > 0]:
            moved = Lot(target, lot.award, lot.remaining, lot.remaining, lot.waits, lot.usable, lot.ends)
            state.lots.append(moved)
            role = "pending" if lot.waits else "active"
            state.wallets[source][role] -= lot.remaining
            state.wallets[target][role] += lot.remaining
            lot.remaining = 0
        state.wallets[target]["owed"] += state.wallets[source]["owed"]
        state.wallets[source]["owed"] = 0
        self._settle(state, target, day)

    def expire(self, day: int, at_most: int) -> None:
        """Of as many wallets at once as have so many lots that are due."""
        state = self.state
        while due := [
            (lot.ends, lot.wallet, place)
            for place, lot in enumerate(state.lots)
            if lot.remaining and not lot.waits and lot.ends is not None and lot.ends <= day
        ]:
            wallets = {wallet for _, wallet, _ in sorted(due)[:at_most]}
            for ends, wallet, place in sorted(due, key=lambda one: (one[0], one[2])):
                if wallet in wallets:
                    amount = state.lots[place].remaining
                    state.lots[place].remaining = 0
                    state.wallets[wallet]["active"] -= amount
                    state.endings.append(Ending(wallet, place, amount, ends))

    def list_ended(self) -> list[Ending]:
        """Of which something can come back."""
        return [one for one in self.state.endings if one.left]

    def list_ending(self, day: int) -> list[Lot]:
        """What ends later than this day."""
        return [lot for lot in self.state.lots if lot.remaining and lot.ends is not None and lot.ends > day]

    def reinstate(self, key: str, wallet: int, since: int, day: int, ends: int) -> int:
        """What ended since then comes back, once; or how much came back by this key."""
        state, amount = self.state, 0
        for ending in [one for one in state.endings if one.wallet == wallet and one.day >= since]:
            lot = state.lots[ending.lot]
            lot.remaining += ending.left
            state.wallets[wallet]["active"] += ending.left
            amount += ending.left
            if ending.left:
                lot.ends = ends if lot.ends is not None and lot.ends <= day else lot.ends
                ending.left = 0
                self._settle(state, wallet, day)
        state.reinstated[key] = state.reinstated.get(key, 0) + amount
        return amount or state.reinstated[key]

    def put_off(self, ends: dict[int, int], cause: int | None, day: int) -> int:
        """Of awards for this, or of all; what ended stays so."""
        due = [
            lot
            for lot in self.state.lots
            if lot.remaining
            and lot.ends is not None
            and day < lot.ends < ends.get(lot.wallet, 0)
            and cause in (None, self.state.causes.get(lot.award))
        ]
        for lot in due:
            lot.ends = ends[lot.wallet]
        return len(due)

    def extend(self, start: int, end: int, days: int) -> int:
        due = [
            lot
            for lot in self.state.lots
            if lot.remaining and lot.ends is not None and start <= lot.ends < end
        ]
        for lot in due:
            lot.ends = (lot.ends or 0) + days
        return len(due)

    def ripen(self, day: int) -> None:
        for wallet in self.state.wallets:
            self._ripen(self.state, wallet, day)

    @staticmethod
    def _add(state: State, one: Given, day: int) -> bool:
        """Whether it waits."""
        waits = one.usable is not None and one.usable > day
        state.causes[one.key], state.awards[one.key] = one.cause, one.amount
        state.lots.append(Lot(one.wallet, one.key, one.amount, one.amount, waits, one.usable, one.ends))
        state.wallets[one.wallet]["pending" if waits else "active"] += one.amount
        return waits

    def _debit(self, state: State, key: str, wallet: int, amount: int, day: int) -> None:
        if state.wallets[wallet]["pending"]:
            self._ripen(state, wallet, day)
        found = self._take(state, key, wallet, amount, day)
        if found < amount:
            raise Refused("balance_too_little", found)
        state.wallets[wallet]["active"] -= amount

    def _take(self, state: State, key: str, wallet: int, amount: int, day: int) -> int:
        places = [
            place for place, lot in enumerate(state.lots) if lot.wallet == wallet and lot.is_usable(day)
        ]
        places.sort(key=lambda place: (_end(state.lots[place]), place))
        rest = amount
        uses = state.uses.setdefault(key, [])
        for place in places:
            part = min(state.lots[place].remaining, rest)
            if part:
                state.lots[place].remaining -= part
                uses.append([place, part, 0])
                rest -= part
        return amount - rest

    def _put_back(self, state: State, key: str, amount: int, day: int, ends: int | None) -> int:
        rest = amount
        uses = sorted(state.uses[key], key=lambda use: (_end(state.lots[use[0]]), use[0]), reverse=True)
        for use in uses:
            lot, part = state.lots[use[0]], min(use[1] - use[2], rest)
            if part:
                use[2] += part
                lot.remaining += part
                rest -= part
                if ends is not None and lot.ends is not None and lot.ends <= day:
                    lot.ends = ends
        return amount - rest

    def _release(self, state: State, hold: Hold, amount: int, day: int) -> None:
        self._put_back(state, hold.key, amount, day, None)
        if hold.state != "captured":
            assert amount == hold.amount
        state.wallets[hold.wallet]["held"] -= amount
        state.wallets[hold.wallet]["active"] += amount
        self._settle(state, hold.wallet, day)

    def _ripen(self, state: State, wallet: int, day: int) -> None:
        due = [
            lot
            for lot in state.lots
            if lot.wallet == wallet and lot.remaining and lot.waits and (lot.usable or 0) <= day
        ]
        for lot in due:
            lot.waits = False
            state.wallets[wallet]["pending"] -= lot.remaining
            state.wallets[wallet]["active"] += lot.remaining
        if due:
            self._settle(state, wallet, day)

    def _settle(self, state: State, wallet: int, day: int) -> None:
        mine = state.wallets[wallet]
        paid = min(mine["owed"], self._count_usable(state, wallet, day))
        if paid:
            self._take(state, f"settle {len(state.uses)}", wallet, paid, day)
            mine["active"] -= paid
            mine["owed"] -= paid

    @staticmethod
    def _count_usable(state: State, wallet: int, day: int) -> int:
        return sum(lot.remaining for lot in state.lots if lot.wallet == wallet and lot.is_usable(day))


def _end(lot: Lot) -> int:
    return NEVER if lot.ends is None else lot.ends
