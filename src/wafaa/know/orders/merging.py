"""How orders and refunds follow a customer who is merged into another, and come back when that is undone."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db import connection

from wafaa.access.business.queries import get_business
from wafaa.kit.fields import CurrentTransactionId
from wafaa.kit.sql import load_sql
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.customers.rules import Mover, read_properties
from wafaa.know.orders.models import CustomerTotals, Order, Refund
from wafaa.stream.queries import list_events
from wafaa.stream.rules import StoredEvent

# So many events of the stream at once.
PAGE = 1_000
# Which property of which event names an order or a refund.
_NUMBERS = {
    "Order Completed": "order_id",
    "Order Updated": "order_id",
    "Order Cancelled": "order_id",
    "Order Refunded": "refund_id",
}

Number = tuple[str, str]  # source and number


def count_orders(customer_id: int) -> dict[str, int]:
    """What would move, by name."""
    return {
        "orders": Order.objects.filter(customer=customer_id).count(),
        "refunds": Refund.objects.filter(customer=customer_id).count(),
    }


def move_orders(gone: int, kept: int) -> dict[str, list[int]]:
    """Orders, refunds and totals go to the kept customer; returns which, and who had totals."""
    moved = {
        "orders": list(Order.objects.filter(customer=gone).order_by("id").values_list("id", flat=True)),
        "refunds": list(Refund.objects.filter(customer=gone).order_by("id").values_list("id", flat=True)),
        "totals": list(
            CustomerTotals.objects.filter(customer__in=[kept, gone]).values_list("customer_id", flat=True)
        ),
    }
    _move(Order, moved["orders"], gone, kept)
    _move(Refund, moved["refunds"], gone, kept)
    CustomerTotals.objects.filter(customer=gone).delete()
    if moved["totals"]:
        _count_anew([kept])
    return moved


def give_orders_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What moved goes back, and what was told since by the ids that went back; who told last decides.

    An order that a third customer's event claimed meanwhile stays there. A refund that names nobody follows its order.
    """
    told = _find_tellers(kept, gone)
    orders = set(_choose(Order, kept, gone, moved["orders"], told["order_id"]))
    refunds = set(_choose(Refund, kept, gone, moved["refunds"], told["refund_id"]))
    named = Refund.objects.filter(customer=kept, order__in=orders).values_list("id", "source", "external_id")
    refunds |= {one for one, *number in named if tuple(number) not in told["refund_id"]}
    _move(Order, orders, kept, gone)
    _move(Refund, refunds, kept, gone)
    _count_anew([kept, gone])
    # who had no totals before and has nothing now gets none
    for customer in {kept, gone} - set(moved["totals"]):
        if not any(count_orders(customer).values()):
            CustomerTotals.objects.filter(customer=customer).delete()


def _move(model: Any, ids: Collection[int], origin: int, target: int) -> None:
    """Counts as written by this transaction, so that the facts are brought into step."""
    model.objects.filter(id__in=ids, customer=origin).update(
        customer=target, changed_in=CurrentTransactionId()
    )


def _choose(
    model: Any, kept: int, gone: int, moved: Collection[int], tellers: dict[Number, int]
) -> Iterator[int]:
    """Of the kept customer's rows those that belong to the other one."""
    ours = set(moved)
    rows = model.objects.filter(customer=kept).values_list("id", "source", "external_id")
    for row, source, number in rows:
        teller = tellers.get((source, number))
        if teller == gone or (teller is None and row in ours):
            yield row


def _find_tellers(kept: int, gone: int) -> dict[str, dict[Number, int]]:
    """By what is named: the customer whose id told of an order or refund last."""
    owners = {
        distinct_id: customer
        for customer, ids in list_distinct_ids([kept, gone]).items()
        for distinct_id in ids
    }
    last: dict[str, dict[Number, tuple[int, int]]] = {named: {} for named in _NUMBERS.values()}
    for event in _read_all(list(owners)):
        if event.name not in _NUMBERS:
            continue
        named = _NUMBERS[event.name]
        key = (event.source, str(read_properties(event.properties).get(named) or ""))
        place = (event.position, owners[event.distinct_id])
        last[named][key] = max(place, last[named].get(key, place))
    return {named: {key: owner for key, (_at, owner) in found.items()} for named, found in last.items()}


def _read_all(distinct_ids: list[str]) -> Iterator[StoredEvent]:
    before = None
    while page := list_events(distinct_ids, before=before, limit=PAGE):
        yield from page
        before = (page[-1].occurred_at, page[-1].position)


def _count_anew(customer_ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.know.orders", "save_totals"),
            {"customer_ids": customer_ids, "currency": get_business().currency},
        )


ORDERS_FOLLOW = Mover(name="orders", count=count_orders, move=move_orders, give_back=give_orders_back)
