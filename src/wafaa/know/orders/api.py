"""Orders and refunds for programs."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from wafaa.access.business.queries import get_business
from wafaa.access.keys.api import ReadKey
from wafaa.kit.api import (
    PAGE_ITEMS,
    Closed,
    Cursor,
    Limit,
    Money,
    Page,
    ShortText,
    cut_page,
    say_decimal,
    say_money,
)
from wafaa.kit.pagination import Stretch
from wafaa.know.customers.queries import get_customer
from wafaa.know.orders.models import OrderLine, Product, Refund, RefundLine
from wafaa.know.orders.queries import (
    OrderFilter,
    add_costs,
    get_order,
    get_totals,
    list_lines,
    list_orders,
    list_refund_lines,
    list_refunds,
)

router = Router(auth=ReadKey(), tags=["orders"])


class OrderItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    number: str = Field(description=gettext_noop("The order's number in the system that told it."))
    source: str = Field(description=gettext_noop("Which system told it: file, demo, api …"))
    customer_id: uuid.UUID | None = Field(description=gettext_noop("Null where nobody knows who bought."))
    ordered_at: datetime = Field(description=gettext_noop("When it was placed."))
    store: str | None = Field(description=gettext_noop("The store's code."))
    channel: str = Field(description=gettext_noop("How it was ordered: web, store, app …"))
    country: str = Field(description=gettext_noop("Where to, as the source told it."))
    counted: bool = Field(
        description=gettext_noop("Whether figures count it: its customer is known and a line is counted.")
    )
    cancelled_at: datetime | None = Field(
        description=gettext_noop("When it was cancelled; figures leave it out then.")
    )
    counted_lines: int = Field(description=gettext_noop("Lines with a quantity and a price above 0."))
    gross: Money = Field(
        description=gettext_noop("What the counted lines were charged after discounts, without shipping.")
    )
    discount: Money = Field(description=gettext_noop("Taken off."))
    tax: Money = Field(description=gettext_noop("Tax, as told."))
    shipping: Money = Field(description=gettext_noop("Shipping, as told."))
    cost: Money | None = Field(
        description=gettext_noop("What the counted lines cost the shop, where every line's cost is known.")
    )


class LineItem(Schema):
    ordinal: int = Field(description=gettext_noop("Its place in the order, from 1."))
    sku: str | None = Field(description=gettext_noop("The product's number."))
    name: str = Field(description=gettext_noop("The product's name."))
    category: str = Field(description=gettext_noop("The product's category."))
    quantity: str = Field(description=gettext_noop("A decimal number as text, so that it stays exact."))
    unit_price: str = Field(
        description=gettext_noop("In whole units of the currency, a decimal number as text.")
    )
    amount: Money = Field(description=gettext_noop("Quantity times unit price less discount."))


class OrderLineItem(LineItem):
    counted: bool = Field(description=gettext_noop("Whether figures count this line."))


class RefundItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    number: str = Field(description=gettext_noop("The refund's number in the system that told it."))
    refunded_at: datetime = Field(description=gettext_noop("When the money was given back."))
    amount: Money = Field(description=gettext_noop("What the customer got back; never below 0."))
    lines: list[LineItem] = Field(description=gettext_noop("What was given back."))


class OrderDetail(OrderItem):
    lines: list[OrderLineItem] = Field(description=gettext_noop("The order's lines in their order."))
    refunds: list[RefundItem] = Field(description=gettext_noop("What was given back of it, oldest first."))


class CustomerOrderTotals(Schema):
    orders: int = Field(description=gettext_noop("Counted orders in the reporting currency."))
    gross: Money = Field(description=gettext_noop("What they add up to."))
    refunded: Money = Field(description=gettext_noop("What the customer got back."))
    first_at: datetime | None = Field(description=gettext_noop("The first counted order."))
    last_at: datetime | None = Field(description=gettext_noop("The last counted order."))


class OrderQuestion(Closed):
    q: ShortText = Field("", description=gettext_noop("Order numbers that begin so."))
    customer: uuid.UUID | None = Field(None, description=gettext_noop("Orders of this customer."))
    store: ShortText = Field("", description=gettext_noop("Orders of the store with this code."))
    channel: ShortText = Field("", description=gettext_noop("Orders by this channel."))
    counted: bool | None = Field(None, description=gettext_noop("Only those that figures count, or do not."))
    refunded: bool | None = Field(None, description=gettext_noop("Only those with a refund, or without."))
    since: AwareDatetime | None = Field(None, description=gettext_noop("Ordered at this moment or later."))
    until: AwareDatetime | None = Field(None, description=gettext_noop("Ordered before this moment."))


class ListQuestion(OrderQuestion):
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


@router.get(
    "/orders",
    response=Page[OrderItem],
    summary=gettext_noop("List orders"),
    description=gettext_noop("All orders of all stores, newest first."),
    operation_id="list_orders",
)
def orders(request: HttpRequest, asked: Annotated[ListQuestion, Query()]) -> Any:
    narrowed = OrderFilter(
        search=asked.q,
        channel=asked.channel,
        is_counted=asked.counted,
        is_refunded=asked.refunded,
        start=asked.since,
        end=asked.until,
    )
    found = list_orders(narrowed)
    if asked.customer is not None:
        found = found.filter(customer=get_customer(asked.customer))
    if asked.store:
        found = found.filter(store__code=asked.store)
    stretch = Stretch(rows=add_costs(found, get_business().zone), key="ordered_at", is_descending=True)
    question = {"list": "orders", **asked.model_dump(exclude={"cursor", "limit"})}
    return cut_page([stretch], cursor=asked.cursor, limit=asked.limit, question=question, say=_say_order)


@router.get(
    "/orders/{uuid:order_id}",
    response=OrderDetail,
    summary=gettext_noop("Get an order"),
    description=gettext_noop("One order with its lines and refunds."),
    operation_id="get_order",
)
def order(request: HttpRequest, order_id: uuid.UUID) -> Any:
    shown = get_order(order_id, get_business().zone)
    refunds = list(list_refunds(shown))
    lines = list_refund_lines(refunds)
    return {
        **_say_order(shown),
        "lines": [
            {**_say_line(line, product, shown.currency), "counted": line.counted}
            for line, product in list_lines(shown)
        ],
        "refunds": [_say_refund(refund, lines) for refund in refunds],
    }


@router.get(
    "/customers/{uuid:customer_id}/totals",
    response=CustomerOrderTotals,
    tags=["customers"],
    summary=gettext_noop("What a customer's orders add up to"),
    description=gettext_noop("Counted orders in the reporting currency, up to this moment."),
    operation_id="get_customer_totals",
)
def customer_totals(request: HttpRequest, customer_id: uuid.UUID) -> Any:
    totals = get_totals(get_customer(customer_id))
    return {
        "orders": totals.orders,
        "gross": say_money(totals.gross_minor, totals.currency),
        "refunded": say_money(totals.refunded_minor, totals.currency),
        "first_at": totals.first_at,
        "last_at": totals.last_at,
    }


def _say_order(order: Any) -> dict[str, Any]:
    currency = order.currency
    return {
        "id": order.uuid,
        "number": order.external_id,
        "source": order.source,
        "customer_id": order.customer.uuid if order.customer else None,
        "ordered_at": order.ordered_at,
        "store": order.store.code if order.store else None,
        "channel": order.channel,
        "country": order.country,
        "counted": order.counted,
        "cancelled_at": order.cancelled_at,
        "counted_lines": order.counted_lines,
        "gross": say_money(order.gross_minor, currency),
        "discount": say_money(order.discount_minor, currency),
        "tax": say_money(order.tax_minor, currency),
        "shipping": say_money(order.shipping_minor, currency),
        "cost": None if order.known_cost_minor is None else say_money(order.known_cost_minor, currency),
    }


def _say_line(line: OrderLine | RefundLine, product: Product | None, currency: str) -> dict[str, Any]:
    return {
        "ordinal": line.ordinal,
        "sku": product.sku if product else None,
        "name": product.name if product else "",
        "category": product.category if product else "",
        "quantity": say_decimal(line.quantity),
        "unit_price": say_decimal(line.unit_price),
        "amount": say_money(line.amount_minor, currency),
    }


def _say_refund(refund: Refund, lines: list[tuple[RefundLine, Product | None]]) -> dict[str, Any]:
    return {
        "id": refund.uuid,
        "number": refund.external_id,
        "refunded_at": refund.refunded_at,
        "amount": say_money(refund.amount_minor, refund.currency),
        "lines": [
            _say_line(line, product, refund.currency)
            for line, product in lines
            if line.refund_id == refund.id
        ],
    }
