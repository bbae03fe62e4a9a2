"""Random writes against the ledger and against the plain model; after each of them both must hold the same.

long_run.py does as many of them as one likes.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
from django.db import connection, transaction
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from wafaa.act.points import actions
from wafaa.act.points.asking import ask
from wafaa.act.points.checking import check_books
from wafaa.act.points.rules import Policy, UnitKind
from wafaa.act.points.tests.model import Books, Refused
from wafaa.kit.errors import WafaaError

START = datetime(2026, 1, 1, tzinfo=UTC)
WALLETS = 4

BALANCES = ("active", "pending", "held", "owed")
HELD = """
SELECT 'wallet', id, active, pending, held, owed FROM act_points_wallet WHERE id = ANY (%s)
UNION ALL (
    SELECT 'lot', wallet_id, remaining, is_pending::integer, (expires_at::date - date '2026-01-01'), id
    FROM act_points_lot WHERE wallet_id IN (SELECT id FROM act_points_wallet) ORDER BY id
)
"""

places = st.integers(0, 1_000)
wallets = st.integers(0, WALLETS - 1)
amounts = st.integers(1, 40)
spans = st.one_of(st.none(), st.integers(0, 12))
crashes = st.integers(0, 19).map(lambda told: told == 0)


class Crash(Exception):
    """The process died before the commit."""


class Ledger(RuleBasedStateMachine):
    counted = 0  # operations of all runs

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self) -> None:
        try:
            if self.day >= 0:
                actions.seal_transfers(patience_s=0)
                assert check_books() == []
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    day = -1

    @initialize()
    def open(self) -> None:
        self.day = 0
        self.serial = 0
        self.books = Books(WALLETS)
        unit = actions.make_unit(code="machine", name={"en": "points"}, kind=UnitKind.POINTS)
        self.ids = [actions.open_wallet(unit_id=unit.pk).pk for _ in range(WALLETS)]
        self.places = {wallet: place for place, wallet in enumerate(self.ids)}
        self.transfers: dict[str, int] = {}
        self.holds: list[Any] = []
        self.calls: list[tuple[Callable[[], Any], Callable[[], Any]]] = []

    @property
    def now(self) -> datetime:
        return START + timedelta(days=self.day)

    def key(self) -> str:
        self.serial += 1
        return f"test:{self.serial}"

    def both(self, real: Callable[[], Any], plain: Callable[[], Any], crash: bool = False) -> bool:
        """Does it in the ledger and in the model; both refuse it by the same code, or both do it. True where it was done."""
        type(self).counted += 1
        if crash:
            self.crash(real)
        told, found = refused_by(plain), refused_by(real)
        assert found == told
        self.compare()
        return told is None

    def crash(self, real: Callable[[], Any]) -> None:
        transfers, holds = dict(self.transfers), list(self.holds)
        try:
            with transaction.atomic():
                real()
                raise Crash
        except (Crash, WafaaError):
            self.transfers, self.holds = transfers, holds
        self.compare()

    def compare(self) -> None:
        """Balances and lots, in one question: it is asked after every step."""
        state, place = self.books.state, self.places
        with connection.cursor() as cursor:
            cursor.execute(HELD, [self.ids])
            rows = cursor.fetchall()
        wallets = {place[row[1]]: row[2:] for row in rows if row[0] == "wallet"}
        lots = [(place[row[1]], row[2], bool(row[3]), row[4]) for row in rows if row[0] == "lot"]
        told = {one: tuple(mine[name] for name in BALANCES) for one, mine in state.wallets.items()}
        assert (wallets, lots) == (
            told,
            [(lot.wallet, lot.remaining, lot.waits, lot.ends) for lot in state.lots],
        )

    def note(self, key: str, posting: Any) -> None:
        self.transfers[key] = posting.transfer_id

    def write(self, real: Callable[[], Any], plain: Callable[[], Any], crash: bool = False) -> None:
        if self.both(real, plain, crash):
            self.calls.append((real, plain))

    @rule(wallet=wallets, amount=amounts, usable=spans, ends=spans, crash=crashes)
    def award(self, wallet: int, amount: int, usable: int | None, ends: int | None, crash: bool) -> None:
        key, day, now = self.key(), self.day, self.now
        first = None if usable is None else day + usable
        last = None if ends is None else day + (usable or 0) + ends + 1

        def real() -> None:
            posting = actions.award(
                key=key,
                wallet_id=self.ids[wallet],
                amount=amount,
                at=now,
                usable_from=_at(first),
                expires_at=_at(last),
            )
            self.note(key, posting)

        self.write(real, lambda: self.books.award(key, wallet, amount, day, first, last), crash)

    @rule(wallet=wallets, amount=amounts, crash=crashes)
    def spend(self, wallet: int, amount: int, crash: bool) -> None:
        key, day, now = self.key(), self.day, self.now
        self.write(
            lambda: self.note(key, actions.spend(key=key, wallet_id=self.ids[wallet], amount=amount, at=now)),
            lambda: self.books.spend(key, wallet, amount, day),
            crash,
        )

    @rule(wallet=wallets, amount=amounts, span=st.integers(0, 3), crash=crashes)
    def hold(self, wallet: int, amount: int, span: int, crash: bool) -> None:
        key, day, now = self.key(), self.day, self.now

        def real() -> None:
            held = actions.place_hold(
                key=key, wallet_id=self.ids[wallet], amount=amount, at=now, ends_at=now + timedelta(days=span)
            )
            if not held.is_replay:
                self.holds.append(held.uuid)

        self.write(real, lambda: self.books.hold(key, wallet, amount, day, day + span), crash)

    @precondition(lambda self: self.day >= 0 and self.holds)
    @rule(place=places, part=st.one_of(st.none(), amounts), crash=crashes)
    def capture(self, place: int, part: int | None, crash: bool) -> None:
        key, day, now = self.key(), self.day, self.now
        place %= len(self.holds)
        uuid = self.holds[place]
        self.write(
            lambda: self.note(key, actions.capture_hold(key=key, hold=uuid, at=now, amount=part)),
            lambda: self.books.capture(key, place, part, day),
            crash,
        )

    @precondition(lambda self: self.day >= 0 and self.holds)
    @rule(place=places, crash=crashes)
    def void(self, place: int, crash: bool) -> None:
        day, now = self.day, self.now
        place %= len(self.holds)
        uuid = self.holds[place]
        self.both(lambda: actions.void_hold(hold=uuid, at=now), lambda: self.books.void(place, day), crash)

    @precondition(lambda self: self.day >= 0 and self.books.state.spends)
    @rule(place=places, amount=amounts, crash=crashes)
    def restore(self, place: int, amount: int, crash: bool) -> None:
        key, day, now = self.key(), self.day, self.now
        spends = list(self.books.state.spends)
        spend = spends[place % len(spends)]
        transfer = self.transfers[spend]
        self.write(
            lambda: actions.restore(key=key, spend_id=transfer, amount=amount, at=now),
            lambda: self.books.restore(key, spend, amount, day),
            crash,
        )

    @precondition(lambda self: self.day >= 0 and self.books.state.awards)
    @rule(place=places, amount=amounts, policy=st.sampled_from(Policy), crash=crashes)
    def reverse(self, place: int, amount: int, policy: Policy, crash: bool) -> None:
        key, day, now = self.key(), self.day, self.now
        awards = list(self.books.state.awards)
        award = awards[place % len(awards)]
        transfer = self.transfers[award]
        told: list[Any] = []  # by the model, which is asked first

        def real() -> None:
            made = actions.reverse_award(key=key, award_id=transfer, amount=amount, at=now, policy=policy)
            assert told in ([], [(made.own, made.others, made.owed, made.forgiven)])

        def plain() -> None:
            told[:] = [self.books.reverse(key, award, amount, day, policy)]

        self.write(real, plain, crash)

    @rule(giver=wallets, taker=wallets, amount=amounts, crash=crashes)
    def move(self, giver: int, taker: int, amount: int, crash: bool) -> None:
        if giver == taker:
            return
        key, day, now = self.key(), self.day, self.now
        ids = self.ids
        self.write(
            lambda: actions.move(key=key, source_id=ids[giver], target_id=ids[taker], amount=amount, at=now),
            lambda: self.books.move(key, giver, taker, amount, day),
            crash,
        )

    @rule(giver=wallets, taker=wallets)
    def merge(self, giver: int, taker: int) -> None:
        if giver != taker:
            values = {
                "source_id": self.ids[giver],
                "target_id": self.ids[taker],
                "at": self.now,
                "lots": None,
            }
            self.both(lambda: ask("merge", values), lambda: self.books.merge(giver, taker, self.day))

    @precondition(lambda self: self.day >= 0 and self.calls)
    @rule(place=places)
    def replay(self, place: int) -> None:
        self.both(*self.calls[place % len(self.calls)])

    @rule(days=st.integers(1, 4))
    def pass_days(self, days: int) -> None:
        self.day += days

    @rule(what=st.sampled_from(["expire", "ripen", "end_holds"]))
    def sweep(self, what: str) -> None:
        day, now = self.day, self.now
        real = {"expire": actions.expire_lots, "ripen": actions.ripen_lots, "end_holds": actions.end_holds}[
            what
        ]

        def sweep_all() -> None:
            while real(at=now, at_most=2):
                pass

        self.both(sweep_all, lambda: getattr(self.books, what)(day))


def refused_by(do: Callable[[], Any]) -> tuple[str, int | None] | None:
    """The code of the refusal and the figure that it tells; None where it was done."""
    try:
        do()
    except Refused as refused:
        return refused.code, refused.figure
    except WafaaError as error:
        return error.code, next(iter(error.facts.values()), None)
    return None


def _at(day: int | None) -> datetime | None:
    return None if day is None else START + timedelta(days=day)
