"""Events tell who is who, and the customers follow: they join, attach, and part again."""

import pytest
from tests.build import make_business, make_event

from wafaa.know.customers.actions import set_tags
from wafaa.know.customers.models import Customer, Merge
from wafaa.know.customers.queries import get_customer
from wafaa.know.identity.actions import (
    join_customers,
    part_customers,
    settle_rest,
    settling,
    tell_apart,
    withdraw,
)
from wafaa.know.identity.models import Claim, Decision, Doubt, SharedIdentifier, Unsettled
from wafaa.know.identity.tests.telling import (
    MOVERS,
    account,
    everything,
    groups,
    identify,
    order_event,
    seen,
    tell,
)
from wafaa.know.orders.models import CustomerTotals, Order
from wafaa.stream.queries import list_parked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business():
    make_business(currency="SAR", time_zone="Asia/Riyadh")


def test_two_systems_that_tell_one_mail_have_one_customer():
    tell(order_event("1", customer="7"), order_event("2", customer="salla:1:9"))
    tell(
        identify("7", email="Sara@Example.com", name="Sara"), identify("salla:1:9", email="sara@example.com")
    )

    assert groups() == [["7", "salla:1:9"]]
    assert Order.objects.filter(customer=account("7")).count() == 2
    assert CustomerTotals.objects.get().orders == 2
    assert Merge.objects.get().why == {"rule": "email", "identifier": "email:sara@example.com"}


def test_a_guests_orders_go_to_the_account_with_the_address():
    tell(order_event("1", customer="email:a@example.com"))
    tell(identify("7", email="a@example.com"))
    tell(order_event("2", customer="email:a@example.com"))

    assert groups() == [["7", "email:a@example.com"]]
    assert Order.objects.filter(customer=account("7")).count() == 2


def test_a_visitor_gets_no_customer_until_something_is_known():
    tell(make_event("page", distinct_id="anonymous:d"))
    assert groups() == []

    tell(seen("7", "d"))
    assert groups() == [["7", "anonymous:d"]]
    assert Merge.objects.count() == 0


def test_a_device_of_two_people_is_nobodys_again():
    tell(seen("7", "d"), make_event("page", distinct_id="anonymous:d"))
    tell(seen("8", "d"))

    assert groups() == [["7"], ["8"]]
    assert Customer.objects.count() == 2


def test_a_visitor_who_bought_stays_a_customer_when_the_device_turns_out_to_be_shared():
    tell(seen("7", "d"), order_event("1", customer="anonymous:d"), order_event("2", customer="7"))
    assert groups() == [["7", "anonymous:d"]]

    tell(seen("8", "d"))

    assert groups() == [["7"], ["8"], ["anonymous:d"]]
    assert Order.objects.get(external_id="1").customer == account("anonymous:d")
    assert CustomerTotals.objects.get(customer=account("7")).orders == 1


def test_a_visitor_who_bought_first_is_merged_and_comes_back():
    tell(order_event("1", customer="anonymous:d"))
    stranger = account("anonymous:d")
    tell(order_event("2", customer="7"), seen("7", "d"))
    assert groups() == [["7", "anonymous:d"]]

    tell(seen("8", "d"))

    assert account("anonymous:d") == stranger
    assert Order.objects.get(external_id="1").customer == stranger


def test_a_tills_address_parts_those_whom_it_joined():
    tell(*(identify(f"s{number}:1", email="till@example.com") for number in range(5)))
    assert len(groups()) == 1

    tell(identify("s5:1", email="till@example.com"))

    assert groups() == [[f"s{number}:1"] for number in range(6)]
    assert SharedIdentifier.objects.get().identifier == "email:till@example.com"
    assert not Doubt.objects.exists()


def test_what_a_shop_keeps_apart_is_asked_about_once():
    tell(identify("s:1", email="a@example.com"), identify("s:2", email="a@example.com"))
    tell(identify("s:2", email="a@example.com", name="again"))

    assert groups() == [["s:1"], ["s:2"]]
    assert list(Doubt.objects.values_list("first", "second", "identifier", "reason")) == [
        ("s:1", "s:2", "email:a@example.com", "one_shop")
    ]


def test_staff_answer_a_question_either_way():
    tell(identify("s:1", email="a@example.com"), identify("s:2", email="a@example.com"))

    decision = tell_apart(ids=["s:1"], customer=account("s:2"), movers=MOVERS, by=None)
    assert (Doubt.objects.count(), groups()) == (0, [["s:1"], ["s:2"]])

    withdraw(decision=decision, movers=MOVERS, by=None)
    assert Doubt.objects.count() == 1

    join_customers(kept=account("s:1"), gone=account("s:2"), choices={}, movers=MOVERS, by=None)
    assert (Doubt.objects.count(), groups()) == (0, [["s:1", "s:2"]])
    tell(identify("s:2", email="b@example.com"), identify("t:1", email="b@example.com"))
    assert groups() == [["s:1", "s:2", "t:1"]]


