"""Applying what order events tell: orders, refunds and what customers' orders add up to."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from babel.core import get_global
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.kit.money import decimals_of
from wafaa.kit.sql import load_sql
from wafaa.know.customers.actions import ensure_customers
from wafaa.know.orders.models import CustomerTotals, Order, Refund, Store
from wafaa.know.orders.queries import totals_are_stale
from wafaa.stream.actions import keep_silent
from wafaa.stream.rules import EventHead, get_places

# So many new orders at once may change how the table is best read.
REMEASURED_FROM = 1_000
# Key of the advisory lock between orders and refunds that are applied at the same time.
LINK_LOCK = 0x57414641_02


@transaction.atomic
def apply_orders(heads: Sequence[EventHead], *, cleaned: Sequence[str] | None = None) -> int:
    """Writes the orders that "Order Completed", "Order Updated" and "Order Cancelled" events tell.

    An event that names the products replaces the order whole, unless it carries a version (`context.version`, ISO 8601) that is
    older than the one that stands. A cancelled order stays, but is not counted; in which order the events come makes no
    difference: a cancellation without a version stands for good, one with a version until a newer one says otherwise.

    The events' contents are unpacked where they are, in the database. Returns how many orders were written. A
    value that can't be (text for a number, a sum beyond 64 bits, a year beyond reason) raises a database
    error that names it; `cleaned` holds each event's properties without such values (rules.clean_order).
    """
    with connection.cursor() as cursor:
        _lock_links(cursor, alone=False)
        _run(cursor, "unpack_orders", {**get_places(heads), "cleaned": cleaned})
        _save_names_and_customers(cursor)
        _run(cursor, "save_orders")
        if any(head.name != "Order Completed" for head in heads):
            _run(cursor, "cancel_orders")
        if len(heads) >= REMEASURED_FROM:
            _run(cursor, "remeasure")
        return _count_anew(cursor, "saved_orders")


@transaction.atomic
def apply_refunds(heads: Sequence[EventHead], *, cleaned: Sequence[str] | None = None) -> int:
    """Writes the refunds that "Order Refunded" events tell and links them to their orders, now or when those
    come.

    Returns how many refunds were written; raises as apply_orders does.
    """
    with connection.cursor() as cursor:
        _lock_links(cursor, alone=True)
        _run(cursor, "unpack_refunds", {**get_places(heads), "cleaned": cleaned})
        _save_names_and_customers(cursor)
        _run(cursor, "save_refunds")
        return _count_anew(cursor, "saved_refunds")


def suppose_refund(*, order: Order, amount_minor: int) -> None:
    """As if it had been told, for a transaction that looks at what it would lead to and is undone."""
    Refund.objects.create(
        source=order.source,
        external_id=f"supposed:{new_id()}",
        order=order,
        order_external_id=order.external_id,
        customer_id=order.customer_id,
        refunded_at=clock.now(),
        currency=order.currency,
        amount_minor=amount_minor,
    )


def lock_links() -> None:
    """For a transaction that will apply refunds after orders: taken later, two such could wait for each other."""
    with connection.cursor() as cursor:
        _lock_links(cursor, alone=True)


def _lock_links(cursor: CursorWrapper, *, alone: bool) -> None:
    cursor.execute(load_sql("wafaa.know.orders", "lock_links"), {"alone": alone, "key": LINK_LOCK})


def _run(cursor: CursorWrapper, name: str, values: Mapping[str, Any] | None = None) -> None:
    common: dict[str, Any] = {"decimals": list_decimals(), "now": clock.now()}
    cursor.execute(load_sql("wafaa.know.orders", name), {**common, **(values or {})})


@cache
def list_decimals() -> str:
    """The currencies that don't have two decimals, as JSON; ISO 4217 through Babel, as in kit.money."""
    exceptions = {currency for currency in get_global("currency_fractions") if currency != "DEFAULT"}
    return msgspec.json.encode({currency: decimals_of(currency) for currency in sorted(exceptions)}).decode()


def _save_names_and_customers(cursor: CursorWrapper) -> None:
    _run(cursor, "save_names")
    cursor.execute(load_sql("wafaa.know.orders", "list_told_ids"))
    sources: dict[str, str] = dict(cursor.fetchall())
    ensure_customers(list(sources), sources=sources)


def _count_anew(cursor: CursorWrapper, saved: str) -> int:
    """Totals of the customers that `saved` concerns; returns how many rows it wrote."""
    cursor.execute(load_sql("wafaa.know.orders", f"list_{saved}"))
    count, customer_ids = cursor.fetchone()
    _save_totals(cursor, customer_ids)
    return int(count)


def _save_totals(cursor: CursorWrapper, customer_ids: list[int]) -> None:
    values: dict[str, Any] = {"customer_ids": customer_ids, "currency": get_business().currency}
    cursor.execute(load_sql("wafaa.know.orders", "save_totals"), values)


@transaction.atomic
def set_stores(*, staff: Staff, store_ids: Sequence[int], by: Staff | None) -> None:
    """Where a member of staff works: exactly these stores. Noted in the audit trail when it differs."""
    before = list(staff.stores.order_by("code"))
    after = list(Store.objects.filter(id__in=store_ids).order_by("code"))
    if before == after:
        return
    staff.stores.set(after)
    record_change(
        staff=by,
        deed="set_stores",
        subject=staff.email,
        before={"stores": [str(store) for store in before]},
        after={"stores": [str(store) for store in after]},
    )


@transaction.atomic
def refresh_totals() -> bool:
    """Counts all totals anew when the reporting currency was changed since; returns whether it had to."""
    if not totals_are_stale():
        return False
    keep_silent()
    with connection.cursor() as cursor:
        _save_totals(cursor, list(CustomerTotals.objects.values_list("customer_id", flat=True)))
    return True


@transaction.atomic
def name_store(*, code: str, name: str, source: str = "") -> Store:
    """The store of this code, made where it is new, called by this name."""
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.know.orders", "name_store"), {"code": code, "name": name, "source": source}
        )
    return Store.objects.get(code=code)


@transaction.atomic
def remove_source(*, source: str) -> dict[str, int]:
    """Deletes the orders, refunds, products and stores that `source` told of, and their customers' totals.

    A product or store that another source's orders name stays. Facts know nothing of deletions: start a new
    epoch in the same transaction. Returns how many orders and refunds went.
    """
    values = {"source": source}
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.orders", "count_source"), values)
        orders, refunds = cursor.fetchone()
        cursor.execute(load_sql("wafaa.know.orders", "remove_source"), values)
    return {"orders": orders, "refunds": refunds}
