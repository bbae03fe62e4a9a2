"""Many at once on one wallet, by connections of their own: exactly as many succeed as there is for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction
from tests.racing import run_races

from wafaa.act.points import actions
from wafaa.act.points.checking import check_books
from wafaa.act.points.errors import HoldOver, TooLittle
from wafaa.act.points.queries import get_balance
from wafaa.act.points.rules import UnitKind
from wafaa.act.points.tests.races import WON, run_round

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLIENTS, THREADS = 40, 8

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wallets():
    unit = actions.make_unit(code="points", name={"en": "points"}, kind=UnitKind.POINTS)
    return [actions.open_wallet(unit_id=unit.pk).pk for _ in range(3)]


def at_once(deeds):
    """What each of them came to: its result, or its refusal."""

    def do(deed):
        try:
            return deed()
        except TooLittle as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(do, deeds))


def test_exactly_as_many_get_something_as_the_wallet_holds():
    told = run_races(run_round, 3, clients=40, connections=THREADS, seed=1)

    assert told.faults == []
    assert set(told.outcomes) & set(WON)  # which of them come first, nobody knows
    assert told.outcomes["too little"] > 0
    assert check_books() == []


def test_one_key_at_once_moves_once(wallets):
    actions.award(key="test:1", wallet_id=wallets[0], amount=100, at=NOON)
    told = at_once(
        [partial(actions.spend, key="test:same", wallet_id=wallets[0], amount=7, at=NOON)] * CLIENTS
    )
    assert sum(not one.is_replay for one in told) == 1
    assert len({one.transfer_id for one in told}) == 1
    assert get_balance(wallets[0], NOON).available == 93

    hold = partial(
        actions.place_hold,
        key="test:hold",
        wallet_id=wallets[0],
        amount=7,
        at=NOON,
        ends_at=NOON + timedelta(days=1),
    )
    told = at_once([hold] * CLIENTS)
    assert sum(not one.is_replay for one in told) == 1
    assert len({one.uuid for one in told}) == 1
    assert get_balance(wallets[0], NOON).available == 86


def test_a_hold_is_captured_or_voided_once(wallets):
    actions.award(key="test:1", wallet_id=wallets[0], amount=100, at=NOON)
    hold = actions.place_hold(
        key="test:hold", wallet_id=wallets[0], amount=60, at=NOON, ends_at=NOON + timedelta(days=1)
    ).uuid

    def settle(number):
        try:
            if number % 2:
                return "voided" if actions.void_hold(hold=hold, at=NOON) else "over"
            actions.capture_hold(key=f"test:capture {number}", hold=hold, at=NOON)
        except HoldOver:
            return "over"
        return "captured"

    told = at_once([partial(settle, number) for number in range(CLIENTS)])
    assert len([one for one in told if one != "over"]) == 1
    assert get_balance(wallets[0], NOON).available == (40 if "captured" in told else 100)
    assert check_books() == []


def test_wallets_that_give_to_each_other_never_wait_for_each_other_in_a_ring(wallets):
    for wallet in wallets:
        actions.award(key=f"test:{wallet}", wallet_id=wallet, amount=1_000, at=NOON)
    pairs = [(wallets[n % 3], wallets[(n + 1 + n // 3 % 2) % 3]) for n in range(CLIENTS)]
    at_once(
        partial(actions.move, key=f"test:move {n}", source_id=source, target_id=target, amount=5, at=NOON)
        for n, (source, target) in enumerate(pairs)
    )
    assert sum(get_balance(wallet, NOON).available for wallet in wallets) == 3_000
    same = partial(
        actions.move, key="test:same", source_id=wallets[1], target_id=wallets[0], amount=5, at=NOON
    )
    assert sum(not one.is_replay for one in at_once([same] * CLIENTS)) == 1
    assert sum(get_balance(wallet, NOON).available for wallet in wallets) == 3_000
    assert check_books() == []


def test_sealing_leaves_out_what_others_still_write(wallets):
    actions.award(key="test:1", wallet_id=wallets[0], amount=5, at=NOON)
    written, may_end = Event(), Event()

    def write():
        try:
            with transaction.atomic():
                actions.award(key="test:slow", wallet_id=wallets[1], amount=5, at=NOON)
                written.set()
                may_end.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(write)
        written.wait(30)
        actions.award(key="test:2", wallet_id=wallets[0], amount=5, at=NOON)  # a higher id, committed before
        assert actions.seal_transfers(patience_s=0) == 0
        may_end.set()
        slow.result()
    assert actions.seal_transfers(patience_s=30) == 3
    assert check_books() == []