def test_a_merge_that_staff_undid_stays_undone():
    tell(identify("7", email="a@example.com", name="Sara"), order_event("1", customer="7"))
    tell(order_event("2", customer="s:1"))
    before = everything()
    tell(identify("s:1", email="a@example.com"))
    assert len(groups()) == 1

    part_customers(merge=Merge.objects.get(), movers=MOVERS, by=None)

    assert groups() == [["7"], ["s:1"]]
    assert everything()["orders"] == before["orders"]
    assert everything()["totals"] == before["totals"]
    tell(identify("s:1", email="a@example.com", phone="0501234567"), identify("7", phone="0501234567"))
    assert groups() == [["7"], ["s:1"]]
    assert not Doubt.objects.exists()


def test_undoing_what_staff_merged_leaves_the_rest_to_the_rules():
    tell(identify("1", name="Sara"), identify("2", name="Sara"))
    merge = join_customers(kept=account("1"), gone=account("2"), choices={}, movers=MOVERS, by=None)
    part_customers(merge=merge, movers=MOVERS, by=None)
    assert groups() == [["1"], ["2"]]
    assert not Decision.objects.filter(withdrawn_at=None).exists()


def test_merges_are_undone_in_any_order():
    for number in ("1", "2", "3"):
        tell(identify(number, name=f"N{number}"), order_event(f"O{number}", customer=number))
    for number in ("2", "3"):
        set_tags(customer=account(number), names=["VIP"], by=None)
    before = everything()
    kept, *others = (account(number) for number in ("1", "2", "3"))
    first, second = (
        join_customers(kept=kept, gone=gone, choices={"name": "gone"}, movers=MOVERS, by=None)
        for gone in others
    )

    part_customers(merge=first, movers=MOVERS, by=None)
    assert groups() == [["1", "3"], ["2"]]
    assert (account("1").name, account("1").worn.count()) == ("N3", 1)
    part_customers(merge=second, movers=MOVERS, by=None)

    assert everything() == before


def test_a_device_that_staff_took_off_somebody_stays_off():
    tell(identify("7", email="a@example.com"), seen("7", "d"))
    tell_apart(ids=["anonymous:d"], customer=account("7"), movers=MOVERS, by=None)
    assert groups() == [["7"]]

    tell(seen("7", "d"), seen("7", "e"))
    assert groups() == [["7", "anonymous:e"]]


def test_the_oldest_account_stays_and_its_address_leads_to_the_one():
    tell(identify("7", email="a@example.com"))
    tell(identify("s:1"), identify("s:1", email="a@example.com"))

    gone = Merge.objects.get().gone
    assert get_customer(gone.uuid) == account("7")


def test_an_alias_names_a_device():
    tell(make_event("alias", distinct_id="7", properties={"previousId": "d"}))

    assert groups() == [["7", "anonymous:d"]]


def test_orders_of_nobody_say_nothing():
    tell(order_event("1", customer=None))

    assert (groups(), Claim.objects.count()) == ([], 0)


def test_events_of_any_shape_are_heard():
    tell(
        make_event("identify", distinct_id="7", properties={"email": ["a"], "phone": {"b": 1}, "address": 3}),
        seen("8", "x" * 300),
    )

    assert Claim.objects.count() == 0
    assert not list_parked(consumer="know.identity").exists()


def test_telling_it_again_changes_nothing():
    events = [identify("7", email="a@example.com"), identify("s:1", email="a@example.com"), seen("7", "d")]
    tell(*events)
    before = everything(), list(Claim.objects.values())

    tell(*(identify(one.distinct_id, **one.properties) for one in events[:2]), seen("7", "d"))

    assert (everything(), list(Claim.objects.values())) == before


def test_many_joins_are_done_bit_by_bit():
    count = settling.CHANGES_AT_ONCE + 10
    tell(*(order_event(str(number), customer=f"email:{number}@example.com") for number in range(count)))
    tell(*(order_event(f"a{number}", customer=str(number)) for number in range(count)))
    tell(*(identify(str(number), email=f"{number}@example.com") for number in range(count)))
    assert len(groups()) == count + 10
    assert Unsettled.objects.count() == 20

    assert not settle_rest(movers=MOVERS)

    assert (len(groups()), Unsettled.objects.count()) == (count, 0)
