"""An employee gives a customer a gift, within the budget at once, above their own limit by a second person."""

from datetime import timedelta

import pytest
from tests.build import make_customer

from wafaa.access.audit.models import Change
from wafaa.access.staff.models import Staff
from wafaa.act.messages.models import Message
from wafaa.act.vouchers.models import Code
from wafaa.decide.gifts import actions
from wafaa.decide.gifts.errors import (
    BudgetSpent,
    KeyReused,
    MayNotDecide,
    NotOffered,
    NotYourBudget,
    RequestDecided,
    SamePerson,
)
from wafaa.decide.gifts.queries import list_unopened, measure
from wafaa.decide.gifts.rules import State
from wafaa.decide.gifts.tests.build import (
    NOON,
    count_points,
    get_spent,
    give,
    make_amount,
    make_budget,
    make_points,
)
from wafaa.kit import clock
from wafaa.stream.queries import list_latest_events

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with clock.fixed_at(NOON):
        yield


@pytest.fixture
def customer():
    return make_customer("1", at=NOON - timedelta(days=9), name="Noura", email="noura@example.com")


def tell_gifts():
    return [one for one in list_latest_events(limit=50).events if one.name == "Gift Given"]


def test_points_are_given_once_with_a_note_and_told(owner, manager, agent, customer):
    present = make_points(make_budget(owner), owner, lives_days=30)
    gift = give(present, customer, agent, key="a", note="Thank you for waiting")
    assert give(present, customer, agent, key="a", note="Thank you for waiting") == gift
    with pytest.raises(KeyReused):
        give(present, customer, manager, key="a")
    assert (gift.state, count_points(customer), get_spent(present.budget)) == (State.GIVEN, 100, 100)
    assert gift.ends_at == NOON + timedelta(days=30)
    (told,) = tell_gifts()
    assert '"note": "Thank you for waiting"' in told.properties.replace('":"', '": "')
    assert [one.uuid for one in list_unopened(customer.pk)] == [gift.uuid]
    actions.open_gift(gift=gift, at=NOON)
    assert not list_unopened(customer.pk)
    assert Change.objects.get(deed="give_gift").staff_email == agent.email


def test_money_off_is_a_code_of_the_customers_own(owner, agent, customer):
    budget = make_budget(owner, in_money=True, per_month=5_000)
    gift = give(make_amount(budget, owner), customer, agent)
    code = Code.objects.get()
    assert (gift.voucher, code.customer, code.pool.amount_minor, get_spent(budget)) == (
        code,
        customer,
        2_000,
        2_000,
    )


def test_above_ones_own_limit_another_person_decides(owner, manager, agent, customer):
    present = make_points(make_budget(owner, per_staff=150), owner)
    give(present, customer, agent)
    asked = give(present, customer, agent)
    assert (asked.state, count_points(customer)) == (State.ASKED, 100)
    for person, refusal in ((agent, MayNotDecide),):
        with pytest.raises(refusal):
            actions.approve_gift(gift=asked.uuid, by=person, at=NOON)
    actions.approve_gift(gift=asked.uuid, by=manager, at=NOON)
    actions.approve_gift(gift=asked.uuid, by=manager, at=NOON)
    with pytest.raises(RequestDecided):
        actions.decline_gift(gift=asked.uuid, by=owner, at=NOON)
    assert (count_points(customer), get_spent(present.budget)) == (200, 200)

    own = give(make_points(make_budget(owner, per_staff=0), owner), customer, manager)
    with pytest.raises(SamePerson):
        actions.approve_gift(gift=own.uuid, by=manager, at=NOON)
    actions.decline_gift(gift=own.uuid, by=owner, at=NOON)
    late = give(own.present, customer, manager)
    with pytest.raises(RequestDecided):
        actions.approve_gift(gift=late.uuid, by=owner, at=NOON + timedelta(days=7))
    assert actions.end_asked(at=NOON + timedelta(days=7)) == 1


def test_a_customer_has_a_limit_and_an_owner_alone_needs_nobody(owner, customer):
    present = make_points(make_budget(owner, per_customer=150, customer_days=30), owner)
    give(present, customer, owner)
    assert give(present, customer, owner).state == State.GIVEN  # nobody else is there
    Staff.objects.create(email="second@example.com", role="manager")
    assert give(present, customer, owner).state == State.ASKED
    with clock.fixed_at(NOON + timedelta(days=30)):
        assert give(present, customer, owner).state == State.GIVEN


def test_a_month_holds_what_it_holds_also_for_who_approves(owner, manager, cashier, customer):
    budget = make_budget(owner, per_month=250, per_staff=100, roles=["manager"])
    present = make_points(budget, owner)
    with pytest.raises(NotYourBudget):
        give(present, customer, cashier)
    give(present, customer, manager)
    asked = [give(present, customer, manager) for _twice in range(2)]
    actions.approve_gift(gift=asked[0].uuid, by=owner, at=NOON)
    with pytest.raises(BudgetSpent, match="50"):
        actions.approve_gift(gift=asked[1].uuid, by=owner, at=NOON)
    assert get_spent(budget) == 200
    with clock.fixed_at(NOON + timedelta(days=30)):  # in April
        assert give(present, customer, manager).state == State.GIVEN
    actions.turn_present(present=present, is_on=False, by=owner)
    with pytest.raises(NotOffered):
        give(present, customer, manager)


def test_a_mail_goes_by_the_ordinary_gate(owner, agent, customer):
    present = make_points(make_budget(owner), owner)
    gift = give(present, customer, agent, tells_by_mail=True)
    message = Message.objects.get()
    assert (message.state, message.why) == ("refused", "no_consent")  # nobody agreed to offers by mail
    assert message.step == f"gift:{gift.uuid}"


def test_figures_say_who_gave_what_was_used_and_who_came_back(owner, agent, manager, customer):
    from tests.build import make_order

    from wafaa.act.points.actions import spend
    from wafaa.know.customers.models import Customer

    present = make_points(make_budget(owner), owner)
    other = make_customer("2", at=NOON)
    with clock.fixed_at(NOON - timedelta(days=61)):
        give(present, customer, agent)
        give(present, other, agent)
    give(present, Customer.objects.get(pk=other.pk), manager)
    spend(key="test:1", wallet_id=customer.wallets.get().pk, amount=1, at=NOON)
    make_order("O1", customer="1", at=NOON - timedelta(days=5))
    told = measure(present.budget, start=NOON - timedelta(days=90), end=NOON + timedelta(days=1), at=NOON)
    assert [(one.staff_id, one.given, one.used, one.cost, one.due, one.back) for one in told] == [
        (agent.pk, 2, 1, 200, 2, 1),
        (manager.pk, 1, 0, 100, 0, 0),
    ]
