"""Order events become orders, lines, products, stores and totals."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from tests.build import NOON, make_business, make_order, make_orders, order_event, tell

from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.orders.actions import name_store, refresh_totals
from wafaa.know.orders.models import CustomerTotals, Order, OrderLine, Product, Store
from wafaa.stream.models import ParkedEvent

pytestmark = pytest.mark.django_db


def test_an_order_is_stored_with_everything_that_was_told():
    order = make_order(
        "536365",
        customer="17850",
        at=datetime(2010, 12, 1, 8, 26, tzinfo=UTC),
        currency="gbp",
        store="LON",
        channel="web",
        country="United Kingdom",
        discount="1.00",
        tax="2.505",
        shipping=3,
        lines=[
            {
                "sku": "A",
                "name": "Lantern",
                "category": "Light",
                "quantity": "6",
                "price": "2.55",
                "cost": "1.10",
            },
            {"sku": "B", "name": "Heart", "quantity": 2, "price": 3.39, "discount": "0.78", "cost": "1"},
            {"sku": "A", "name": "Lantern", "quantity": "-1", "price": "2.55"},
        ],
    )

    assert (order.source, order.external_id, order.currency) == ("test", "536365", "GBP")
    assert order.customer == Customer.objects.get(distinct_ids__distinct_id="17850")
    assert order.ordered_at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert (order.store.code, order.channel, order.country) == ("LON", "web", "United Kingdom")
    assert (order.counted, order.counted_lines, order.gross_minor) == (True, 2, 1530 + 600)
    assert order.cost_minor == 660 + 200
    assert (order.discount_minor, order.tax_minor, order.shipping_minor) == (100, 251, 300)
    assert order.uuid.version == 7
    lines = OrderLine.objects.filter(order=order).order_by("ordinal")
    assert [(line.ordinal, line.quantity, line.amount_minor, line.counted) for line in lines] == [
        (1, Decimal(6), 1530, True),
        (2, Decimal(2), 600, True),
        (3, Decimal(-1), -255, False),
    ]
    assert Product.objects.get(sku="A").category == "Light"


@pytest.mark.parametrize(
    ("currency", "price", "minor"),
    [
        ("SAR", "0.005", 1),
        ("SAR", "0.0049", 0),
        ("SAR", "1.115", 112),
        ("KWD", "1.0005", 1001),
        ("JPY", "0.5", 1),
        ("JPY", "1.49", 1),
        ("", "2.555", 256),
    ],
)
def test_amounts_are_rounded_half_away_from_zero_to_the_decimals_of_the_currency(currency, price, minor):
    order = make_order(currency=currency, lines=[("A", 1, price)])

    assert order.gross_minor == minor
    # counted as read, though it may round to nothing
    assert (order.counted_lines, order.counted) == (1, True)


def test_a_negative_amount_is_rounded_away_from_zero_too():
    order = make_order(lines=[("A", -1, "0.005")])

    assert OrderLine.objects.get(order=order).amount_minor == -1
    assert (order.gross_minor, order.counted) == (0, False)


def test_an_anonymous_order_is_kept_but_not_counted():
    order = make_order(customer=None)

    assert order.customer is None
    assert (order.counted, order.counted_lines, order.gross_minor) == (False, 1, 1000)
    assert not Customer.objects.exists()


def test_the_cost_of_an_order_is_unknown_when_one_counted_line_has_none():
    lines = [
        {"sku": "A", "quantity": 1, "price": 2, "cost": 1},
        {"sku": "B", "quantity": 1, "price": 2},
    ]
    assert make_order(lines=lines).cost_minor is None


def test_equal_lines_count_as_often_as_they_stand_there():
    order = make_order(lines=[("A", 1, "1.00")] * 3)

    assert (order.counted_lines, order.gross_minor) == (3, 300)


def test_telling_an_order_again_replaces_it_whole():
    order = make_order("1", customer="a", lines=[("A", 1, "1.00"), ("B", 1, "2.00")])
    first_xid = order.changed_in

    again = make_order("1", customer="b", lines=[("C", 5, "1.00")], store="S2")

    assert (again.id, again.uuid) == (order.id, order.uuid)
    assert (again.gross_minor, again.counted_lines, again.store.code) == (500, 1, "S2")
    assert again.changed_in >= first_xid
    assert list(OrderLine.objects.values_list("ordinal", "amount_minor")) == [(1, 500)]
    totals = {
        totals.customer.external_id: (totals.orders, totals.gross_minor)
        for totals in CustomerTotals.objects.select_related("customer")
    }
    assert totals == {"a": (0, 0), "b": (1, 500)}


def test_of_several_events_of_one_batch_about_an_order_the_last_stands():
    make_orders(order_event("1", lines=[("A", 1, "1.00")]), order_event("1", lines=[("A", 1, "2.00")]))

    assert Order.objects.get().gross_minor == 200


def test_the_same_number_of_two_sources_is_two_orders():
    make_order("1", source="api")
    make_order("1", source="file")

    assert Order.objects.count() == 2


def test_totals_add_up_counted_orders_in_the_reporting_currency():
    make_business(currency="SAR")
    make_orders(
        order_event("1", at=NOON),
        order_event("2", at=NOON + timedelta(days=3), lines=[("A", 2, "7.25")]),
        order_event("3", at=NOON + timedelta(days=9), currency="USD"),
        order_event("4", at=NOON - timedelta(days=9), lines=[("A", -1, "7.25")]),
    )

    totals = CustomerTotals.objects.get()
    assert (totals.orders, totals.gross_minor, totals.currency) == (2, 2450, "SAR")
    assert (totals.first_at, totals.last_at) == (NOON, NOON + timedelta(days=3))


def test_a_new_reporting_currency_has_totals_counted_anew():
    make_order("1")
    assert refresh_totals() is False
    make_business(currency="USD")

    assert refresh_totals() is True
    totals = CustomerTotals.objects.get()
    assert (totals.currency, totals.orders, totals.gross_minor) == ("USD", 0, 0)


def _name(name="", category="", *, quantity=1, days=0):
    line = {"sku": "A", "name": name, "category": category, "quantity": quantity, "price": max(quantity, 0)}
    return order_event(f"{name} {category} {days}", lines=[line], at=NOON + timedelta(days))


NAMES = (
    _name("Old lantern", "Light and lamps"),
    _name("Lantern", "Light", days=31),
    _name("Lanter", "Lig", days=31),
    _name("damaged, thrown away", quantity=-1, days=31),
    _name("", days=62),
)


@pytest.mark.parametrize("told", [NAMES, NAMES[::-1]], ids=["in order", "the other way round"])
def test_a_product_is_called_as_counted_lines_called_it_in_the_latest_month(told):
    for event in told:
        tell(event)

    product = Product.objects.get()
    assert (product.name, product.category) == ("Lantern", "Light")


def test_a_name_that_no_counted_line_told_is_better_than_none():
    tell(_name("damaged", quantity=-1))

    assert Product.objects.get().name == "damaged"


def test_a_name_told_again_moves_the_products_mark_only_when_it_changes():
    tell(_name("Lantern"))
    mark = Product.objects.get().changed_in
    tell(_name("Lantern", days=31))

    assert Product.objects.get().changed_in == mark


def test_a_line_without_product_number_has_no_product():
    order = make_order(lines=[{"name": "Gift wrap", "quantity": 1, "price": "5"}])

    assert OrderLine.objects.get(order=order).product_id is None
    assert not Product.objects.exists()


def test_an_order_keeps_the_fingerprint_of_its_context():
    print_of_file = uuid.uuid4()
    event = replace(order_event("1"), context={"fingerprint": str(print_of_file)})
    tell(event)

    assert Order.objects.get().fingerprint == print_of_file


GOOD_LINE = {"sku": "G", "quantity": 1, "price": "5.00"}
# What an order tells that can't be, and what is counted of it all the same.
BAD = {
    "text for a price": ({"lines": [{"sku": "A", "quantity": 1, "price": "ten"}, GOOD_LINE]}, 500),
    "no price": ({"lines": [{"sku": "A", "quantity": 1}, GOOD_LINE]}, 500),
    "not a number": ({"lines": [("A", "NaN", "1.00"), GOOD_LINE]}, 500),
    "endless": ({"lines": [("A", "Infinity", "1.00"), GOOD_LINE]}, 500),
    "beyond 64 bits": ({"lines": [("A", "99999999999", "99999999999"), GOOD_LINE]}, 500),
    "a quantity of 13 digits": ({"lines": [("A", "9999999999999", "0.01"), GOOD_LINE]}, 500),
    "products that are no list": ({"products": {"sku": "A"}}, 0),
    "products that are text": ({"products": "A"}, 0),
    "a product that is none": ({"products": ["A", 5, None, GOOD_LINE]}, 500),
    "a currency of four letters": ({"currency": "EURO"}, 1000),
    "two lines of one ordinal": ({"lines": [{"quantity": 1, "price": 1, "line": 1}] * 2}, 200),
    "text for tax": ({"tax": "much"}, 1000),
    "a time that is none": ({"ordered_at": "yesterday"}, 1000),
}


@pytest.mark.parametrize(("told", "gross_minor"), BAD.values(), ids=BAD)
def test_an_order_is_kept_without_the_value_that_cannot_be_and_holds_up_nobody(told, gross_minor):
    tell(
        order_event("good-1", customer="a"),
        order_event("bad", customer="b", **told),
        order_event("good-2", customer="b"),
    )

    orders = dict(Order.objects.values_list("external_id", "gross_minor"))
    assert orders == {"good-1": 1000, "bad": gross_minor, "good-2": 1000}
    assert not ParkedEvent.objects.exists()


def test_an_order_without_a_number_is_none():
    tell(order_event("1"), order_event("", customer="b"))

    assert list(Order.objects.values_list("external_id", flat=True)) == ["1"]
    assert not ParkedEvent.objects.exists()


@pytest.mark.parametrize(
    "told",
    [{"at": datetime(1, 1, 1, tzinfo=UTC)}, {"at": datetime(9999, 12, 31, tzinfo=UTC)}, {"channel": "a\0b"}],
)
def test_an_order_that_no_door_lets_in_parks_its_event_and_no_other(told):
    tell(
        order_event("good-1", customer="a"),
        order_event("bad", customer="b", **told),
        order_event("good-2", customer="c"),
    )

    assert list(Order.objects.order_by("id").values_list("external_id", flat=True)) == ["good-1", "good-2"]
    parked = ParkedEvent.objects.get()
    assert parked.distinct_id == "b"
    assert len(parked.error) > 20
    assert not DistinctId.objects.filter(distinct_id="b").exists()


def test_a_product_without_a_quantity_is_one_piece():
    assert make_order(lines=[{"sku": "A", "price": "7.50"}]).gross_minor == 750


def test_naming_a_store_moves_its_mark_only_when_the_name_changes():
    make_order(store="R1")
    store = name_store(code="R1", name="الرياض")

    assert (store.name, Store.objects.count()) == ("الرياض", 1)
    assert name_store(code="R2", name="Jeddah").code == "R2"
