"""A bill, a tap, undoing: each an order or an event like any other, each once."""

import re
from datetime import timedelta

import pytest
from tests.build import NOON, make_customer, make_order, make_refund

from wafaa.access.audit.models import Change
from wafaa.act.points.actions import spend
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Wallet
from wafaa.act.points.rules import Policy
from wafaa.decide.loyalty.actions import Plan, change_programme, publish, save_draft
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries import find_published
from wafaa.decide.loyalty.tests.build import hold, list_told, make_live
from wafaa.kit import clock
from wafaa.know.orders.models import Order, Store
from wafaa.show.till.models import Deed
from wafaa.show.till.tests.build import HOUR, Till, make_deed

pytestmark = pytest.mark.django_db


def test_a_bill_is_quoted_earns_at_once_and_is_an_order_of_the_store(till, sara, cashier):
    quoted = " ".join(till.quote(customer=str(sara.uuid), amount="٢٥٥").split())
    assert '+<bdi class="num" dir="ltr">25</bdi></strong> <bdi>points</bdi>' in quoted
    assert "Points on purchases" in quoted
    assert "5.00 more brings more (Points)." in quoted

    status, told = till.do("earn", customer=sara.uuid, amount="٢٥٥", receipt=" R 7 ", pieces=3)

    assert (status, told["state"]) == (201, "done")
    order = Order.objects.get(source="till")
    assert (order.gross_minor, order.number, order.store.code, order.channel, order.customer) == (
        25_500, "R 7", "RUH-1", "store", sara,
    )  # fmt: skip
    assert hold() == {"1": [25, 0, 0]}
    assert '+<bdi class="num" dir="ltr">25</bdi>' in till.look(order.external_id)
    change = Change.objects.get(deed="earn_at_till")
    assert (change.staff, change.subject, change.after["receipt"]) == (cashier, str(sara.uuid)[:8], "R 7")
    till.do("earn", customer=sara.uuid, amount="9")
    plain = Order.objects.get(source="till", number="")
    assert str(plain) == plain.external_id[:8]  # nobody reads out 36 signs


def test_the_same_deed_told_again_changes_nothing_and_another_body_is_refused(till, sara):
    deed = make_deed("earn", store="RUH-1", customer=sara.uuid, amount="100")

    assert [till.tell(deed)[0] for _ in range(3)] == [201, 200, 200]
    status, told = till.tell({**deed, "amount": "900"})

    assert (status, told["code"]) == (409, "till_id_reused")
    assert (hold(), Order.objects.count(), Change.objects.filter(deed="earn_at_till").count()) == (
        {"1": [10, 0, 0]}, 1, 1,
    )  # fmt: skip


def test_undoing_says_what_it_takes_takes_exactly_that_and_does_it_once(till, sara):
    till.do("earn", customer=sara.uuid, amount="100")
    earned = Deed.objects.get()
    till.do("earn", customer=sara.uuid, amount="40")
    asked = till.send("undoing", deed=str(earned.uuid), store="RUH-1")[1]["html"]
    assert '−<bdi class="num" dir="ltr">10</bdi>' in asked
    assert hold() == {"1": [14, 0, 0]}  # asking changes nothing

    assert till.do("undo", deed=earned.uuid)[0] == 201
    assert till.do("undo", deed=earned.uuid)[1]["code"] == "till_undone_already"

    assert hold() == {"1": [4, 0, 0]}
    assert Order.objects.filter(counted=True).count() == 1
    assert [told["points"] for told in list_told("Points Reversed")] == [10]
    assert check_books() == []


def test_undoing_says_what_to_keep_back_where_a_programme_charges(till, sara):
    programme = Programme.objects.get()
    change_programme(programme=programme, plan=Plan(policy=Policy.CHARGE), by=None)
    changed = {**find_published(programme).content, "worth": {"points": 10, "minor": 25, "currency": "SAR"}}
    save_draft(programme=programme, content=changed, by=None)
    publish(programme=programme, by=None)
    till.do("earn", customer=sara.uuid, amount="100")
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=8, at=NOON)
    asked = till.send("undoing", deed=str(Deed.objects.get().uuid), store="RUH-1")[1]["html"]
    told = " ".join(re.sub(r"<[^>]+>", "", asked).replace("\xa0", " ").split())
    assert "Used already: 8 points. Keep SAR 0.20 back from the money for it." in told
    assert "owed" not in told


