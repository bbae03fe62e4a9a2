"""What is told about products themselves, against what order lines say of them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from tests.build import make_business, make_event, make_order, tell

from wafaa.kit.sql import load_sql
from wafaa.know.orders.actions import remove_source
from wafaa.know.orders.models import Order, Product, ProductCost
from wafaa.know.orders.queries import add_costs

pytestmark = pytest.mark.django_db

MARCH = datetime(2024, 3, 10, 12, tzinfo=UTC)


def tell_product(sku: str, *, at: datetime = MARCH, **told: str) -> None:
    tell(make_event("Product Updated", distinct_id=f"product:{sku}", at=at, properties={"sku": sku, **told}))


def line(sku: str = "A", **told: object) -> dict[str, object]:
    return {
        "sku": sku,
        "quantity": 2,
        "price": "10.00",
        "name": "As the till says",
        "category": "Till",
        **told,
    }


def facts_of(name: str, order: Order) -> list[int | None]:
    """The costs that learning gets for the order."""
    values = {"low": order.id, "high": order.id + 1, "time_zone": "Asia/Riyadh"}
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.orders", f"facts_{name}"), values)
        place = [column.name for column in cursor.description].index("cost_minor")
        return [row[place] for row in cursor.fetchall()]


def cost_of(order: Order) -> int | None:
    """The cost that pages, files and programs get."""
    return add_costs(Order.objects.filter(pk=order.pk), ZoneInfo("Asia/Riyadh")).get().known_cost_minor


def changed_parts(name: str, since: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.know.orders", f"facts_{name}_changed"), {"part_rows": 1, "since": since}
        )
        return [row[0] for row in cursor.fetchall()]


def next_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint + 1")
        return cursor.fetchone()[0]


def test_what_a_list_of_products_calls_them_wins_before_and_after():
    make_order("1", lines=[line()])
    tell_product("A", name="Dates", category="Food", barcode="628")
    make_order("2", at=datetime(2026, 5, 1, tzinfo=UTC), lines=[line()])
    tell_product("A", category="Sweets")

    product = Product.objects.get()
    assert (product.name, product.category, product.barcode) == ("Dates", "Sweets", "628")


def test_a_cost_holds_from_its_day_on_for_lines_that_tell_none():
    make_business(time_zone="Asia/Riyadh")
    before = make_order("1", at=datetime(2024, 2, 29, 20, tzinfo=UTC), lines=[line()])
    first = make_order("2", at=datetime(2024, 2, 29, 22, tzinfo=UTC), lines=[line()])  # 1 March in Riyadh
    later = make_order("3", at=datetime(2024, 3, 5, tzinfo=UTC), lines=[line()])
    told = make_order("4", at=datetime(2024, 3, 5, tzinfo=UTC), lines=[line(cost="1")])
    foreign = make_order("5", at=datetime(2024, 3, 5, tzinfo=UTC), currency="USD", lines=[line()])

    tell_product("A", cost="4.125", currency="SAR", valid_from="2024-03-01")
    tell_product("A", cost="5", currency="SAR", valid_from="2024-03-05")

    orders = (before, first, later, told, foreign)
    costs = [cost_of(order) for order in orders]
    assert costs == [None, 825, 1000, 200, None]
    assert [facts_of("orders", order) for order in orders] == [[cost] for cost in costs]
    assert [facts_of("order_lines", order) for order in orders] == [[cost] for cost in costs]


def test_an_order_with_a_product_of_unknown_cost_has_no_cost():
    order = make_order("1", lines=[line("A"), line("B")])
    tell_product("A", cost="4", valid_from="2020-01-01")

    assert cost_of(order) is None
    assert facts_of("order_lines", order) == [800, None]


def test_a_cost_without_a_day_holds_from_the_day_on_which_it_was_told():
    make_business(time_zone="Asia/Riyadh", currency="KWD")
    tell_product("A", cost="1.5", at=datetime(2024, 3, 10, 22, tzinfo=UTC))

    cost = ProductCost.objects.get()
    assert (cost.valid_from, cost.currency, cost.unit_cost_minor) == (date(2024, 3, 11), "KWD", 1500)


def test_a_cost_told_anew_replaces_that_of_its_day():
    tell_product("A", cost="4", price="9", valid_from="2024-03-01")
    tell_product("A", cost="5", valid_from="2024-03-01")

    cost = ProductCost.objects.get()
    assert (cost.unit_cost_minor, cost.list_price_minor) == (500, 900)


def test_facts_of_orders_are_written_anew_when_a_cost_of_theirs_is_told():
    order = make_order("1", lines=[line()])
    make_order("2", lines=[line("B")])
    ProductCost.objects.create(
        product=Product.objects.get(sku="A"), valid_from=date(2020, 1, 1), currency="SAR", unit_cost_minor=400
    )
    # all of this test is one transaction: what was written in it counts as changed, what comes after it does not
    assert order.id in changed_parts("order_lines", next_transaction() - 1)
    assert changed_parts("order_lines", next_transaction()) == []
    assert changed_parts("orders", next_transaction()) == []


def test_a_product_with_a_cost_stays_when_the_source_that_named_it_first_goes():
    make_order("1", source="demo", lines=[line("A"), line("B")])
    tell_product("A", cost="4")

    remove_source(source="demo")

    assert list(Product.objects.values_list("sku", flat=True)) == ["A"]
