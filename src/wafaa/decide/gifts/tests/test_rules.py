"""After a purchase rules give from the budget, once for each order, and take back what is left when it is refunded."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.build import make_customer, make_order, make_refund, order_event, tell

from wafaa.act.points.actions import spend
from wafaa.decide.gifts import actions
from wafaa.decide.gifts.errors import BudgetSpent, DrawWrong
from wafaa.decide.gifts.models import Gift
from wafaa.decide.gifts.rules import RuleKind, State, draw
from wafaa.decide.gifts.tests.build import (
    NOON,
    count_points,
    get_spent,
    make_amount,
    make_budget,
    make_points,
    make_rule,
)
from wafaa.kit import clock
from wafaa.learn.segments.actions import create_list, import_list

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
ONE = (("A", 1, "100.00"),)


@pytest.fixture(autouse=True)
def noon():
    with clock.fixed_at(NOON):
        yield


def test_a_first_order_gives_once_and_what_is_left_goes_back(owner):
    budget = make_budget(owner)
    make_order("O0", customer="2", at=NOON - timedelta(days=1))
    rule = make_rule(make_points(budget, owner), owner, note={"ar": "أهلًا", "en": "Welcome"})
    bought = make_order("O1", customer="1", at=LATER, lines=ONE)
    make_order("O2", customer="1", at=LATER + timedelta(hours=1))
    make_order("O3", customer="2", at=LATER)
    make_order("O4", customer="3", at=NOON - timedelta(hours=1))  # before the rule was switched on
    actions.apply_orders(order_ids=[bought.pk])
    gift = Gift.objects.get()
    customer = gift.customer
    assert (gift.order, gift.rule, gift.note, count_points(customer)) == (bought, rule, "أهلًا", 100)
    spend(key="test:1", wallet_id=customer.wallets.get().pk, amount=30, at=NOON)
    make_refund("R1", order=bought, lines=ONE, at=LATER)
    actions.apply_orders(order_ids=[bought.pk])
    gift.refresh_from_db()
    assert (gift.state, gift.returned, count_points(customer), get_spent(budget)) == (
        State.TAKEN_BACK,
        70,
        0,
        30,
    )


def test_an_order_above_gives_and_a_part_refund_below_takes_back_an_unused_code(owner):
    budget = make_budget(owner, in_money=True, per_month=4_000)
    present = make_amount(budget, owner)
    make_rule(present, owner, RuleKind.ORDER_ABOVE, minimum_minor=10_000, currency="SAR")
    make_rule(present, owner, RuleKind.ORDER_ABOVE, minimum_minor=20_000, currency="SAR", takes_back=False)
    small = make_order("O1", customer="1", at=LATER, lines=(("A", 1, "99.99"),))
    big = make_order("O2", customer="1", at=LATER, lines=(("A", 2, "100.00"),))
    missed = make_order("O3", customer="1", at=LATER, lines=(("A", 1, "100.00"),))  # the month is spent
    assert [(one.order, one.state) for one in Gift.objects.order_by("id")] == [
        (big, State.GIVEN),
        (big, State.GIVEN),
        (missed, State.MISSED),
    ]
    make_refund("R1", order=big, lines=(("A", 1, "100.01"),), at=LATER)
    assert [
        (one.state, one.voucher.is_withdrawn) for one in Gift.objects.filter(order=big).order_by("id")
    ] == [
        (State.TAKEN_BACK, True),
        (State.GIVEN, False),
    ]
    assert get_spent(budget) == 2_000
    actions.apply_orders(order_ids=[small.pk, missed.pk])  # what was missed stays so
    assert get_spent(budget) == 2_000


def test_a_batch_gives_no_more_than_a_month_and_a_customer_may_get(owner):
    budget = make_budget(owner, per_month=250, per_customer=100)
    make_rule(make_points(budget, owner), owner, RuleKind.ORDER_ABOVE, minimum_minor=1, currency="SAR")
    tell(
        order_event("O1", customer="1", at=LATER),
        order_event("O2", customer="1", at=LATER),
        *(order_event(f"P{n}", customer=str(n), at=LATER + timedelta(minutes=n)) for n in range(2, 5)),
    )
    given = Gift.objects.filter(state=State.GIVEN).order_by("id")
    assert [one.order.external_id for one in given] == ["O1", "P2"]
    assert Gift.objects.filter(state=State.MISSED).count() == 3
    assert get_spent(budget) == 200


def test_a_draw_needs_no_purchase_is_drawn_again_by_its_seed_and_gives_all_or_nothing(owner):
    for number in range(6):
        make_customer(str(number), at=NOON)
    segment = create_list(name="Friends", by=owner)
    import_list(segment=segment, rows=[str(number) for number in range(6)], by=owner)
    budget = make_budget(owner, per_month=350)
    present = make_points(budget, owner)
    told = {"present": present, "segment": segment, "at": NOON, "by": owner}
    with pytest.raises(BudgetSpent):
        actions.draw_gifts(key=uuid4(), count=4, **told)
    with pytest.raises(DrawWrong):
        actions.draw_gifts(key=uuid4(), count=7, **told)
    assert not Gift.objects.exists()
    key = uuid4()
    made = actions.draw_gifts(key=key, count=3, licence="MC-1234", **told)
    assert actions.draw_gifts(key=key, count=3, **told) == made
    drawn = Gift.objects.filter(draw=made)
    customers = [(one.pk, str(one.uuid)) for one in type(drawn[0].customer).objects.all()]
    assert {one.customer_id for one in drawn} == set(draw(made.seed, customers, 3))
    assert (get_spent(budget), {count_points(one.customer) for one in drawn}) == (300, {100})