def test_undoing_keeps_no_more_back_than_was_not_refunded_before(till, sara):
    worth = {"points": 10, "minor": 100, "currency": "SAR"}
    gift = {"trigger": "order", "effect": "fixed", "points": 500, "minimum": 2_000, "currency": "SAR"}
    make_live({"id": 1, **gift}, policy="charge", worth=worth)
    till.do("earn", customer=sara.uuid, amount="100")
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=510, at=NOON)
    order = Order.objects.get()
    make_refund("R", order=order, source="till", lines=[], amount="60")
    asked = till.send("undoing", deed=str(Deed.objects.get().uuid), store="RUH-1")[1]["html"]
    told = " ".join(re.sub(r"<[^>]+>", "", asked).replace("\xa0", " ").split())
    assert "Used already: 400 points. Keep SAR 40.00 back from the money for it." in told
    assert "owed from now on: 104 points" in told
    assert hold() == {"1": [0, 0, 6]}

    till.do("undo", deed=Deed.objects.get().uuid)
    assert (hold(), list_told("Points Reversed")[-1]["charge"]) == ({"1": [0, 0, 110]}, "40.00")


def test_what_is_old_or_another_stores_is_not_undone_here(till, sara, owner):
    till.do("earn", customer=sara.uuid, amount="100")
    deed = Deed.objects.get()
    with clock.fixed_at(NOON + timedelta(minutes=16)):
        assert till.do("undo", deed=deed.uuid)[1]["code"] == "till_undo_too_late"
    Store.objects.create(code="JED-1")
    assert Till(owner, "JED-1").do("undo", deed=deed.uuid)[1]["code"] == "till_deed_missing"
    assert hold() == {"1": [10, 0, 0]}


def test_one_receipt_counts_for_one_member_a_day_until_it_is_undone(till, sara):
    other = make_customer("2", name="Ali")
    till.do("earn", customer=sara.uuid, amount="100", receipt="77")
    first = Deed.objects.get()

    assert till.do("earn", customer=other.uuid, amount="100", receipt="77")[1]["code"] == "till_receipt_used"
    till.do("undo", deed=first.uuid)
    assert till.do("earn", customer=other.uuid, amount="100", receipt="77")[0] == 201
    with clock.fixed_at(NOON + timedelta(days=1)):
        till.sign_in()
        assert till.do("earn", customer=sara.uuid, amount="50", receipt="77")[0] == 201
    assert hold() == {"1": [5, 0, 0], "2": [10, 0, 0]}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"amount": "0"}, "till_amount_wrong"),
        ({"amount": "1.5.2"}, "till_amount_wrong"),
        ({"amount": "5", "customer": "00000000-0000-0000-0000-000000000007"}, "customer_missing"),
        ({"amount": "5", "customer": None, "who": "0509999999"}, "till_who_missing"),
        ({"amount": "5", "at": (NOON - 8 * 24 * HOUR).isoformat()}, "till_too_old"),
        ({"amount": "5", "store": "JED-1"}, "till_store_missing"),
        ({"amount": "5", "pieces": 0}, "till_unreadable"),
        ({"amount": "5", "more": 1}, "till_unreadable"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason_and_leaves_nothing(till, sara, told, code):
    deed = {**make_deed("earn", store="RUH-1", customer=sara.uuid), **told}

    assert till.tell(deed)[1]["code"] == code
    noted = Change.objects.filter(via="till")
    assert (Deed.objects.count(), Order.objects.count(), noted.count()) == (0, 0, 0)


def test_one_tap_is_a_drink_at_its_price_or_an_event_as_the_rules_ask(till, sara):
    stamp = {"id": 1, "unit": "stamps", "effect": "piece", "points": 1, "skus": ["LATTE"]}
    visit = {
        "id": 2, "unit": "stamps", "effect": "fixed", "points": 1, "trigger": "event", "event": "Visit Made",
        "name": {"en": "A visit"},
    }  # fmt: skip
    programme = make_live(stamp, visit)
    make_order("A1", customer="9", lines=[("LATTE", 2, "14.00"), ("CUP", 1, "50.00")], store="RUH-1")
    page = till.client.get("/till/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert 'data-key="sku:LATTE" data-price="14.00"' in page
    assert 'data-key="sku:CUP"' not in page
    event = f"event:{programme.uuid}:2"
    assert f'data-key="{event}"' in page

    assert till.do("stamp", customer=sara.uuid, key="sku:LATTE", amount="14.00")[0] == 201
    assert till.do("stamp", customer=sara.uuid, key=event)[0] == 201

    assert hold("stamps")["1"] == [2, 0, 0]
    shown = till.look(str(Deed.objects.latest("id").uuid))
    assert '+<bdi class="num" dir="ltr">1</bdi></strong> <bdi>' in shown
    assert till.do("stamp", customer=sara.uuid, key="sku:TEA", amount="9")[1]["code"] == "till_key_gone"
    assert till.do("undo", deed=Deed.objects.latest("id").uuid)[1]["code"] == "till_undo_impossible"
