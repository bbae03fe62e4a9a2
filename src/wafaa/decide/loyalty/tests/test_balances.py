"""What a customer holds, as staff see it and put it right."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.build import NOON, make_customer, make_order

from wafaa.access.audit.models import Change
from wafaa.act.points import actions
from wafaa.act.points.models import Wallet
from wafaa.act.points.queries import get_balance
from wafaa.act.points.rules import UnitKind
from wafaa.decide.loyalty.tests.build import DAY, SPEND, change_rules, make_live
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_manager(client_as, manager):
    manager.language = "en"
    manager.save()
    return client_as(manager)


@pytest.fixture
def customer():
    return Customer.objects.create(external_id="1", name="نورة", created_at=clock.now())


@pytest.fixture
def wallet(customer):
    unit = actions.make_unit(code="nights", name={"ar": "ليالٍ", "en": "nights"}, kind=UnitKind.COUNT, scale=1)
    wallet_id = actions.open_wallets(unit_id=unit.pk, customer_ids=[customer.pk])[customer.pk]
    now = clock.now()
    actions.award(key="test:1", wallet_id=wallet_id, amount=75, at=now, expires_at=now + timedelta(days=9))
    actions.award(key="test:2", wallet_id=wallet_id, amount=20, at=now, usable_from=now + timedelta(days=1))
    return customer.wallets.get()


def test_the_panel_says_that_nothing_was_earned(customer, as_manager):
    page = as_manager.get(reverse("customer-panel-balances", args=[customer.uuid]))
    assert "This customer has not earned anything yet." in page.content.decode()


def test_the_page_of_a_wallet_reads_as_an_account(customer, wallet, as_manager):
    page = as_manager.get(reverse("customer-wallet", args=[customer.uuid, wallet.uuid])).content.decode()
    assert '<h1><bdi class="num" dir="ltr">7.5</bdi> <bdi>nights</bdi></h1>' in page
    for amount in ("+7.5", "7.5", "+2.0", "9.5"):
        assert f'<bdi class="num" dir="ltr">{amount}</bdi>' in page


def test_the_page_of_a_wallet_names_the_rule_as_it_was_called_then(as_manager):
    programme = make_live(SPEND | {"name": {"en": "A point for each riyal", "ar": "نقطة لكل ريال"}})
    make_customer("7")
    make_order("A", customer="7", lines=[("TEA", 10, "10.00")])
    change_rules(programme, SPEND | {"name": {"en": "Renamed"}}, at=NOON + DAY)

    wallet = Wallet.objects.get()
    page = as_manager.get(
        reverse("customer-wallet", args=[wallet.customer.uuid, wallet.uuid])
    ).content.decode()
    assert "<bdi>A point for each riyal</bdi>" in page
    assert "Renamed" not in page


def test_a_balance_is_put_right_once_with_a_reason(customer, wallet, as_manager):
    address = reverse("customer-wallet-adjust", args=[customer.uuid, wallet.uuid])
    told = {"key": str(new_id()), "direction": "out", "amount": "١٫٥", "reason": "mistake"}
    for _twice in range(2):
        assert as_manager.post(address, told).status_code == 302
    assert get_balance(wallet.pk, clock.now()).available == 60
    (line,) = Change.objects.filter(deed="adjust_balance")
    assert line.after == {"amount": -15, "unit": "nights", "reason": "mistake"}

    refused = as_manager.post(address, {**told, "key": str(new_id()), "amount": "6.1"})
    assert refused.status_code == 422
    assert "The balance is too little" in refused.content.decode()
    for wrong in ("0", "1.55", "<b>", "1" + "0" * 30):
        told_wrong = as_manager.post(address, {**told, "key": str(new_id()), "amount": wrong})
        assert told_wrong.status_code == 422
    assert get_balance(wallet.pk, clock.now()).available == 60


def test_a_wallet_stands_on_its_own_customers_page_only(wallet, as_manager):
    other = Customer.objects.create(external_id="2", created_at=clock.now())
    assert as_manager.get(reverse("customer-wallet", args=[other.uuid, wallet.uuid])).status_code == 404
