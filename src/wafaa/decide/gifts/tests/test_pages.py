"""Gifts in the console: a budget from nothing to a gift on a customer's page, and for a case."""

import uuid

import pytest
from django.urls import reverse
from tests.build import make_customer

from wafaa.access.staff.models import Staff
from wafaa.decide.gifts import actions
from wafaa.decide.gifts.models import Budget, Gift, Present, Rule
from wafaa.decide.gifts.rules import State
from wafaa.decide.gifts.tests.build import get_points, give, make_budget, make_points
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.show.console.customers.merging import MOVERS
from wafaa.show.privacy.rooms import ERASERS, EXPORTERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return make_customer("1", at=clock.now(), name="Noura")


@pytest.fixture
def desk(client_as, manager, agent, owner):
    Staff.objects.update(language="en")
    return client_as(Staff.objects.get(pk=manager.pk))


def test_a_budget_from_nothing_to_a_gift(desk, client_as, agent, customer):
    unit = get_points()
    told = {"key": str(uuid.uuid4()), "name_en": "Care", "measure": f"unit-{unit.pk}", "per_month": "1000", "per_staff": "150",
            "customer_days": "90", "roles": ["agent"], "is_on": "on"}  # fmt: skip
    assert "Give it a name" in desk.post(reverse("gift-budget-new"), {**told, "name_en": ""}).content.decode()
    page = desk.post(reverse("gift-budget-new"), told, follow=True)
    budget = Budget.objects.get()
    assert (budget.per_month, budget.per_staff, budget.unit, page.status_code) == (1_000, 150, unit, 200)
    offer = {"key": str(uuid.uuid4()), "name_en": "A hundred points", "kind": "points", "amount": "100"}
    desk.post(reverse("gift-budget-offer", args=[budget.uuid]), offer)
    rule = {
        "key": str(uuid.uuid4()),
        "name_en": "First",
        "kind": "first_order",
        "present": str(Present.objects.get().uuid),
    }
    desk.post(reverse("gift-budget-rule", args=[budget.uuid]), rule)
    desk.post(
        reverse("gift-budget-state", args=[budget.uuid]),
        {"rule": str(Rule.objects.get().uuid), "state": "on"},
    )
    page = desk.get(reverse("gift-budget", args=[budget.uuid])).content.decode()
    assert "Whoever orders for the first time gets: <bdi>A hundred points</bdi>." in page

    giver = client_as(Staff.objects.get(pk=agent.pk))
    panel = giver.get(reverse("customer-panel-gifts", args=[customer.uuid])).content.decode()
    assert "A hundred points" in panel
    sent = {
        "key": str(uuid.uuid4()),
        "present": str(Present.objects.get().uuid),
        "note": "Sorry for the wait",
    }
    for _twice in range(2):
        assert giver.post(reverse("customer-gift", args=[customer.uuid]), sent).status_code == 302
    assert Gift.objects.get().state == State.GIVEN
    giver.post(reverse("customer-gift", args=[customer.uuid]), {**sent, "key": str(uuid.uuid4())})
    waiting = desk.get(reverse("gifts")).content.decode()
    assert "Sorry for the wait" in waiting
    asked = Gift.objects.get(state=State.ASKED)
    desk.post(reverse("gift-decide", args=[asked.uuid]), {"deed": "approve"})
    assert Gift.objects.filter(state=State.GIVEN).count() == 2
    assert desk.get(reverse("customer-panel-gifts", args=[customer.uuid])).status_code == 200


def test_a_draw_asks_whether_the_law_is_kept(desk, owner):
    budget = make_budget(owner)
    make_points(budget, owner)
    told = {"key": str(uuid.uuid4()), "count": "1", "segment": "", "present": str(Present.objects.get().uuid)}
    page = desk.post(reverse("gift-budget-draw", args=[budget.uuid]), told)
    assert page.status_code == 422
    assert "nobody has to buy" in page.content.decode()
    assert not Gift.objects.exists()


def test_a_merge_takes_gifts_along_and_erasing_takes_name_and_note(owner, agent, customer):
    other = Customer.objects.create(external_id="2", created_at=clock.now())
    give(make_points(make_budget(owner), owner), customer, agent, note="For Noura")
    (mover,) = (one for one in MOVERS if one.name == "gifts")
    mover.move(customer.pk, other.pk)
    assert Gift.objects.get().customer == other
    exported = next(
        told for one in EXPORTERS if (told := one(customer_id=other.pk, distinct_ids=[])).get("gifts")
    )
    assert exported["gifts"][0]["note"] == "For Noura"
    (eraser,) = (one for one in ERASERS if one is actions.erase_customer)
    eraser(customer_id=other.pk, distinct_ids=[])
    assert (Gift.objects.get().customer, Gift.objects.get().note, Gift.objects.get().cost) == (None, "", 100)
