"""The judging statement says what a plain reading says, for sets of tiers and lives of members that nobody thought of."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from wafaa.decide.loyalty.actions import make_programme
from wafaa.decide.loyalty.models import Member, Version
from wafaa.decide.loyalty.rules import State
from wafaa.decide.loyalty.rules.content import Content, write_content
from wafaa.decide.loyalty.rules.tiers import Basis, Fall, Span, Stays, Tier, TierSet, find_wrong_tiers
from wafaa.decide.tiers.actions import judge_members
from wafaa.decide.tiers.models import Standing
from wafaa.decide.tiers.tests.oracle import Stand, judge
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order, Refund

ZONE = ZoneInfo("Asia/Riyadh")
FIRST = datetime(2026, 1, 20, tzinfo=UTC)
MEMBERS, STEPS, SETS = 12, 12, 4
LASTS = ["P1M", "P45D", "P6M", "P1Y"]


def make_set(dice, number):
    needs = sorted(dice.sample(range(1, 40), 3))
    ground = [Tier(code="ground")] if dice.random() < 0.3 else []
    return TierSet(
        code=f"s{number}",
        basis=(basis := dice.choice([Basis.SPEND, Basis.SPEND, Basis.ORDERS])),
        currency="SAR" if basis is Basis.SPEND else "",
        span=dice.choice([Span.ROLLING, Span.ROLLING, *Span]),
        lasts=dice.choice(LASTS),
        stays=dice.choice(list(Stays)),
        falls=dice.choice(list(Fall)),
        grace=dice.choice(["", "", "P10D", "P1M"]),
        warns_days=dice.choice([0, 7, 30]),
        counts_past=dice.random() < 0.3,
        tiers=[
            *ground,
            *(
                Tier(code=f"t{place}", needs=need, keeps=dice.choice([None, dice.randint(0, need)]))
                for place, need in enumerate(needs if basis is Basis.SPEND else [1, 2, 4], 1)
                if basis is Basis.SPEND or place
            ),
        ],
    )


def make_sets(dice):
    found = []
    while len(found) < SETS:
        one = make_set(dice, len(found))
        if not list(find_wrong_tiers([one])):
            found.append(one)
    return found


def make_live(sets):
    programme = make_programme(name={"en": "Club"}, by=None)
    programme.state, programme.started_at = State.LIVE, FIRST
    programme.save()
    version = Version.objects.get(programme=programme)
    version.content = write_content(Content(tier_sets=sets))
    version.zone, version.published_at = ZONE.key, FIRST
    version.save()
    return programme


class Life:
    """What members bought and gave back, in the database and beside it."""

    def __init__(self, dice, programme):
        self.dice, self.numbers = dice, iter(range(10**6))
        self.customers = Customer.objects.bulk_create([Customer(created_at=FIRST) for _one in range(MEMBERS)])
        self.members = Member.objects.bulk_create(
            [Member(programme=programme, customer=one, joined_at=FIRST) for one in self.customers]
        )
        self.bought = defaultdict(list)  # place -> [order, what of it was refunded]

    def buy(self, place, at):
        amount = self.dice.choice([1, 3, 10, 25, 60])
        order = Order.objects.create(
            source="t", external_id=f"o{next(self.numbers)}", customer=self.customers[place], ordered_at=at,
            currency=self.dice.choice(["SAR", "SAR", "SAR", "USD"]), counted=True, counted_lines=1, gross_minor=amount,
        )  # fmt: skip
        self.bought[place].append([order, 0])

    def give_back(self, place, at):
        if self.bought[place]:
            told = self.dice.choice(self.bought[place])
            amount = self.dice.choice([1, told[0].gross_minor])
            told[1] += amount
            Refund.objects.create(
                source="t", external_id=f"r{next(self.numbers)}", order=told[0], customer=self.customers[place],
                refunded_at=at, currency=told[0].currency, amount_minor=amount,
            )  # fmt: skip

    def list_facts(self, place, one):
        since = datetime.min.replace(tzinfo=UTC) if one.counts_past else FIRST
        kept = [(order, max(0, order.gross_minor - back)) for order, back in self.bought[place]]
        if one.basis is Basis.ORDERS:
            return [(order.ordered_at, 1) for order, left in kept if left and order.ordered_at >= since]
        return [
            (order.ordered_at, left)
            for order, left in kept
            if left and order.currency == "SAR" and order.ordered_at >= since
        ]


@pytest.mark.django_db
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_the_statement_agrees_with_a_plain_reading(seed):
    with transaction.atomic():
        live_through(random.Random(seed), seed)
        transaction.set_rollback(True)


def live_through(dice, seed):
    sets = make_sets(dice)
    life = Life(dice, make_live(sets))
    stands = {(place, one.code): Stand() for place in range(MEMBERS) for one in sets}
    at = FIRST + timedelta(days=1)
    for _step in range(STEPS):
        at += timedelta(days=dice.choice([0, 1, 5, 20, 40, 100]), minutes=dice.randint(1, 900))
        for place in range(MEMBERS):
            if dice.random() < 0.4:
                life.buy(place, at - timedelta(days=dice.choice([0, 0, 0, 3, 60])))
            if dice.random() < 0.15:
                life.give_back(place, at)
        judge_members(member_ids=[one.pk for one in life.members], at=at, tells=False)
        rows = {
            (one.member_id, one.set_code): one for one in Standing.objects.filter(member__in=life.members)
        }
        for place, member in enumerate(life.members):
            for one in sets:
                stands[place, one.code] = wanted = judge(
                    one, life.list_facts(place, one), stands[place, one.code], at, ZONE
                )
                row = rows[member.pk, one.code]
                assert (row.tier, row.grace_until) == (wanted.tier, wanted.grace_until), (
                    seed,
                    one,
                    place,
                    at,
                )
                # nothing changes by itself before it is due
                later = row.due_at - timedelta(microseconds=1) if row.due_at else at + timedelta(days=3_000)
                quiet = judge(one, life.list_facts(place, one), wanted, max(at, later), ZONE)
                assert (quiet.tier, quiet.grace_until) == (wanted.tier, wanted.grace_until), (
                    seed,
                    one,
                    place,
                    at,
                )
        held = dict(Member.objects.filter(pk__in=[one.pk for one in life.members]).values_list("pk", "tiers"))
        for place, member in enumerate(life.members):
            wanted_tiers = {
                f"{code}:{stand.tier}" for (p, code), stand in stands.items() if p == place and stand.tier
            }
            assert set(held[member.pk]) == wanted_tiers
