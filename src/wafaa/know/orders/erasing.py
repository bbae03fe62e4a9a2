"""Taking the orders of one person out, and everything that belongs to them; and handing them out."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from wafaa.know.orders.models import (
    CustomerTotals,
    Order,
    OrderLine,
    Product,
    ProductCost,
    Refund,
    RefundLine,
)
from wafaa.stream.erasing import note_gone

# With their lines in well under a second.
ORDERS_AT_ONCE = 2_000
DISTINCT_IDS_OF_NOBODY = "order:{source}:{number}"


def list_order_ids(customer_ids: Sequence[int]) -> list[str]:
    """The distinct ids by which events speak of these customers' orders as of nobody's."""
    numbers = [
        *Order.objects.filter(customer__in=customer_ids).values_list("source", "external_id"),
        *_list_refunds(customer_ids).values_list("source", "external_id"),
    ]
    return [DISTINCT_IDS_OF_NOBODY.format(source=source, number=number) for source, number in numbers]


def _list_refunds(customer_ids: Sequence[int]) -> Any:
    return Refund.objects.filter(
        Q(customer__in=customer_ids) | Q(customer=None, order__customer__in=customer_ids)
    )


@transaction.atomic
def erase_orders(*, customer_ids: Sequence[int], limit: int = ORDERS_AT_ONCE) -> dict[str, int]:
    """Deletes refunds, then orders with their lines, up to `limit` of each; the facts hear of it. Returns what -> how many.

    A product that nobody else bought, and of which no cost or barcode was told, goes with them: its name may be made for one.
    """
    refunds = list(_list_refunds(customer_ids).order_by("id").values_list("id", flat=True)[:limit])
    orders = list(
        Order.objects.filter(customer__in=customer_ids).order_by("id").values_list("id", flat=True)[:limit]
    )
    bought = RefundLine.objects.filter(refund__in=refunds).values_list("product_id", flat=True)
    products = {*bought, *OrderLine.objects.filter(order__in=orders).values_list("product_id", flat=True)}
    RefundLine.objects.filter(refund__in=refunds).delete()
    Refund.objects.filter(id__in=refunds).delete()
    OrderLine.objects.filter(order__in=orders).delete()
    Order.objects.filter(id__in=orders).delete()
    CustomerTotals.objects.filter(customer__in=customer_ids).delete()
    for table, keys in (
        ("orders", orders),
        ("order_lines", orders),
        ("refunds", refunds),
        ("refund_lines", refunds),
    ):
        note_gone(table=table, keys=keys)
    return {
        "orders": len(orders),
        "refunds": len(refunds),
        "products": _erase_products({one for one in products if one is not None}),
    }


def _erase_products(asked: set[int]) -> int:
    found = Product.objects.filter(id__in=asked, barcode="")
    used = {
        *OrderLine.objects.filter(product__in=asked).values_list("product_id", flat=True).distinct(),
        *RefundLine.objects.filter(product__in=asked).values_list("product_id", flat=True).distinct(),
        *ProductCost.objects.filter(product__in=asked).values_list("product_id", flat=True).distinct(),
    }
    gone = sorted(found.exclude(id__in=used).values_list("id", flat=True))
    Product.objects.filter(id__in=gone).delete()
    note_gone(table="products", keys=gone)
    return len(gone)


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Orders with their lines, refunds with theirs, and what they add up to, as plain values."""
    orders = Order.objects.filter(customer=customer_id)
    refunds = _list_refunds([customer_id])
    money = ("currency", "gross_minor", "discount_minor", "tax_minor", "shipping_minor")
    line = ("ordinal", "product__sku", "product__name", "quantity", "unit_price", "amount_minor")
    return {
        "orders": list(
            orders.order_by("ordered_at", "id").values(
                "uuid", "source", "external_id", "ordered_at", "store__code", "channel", "country", *money
            )
        ),
        "order_lines": list(
            OrderLine.objects.filter(order__in=orders)
            .order_by("order_id", "ordinal")
            .values("order__external_id", *line)
        ),
        "refunds": list(
            refunds.order_by("refunded_at", "id").values(
                "uuid",
                "source",
                "external_id",
                "order_external_id",
                "refunded_at",
                "currency",
                "amount_minor",
            )
        ),
        "refund_lines": list(
            RefundLine.objects.filter(refund__in=refunds)
            .order_by("refund_id", "ordinal")
            .values("refund__external_id", *line)
        ),
    }
