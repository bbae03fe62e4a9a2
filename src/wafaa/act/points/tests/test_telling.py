"""What time does to lots is told: once for each wallet and sweep, whoever did it first; and what ended comes back once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from wafaa.access.audit.models import Change
from wafaa.act.points import actions
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Lot, Untold, Wallet
from wafaa.act.points.queries import get_balance, list_expired
from wafaa.act.points.rules import UnitKind
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.stream.models import Event

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def wallet():
    unit = actions.make_unit(code="points", name={"en": "points"}, kind=UnitKind.POINTS)
    customer = Customer.objects.create(external_id="1", created_at=NOON)
    for known in ("anonymous:browser", "1"):
        DistinctId.objects.create(distinct_id=known, customer=customer)
    return actions.open_wallets(unit_id=unit.pk, customer_ids=[customer.pk])[customer.pk]


def award(wallet, amount, key, **more):
    return actions.award(key=key, wallet_id=wallet, amount=amount, at=NOON, **more).transfer_id


def list_told():
    rows = Event.objects.order_by("position").values_list("name", "distinct_id", "properties")
    return list(rows)


def test_all_that_ends_in_a_wallet_at_once_is_one_event_whatever_the_batch(wallet):
    for number in range(3):
        award(wallet, 10, f"test:{number}", expires_at=NOON + DAY)
    award(wallet, 7, "test:later", expires_at=NOON + 5 * DAY)
    gift_card = actions.open_wallet(unit_id=Wallet.objects.get(pk=wallet).unit_id).pk
    award(gift_card, 5, "test:card", expires_at=NOON + DAY)

    later = NOON + 2 * DAY
    counts = [actions.expire_lots(at=later, at_most=1) for _ in range(3)]

    assert counts == [3, 1, 0]
    assert list_told() == [
        ("Points Expired", "1", {"unit": "points", "points": 30, "balance": 7, "pending": 0, "owed": 0})
    ]
    assert check_books() == []


def test_what_becomes_usable_is_told_also_where_it_was_spent_before_the_sweep(wallet):
    award(wallet, 10, "test:first", usable_from=NOON + DAY)
    award(wallet, 20, "test:second", usable_from=NOON + DAY)
    award(wallet, 40, "test:third", usable_from=NOON + 2 * DAY)

    actions.spend(key="test:spend", wallet_id=wallet, amount=5, at=NOON + DAY)
    assert (list_told(), Untold.objects.count()) == ([], 2)
    while actions.ripen_lots(at=NOON + DAY):
        pass
    actions.ripen_lots(at=NOON + 2 * DAY)
    actions.ripen_lots(at=NOON + 3 * DAY)

    assert [(name, told["points"], told["balance"]) for name, _who, told in list_told()] == [
        ("Points Activated", 30, 25),
        ("Points Activated", 40, 65),
    ]
    assert not Untold.objects.exists()


def test_a_sweep_that_fails_at_its_end_has_neither_ended_nor_told_anything(wallet):
    award(wallet, 10, "test:1", expires_at=NOON + DAY)

    with transaction.atomic():
        actions.expire_lots(at=NOON + DAY)
        transaction.set_rollback(True)
    assert list_told() == []
    actions.expire_lots(at=NOON + DAY)

    assert [told["points"] for _name, _who, told in list_told()] == [10]


def test_what_ended_comes_back_whole_and_once_and_lives_as_long_as_is_said(wallet):
    award(wallet, 10, "test:old", expires_at=NOON + DAY)
    award(wallet, 30, "test:new", expires_at=NOON + 20 * DAY)
    actions.spend(key="test:spend", wallet_id=wallet, amount=4, at=NOON)
    for at in (NOON + DAY, NOON + 20 * DAY):
        actions.expire_lots(at=at)
    now = NOON + 25 * DAY
    held = Wallet.objects.select_related("unit").get(pk=wallet)

    def bring_back(key):
        told = {"since": NOON + 10 * DAY, "at": now, "ends_at": now + 30 * DAY, "by": None}
        return actions.reinstate_expired(key=key, wallet=held, **told)

    assert [bring_back("test:a"), bring_back("test:a"), bring_back("test:b")] == [30, 30, 0]
    found = get_balance(wallet, now)
    assert [(one.at, one.amount) for one in found.ending] == [(now + 30 * DAY, 30)]
    assert [one.amount for one in list_expired(wallet, NOON)] == [6]  # too long ago
    assert Change.objects.filter(deed="reinstate_balance").count() == 1
    actions.expire_lots(at=now + 30 * DAY)  # and may end once more
    assert get_balance(wallet, now + 30 * DAY).available == 0
    assert check_books() == []


def test_only_marked_lots_that_have_not_ended_are_put_off_and_never_sooner(wallet):
    award(wallet, 1, "test:own", expires_at=NOON + DAY)
    for number, days in enumerate((1, 50)):
        award(wallet, 10, f"test:{number}", expires_at=NOON + days * DAY, cause={"idle": 12})
    award(wallet, 5, "test:over", expires_at=NOON, cause={"idle": 12})

    assert actions.put_off_ends(ends={wallet: NOON + 9 * DAY}, cause={"idle": 12}, at=NOON) == 1
    assert set(Lot.objects.values_list("amount", "expires_at")) == {
        (1, NOON + DAY),
        (10, NOON + 9 * DAY),
        (10, NOON + 50 * DAY),
        (5, NOON),
    }


@pytest.mark.django_db(transaction=True)
def test_two_who_bring_back_or_sweep_at_once_do_it_once(wallet):
    award(wallet, 10, "test:1", expires_at=NOON + DAY)
    later = NOON + 2 * DAY

    def do(deed):
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        swept = list(pool.map(do, [lambda: actions.expire_lots(at=later)] * 4))
        held = Wallet.objects.select_related("unit").get(pk=wallet)
        told = {"wallet": held, "since": NOON, "at": later, "ends_at": later + DAY, "by": None}
        back = list(
            pool.map(do, [lambda n=n: actions.reinstate_expired(key=f"test:{n}", **told) for n in range(4)])
        )

    assert (sum(swept), sum(back)) == (1, 10)
    assert [name for name, _who, _told in list_told()] == ["Points Expired"]
    assert check_books() == []
