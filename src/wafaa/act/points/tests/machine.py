"""Random writes against the ledger and against the plain model; after each of them both must hold the same.

long_run.py does as many of them as one likes.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from wafaa.act.points import actions
from wafaa.act.points.asking import ask
from wafaa.act.points.checking import check_books
from wafaa.act.points.rules import Award, Policy, UnitKind
from wafaa.act.points.tests.model import Books, Given, Refused
from wafaa.kit.errors import WafaaError
from wafaa.kit.sql import fetch_prepared

START = datetime(2026, 1, 1, tzinfo=UTC)
WALLETS = 4

BALANCES = ("active", "pending", "held", "owed")
HELD = """
SELECT
    (SELECT array_agg(ARRAY[active, pending, held, owed] ORDER BY id) FROM act_points_wallet WHERE id = ANY (%(wallets)s)),
    (
        SELECT array_agg(ARRAY[wallet_id, remaining, is_pending::integer, expires_at::date - date '2026-01-01'] ORDER BY id)
        FROM act_points_lot WHERE wallet_id = ANY (%(wallets)s)
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
        self.unit = unit
        self.wallets = [actions.open_wallet(unit_id=unit.pk) for _ in range(WALLETS)]
        self.ids = [one.pk for one in self.wallets]
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

    def same(self, real: Callable[[], int], plain: Callable[[], int], crash: bool = False) -> None:
        """What is done without a refusal, and comes to the same figure."""
        told: list[int] = []  # by the model, which is asked first

        def do() -> None:
            found = real()
            assert told in ([], [found])

        def tell() -> None:
            told[:] = [plain()]

        self.both(do, tell, crash)

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
        row = fetch_prepared(HELD, {"wallets": self.ids})
        assert row is not None
        wallets, lots = row
        assert wallets == [[mine[name] for name in BALANCES] for mine in state.wallets.values()]
        assert [[place[wallet], *rest] for wallet, *rest in lots or ()] == [
            [lot.wallet, lot.remaining, int(lot.waits), lot.ends] for lot in state.lots
        ]

    def note(self, key: str, posting: Any) -> None:
        self.transfers[key] = posting.transfer_id

    def write(self, real: Callable[[], Any], plain: Callable[[], Any], crash: bool = False) -> None:
        if self.both(real, plain, crash):
            self.calls.append((real, plain))

    @rule(wallet=wallets, amount=amounts, usable=spans, ends=spans, crash=crashes)
    def award(self, wallet: int, amount: int, usable: int | None, ends: int | None, crash: bool) -> None:
        cause = amount % 2
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
                cause={"for": cause},
            )
            self.note(key, posting)

        self.write(real, lambda: self.books.award(key, wallet, amount, day, first, last, cause), crash)

    @rule(
        told=st.lists(st.tuples(wallets, amounts, spans, spans), min_size=1, max_size=4),
        before=st.integers(0, 3),
        crash=crashes,
    )
    def award_many(
        self, told: list[tuple[int, int, int | None, int | None]], before: int, crash: bool
    ) -> None:
        """The first of them, and then all, of which these stand already."""
        day, now = self.day, self.now
        awards = [
            Given(
                key=self.key(),
                wallet=wallet,
                amount=amount,
                usable=None if usable is None else day + usable,
                ends=None if ends is None else day + (usable or 0) + ends + 1,
                cause=amount % 2,
            )
            for wallet, amount, usable, ends in told
        ]

        def give(awards: list[Given]) -> None:
            made = actions.award_many(
                awards=[
                    Award(
                        key=one.key,
                        wallet_id=self.ids[one.wallet],
                        amount=one.amount,
                        at=now,
                        usable_from=_at(one.usable),
                        expires_at=_at(one.ends),
                        cause={"for": one.cause},
                    )
                    for one in awards
                ]
            )
            for one, posting in zip(awards, made, strict=True):
                self.note(one.key, posting)

        for part in (awards[:before], awards):
            self.write(
                lambda part=part: give(part), lambda part=part: self.books.award_many(part, day), crash
            )

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
    @rule(
        place=places, amount=amounts, policy=st.sampled_from(Policy), most=st.none() | amounts, crash=crashes
    )
    def reverse(self, place: int, amount: int, policy: Policy, most: int | None, crash: bool) -> None:
        key, day, now = self.key(), self.day, self.now
        awards = list(self.books.state.awards)
        award = awards[place % len(awards)]
        transfer = self.transfers[award]
        told: list[Any] = []  # by the model, which is asked first

        def real() -> None:
            made = actions.reverse_award(
                key=key, award_id=transfer, amount=amount, at=now, policy=policy, charged_max=most
            )
            assert told in ([], [(made.own, made.others, made.owed, made.forgiven)])

        def plain() -> None:
            told[:] = [self.books.reverse(key, award, amount, day, policy, most)]

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
        sweeps = {"expire": actions.expire_lots, "ripen": actions.ripen_lots, "end_holds": actions.end_holds}
        real = sweeps[what]

        def sweep_all() -> None:
            while real(at=now, at_most=2):
                pass

        plain = {
            "expire": lambda: self.books.expire(day, 2),
            "ripen": lambda: self.books.ripen(day),
            "end_holds": lambda: self.books.end_holds(day),
        }[what]
        self.both(sweep_all, plain)

    @precondition(lambda self: self.day >= 0 and self.books.list_ended())
    @rule(place=places, back=st.integers(0, 3), span=st.integers(1, 6), key=st.integers(1, 3), crash=crashes)
    def reinstate(self, place: int, back: int, span: int, key: int, crash: bool) -> None:
        """Under few keys, so that some are sent again."""
        ended = self.books.list_ended()
        one = ended[place % len(ended)]
        wallet, since, day, now = one.wallet, one.day - back, self.day, self.now
        told = f"test:reinstate {wallet} {key}"
        self.same(
            lambda: actions.reinstate_expired(
                key=told,
                wallet=self.wallets[wallet],
                since=START + timedelta(days=since),
                at=now,
                ends_at=now + timedelta(days=span),
                by=None,
            ),
            lambda: self.books.reinstate(told, wallet, since, day, day + span),
            crash,
        )

    @precondition(lambda self: self.day >= 0 and self.books.list_ending(self.day))
    @rule(place=places, other=wallets, span=st.integers(0, 6), cause=st.sampled_from([None, 0, 1]))
    def put_off(self, place: int, other: int, span: int, cause: int | None) -> None:
        ending = self.books.list_ending(self.day)
        lot = ending[place % len(ending)]
        ends = {other: self.day + span + 1, lot.wallet: (lot.ends or 0) + span}
        self.same(
            lambda: actions.put_off_ends(
                ends={self.ids[wallet]: START + timedelta(days=end) for wallet, end in ends.items()},
                cause={} if cause is None else {"for": cause},
                at=self.now,
            ),
            lambda: self.books.put_off(ends, cause, self.day),
        )

    @precondition(lambda self: self.day >= 0 and self.books.list_ending(self.day))
    @rule(place=places, back=st.integers(0, 2), span=st.integers(1, 3), days=st.integers(1, 3))
    def extend(self, place: int, back: int, span: int, days: int) -> None:
        ending = self.books.list_ending(self.day)
        start = (ending[place % len(ending)].ends or 0) - back
        begin, end = START + timedelta(days=start), START + timedelta(days=start + span)
        self.same(
            lambda: actions.extend_lots(unit=self.unit, start=begin, end=end, days=days, by=None),
            lambda: self.books.extend(start, start + span, days),
        )


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
