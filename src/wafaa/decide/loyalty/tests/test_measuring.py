"""A programme's measures and what is outstanding, by hand on a small ledger."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests.build import NOON, make_customer, make_event, make_orders, make_refund, order_event

from wafaa.act.points.actions import award, open_wallets, restore, spend
from wafaa.act.points.actions.sweeping import expire_lots
from wafaa.act.points.models import Wallet
from wafaa.act.points.rules import Kind
from wafaa.decide.loyalty import counting
from wafaa.decide.loyalty.queries.measuring import count_measures
from wafaa.decide.loyalty.queries.outstanding import count_outstanding
from wafaa.decide.loyalty.rules.measuring import make_figures
from wafaa.decide.loyalty.tests.build import DAY, SPEND, make_live
from wafaa.kit import clock
from wafaa.learn.measures.rules import Period

pytestmark = pytest.mark.django_db
MARCH = Period(start=date(2026, 2, 20), end=date(2026, 3, 13))
NOW = NOON + 11 * DAY + timedelta(hours=1)  # 12 March, 16:00 in Riyadh


def wallet_of(number):
    return Wallet.objects.get(customer__external_id=number).pk


@pytest.fixture
def club():
    """A has two orders, spends 12 and gets 2 back; of B's 30 points a refund takes 10, and 20 end; C is a buyer but no member."""
    programme = make_live(SPEND | {"lives": "P10D"}, worth={"points": 1, "minor": 50, "currency": "SAR"})
    make_orders(
        *(make_event("identify", distinct_id=one, properties={"customer_number": one}) for one in "ABCD"),
        order_event("C1", customer="C", lines=[("TEA", 1, "50.00")], at=NOON - 5 * DAY),
        order_event("A1", customer="A", lines=[("TEA", 1, "100.00")]),
        order_event("A2", customer="A", lines=[("TEA", 1, "200.00")], at=NOON + 4 * DAY),
        order_event("B1", customer="B", lines=[("TEA", 1, "300.00")]),
    )
    with clock.fixed_at(NOON + 5 * DAY):
        make_refund("R1", order="B1", customer="B", lines=[], amount="100.00", at=NOON + 5 * DAY)
    spent = spend(key="gift", wallet_id=wallet_of("A"), amount=12, at=NOON + 5 * DAY)
    restore(key="back", spend_id=spent.transfer_id, amount=2, at=NOON + 6 * DAY)
    expire_lots(at=NOW)
    return programme


def test_the_figures_are_what_one_counts_by_hand(club):
    sums = count_measures(club, club.unit, MARCH)
    found = {one.key: one for group in make_figures(sums) for one in group.figures}

    rates = {key: (one.part, one.whole) for key, one in found.items() if one.shape == "rate"}
    assert rates == {
        "participation": (2, 4),
        "participation_buyers": (2, 3),
        "active": (2, 2),
        "burn_rate": (10, 50),
        "redemption": (10, 50),
        "breakage": (20, 50),
        "open": (20, 50),
        "reward_cost_share": (500, 50_000),
        "programme_cost_share": (1_500, 50_000),
    }
    sums_shown = {key: one.value for key, one in found.items() if one.shape in {"points", "price", "mean"}}
    assert sums_shown == {
        "earned": 60,
        "reversed": 10,
        "burned": 10,
        "expired": 20,
        "adjusted": 0,
        "earn_rate": pytest.approx(0.1),  # points for each riyal
        "orders_members": 1.5,
        "orders_others": 1,
    }
    money = {key: one.value for key, one in found.items() if one.shape == "money"}
    assert money == {
        "reward_cost": 500,
        "programme_cost": 1_500,
        "sales_members": 25_000,
        "sales_others": 5_000,
    }
    assert found["participation"].low == pytest.approx(0.15004, abs=1e-5)  # Wilson, 2 of 4
    assert sums.months == {
        date(2026, 3, 1): {Kind.AWARD: 60, Kind.SPEND: 12, Kind.EXPIRE: 20, Kind.RESTORE: 2, Kind.REVERSE: 10}
    }


def test_months_of_a_shop_foretell_what_will_be_spent():
    """Each month somebody is awarded 100 at its very beginning and spends 30 in the month after; the rest ends a year later."""
    programme = make_live(SPEND)
    zone = counting.get_business().zone
    begins = [clock.start_of_day(date(2026, month, 1), zone) for month in range(1, 11)]
    ends = [clock.start_of_day(date(2027, month, 1), zone) for month in range(1, 11)]
    wallet = award_once(programme, "A", 100, at=begins[0], expires_at=ends[0])
    for month in range(1, 10):
        award(key=f"a{month}", wallet_id=wallet, amount=100, at=begins[month], expires_at=ends[month])
        spend(key=f"s{month}", wallet_id=wallet, amount=30, at=begins[month] + 9 * DAY)
    with clock.fixed_at(clock.start_of_day(date(2026, 10, 31), zone)):
        found = count_outstanding(programme, programme.unit).forecast

    # the soonest to end are spent first: 270 of 1,000 came from the oldest lots
    assert found.open == 730
    assert found.months == 9
    assert found.chances[:2] == pytest.approx((0.0, 30 / 800))
    assert found.spent + found.expired + found.beyond == pytest.approx(730)
    assert 0 <= found.low < found.spent < found.high <= 730


def test_what_is_outstanding_is_told_by_age_and_by_end_and_the_pages_say_what_each_figure_is(
    client_as, manager, club
):
    manager.language = "en"
    manager.save()
    client = client_as(manager)
    with clock.fixed_at(NOW):
        found = count_outstanding(club, club.unit)
        page = client.get(reverse("loyalty-outstanding-export", args=[club.uuid]))
        told = b"".join(page.streaming_content).decode()
        shown = client.get(reverse("loyalty-outstanding", args=[club.uuid])).content.decode()
        asked = {"period": "month", "month": "2026-03"}
        measures = client.get(reverse("loyalty-measures", args=[club.uuid]), asked).content.decode()

    march = date(2026, 3, 1)
    assert [(one.cohort, one.ends, one.amount, one.pending) for one in found.lots] == [(march, march, 20, 0)]
    assert found.sums == {"active": 20, "pending": 0, "held": 0, "owed": 0}
    assert found.forecast.reason == "too_early"
    assert told.splitlines()[1:] == ["points,2026-03-01,2026-03-01,20,0,10.00,SAR"]
    assert "Too early to say: it takes" in shown

    assert "they prove nothing" in measures
    assert "10 ÷ 50" in re.sub("[\u2066-\u2069]", "", measures)


def test_a_large_shop_is_counted_by_the_worker_and_kept(monkeypatch):
    programme = make_live(SPEND)
    award_once(programme, "A", 60)
    monkeypatch.setattr(counting, "ROWS_AT_ONCE", 0)
    assert counting.find_measures(programme, programme.unit, MARCH) is None
    counting.do_measures(
        programme_uuid=programme.uuid,
        unit_id=programme.unit_id,
        start=MARCH.start.isoformat(),
        end=MARCH.end.isoformat(),
    )
    kept = counting.find_measures(programme, programme.unit, MARCH)
    assert kept is not None
    assert kept.earned == 60
    with clock.fixed_at(NOW):
        assert counting.count_ahead() == 4  # three periods, and what is outstanding
        assert counting.count_ahead() == 0


def award_once(programme, number, amount, **told):
    customer = make_customer(number)
    wallet = open_wallets(unit_id=programme.unit_id, customer_ids=[customer.pk])[customer.pk]
    award(key=f"award {number}", wallet_id=wallet, amount=amount, **({"at": NOON} | told))
    return wallet
