"""What is told about products themselves: names, categories, barcodes, and what they cost from a day on."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from wafaa.access.business.queries import get_business
from wafaa.kit.sql import load_sql
from wafaa.know.orders.actions import list_decimals
from wafaa.stream.rules import EventHead, get_places


@transaction.atomic
def apply_products(heads: Sequence[EventHead], *, cleaned: Sequence[str] | None = None) -> int:
    """Writes what "Product Updated" events tell. A name or category told so wins over what order lines say.

    A cost holds from its day (of the business's zone; that of the event where it names none) until the next one's.
    Returns how many products were told; a value that can't be raises a database error that names it.
    """
    business = get_business()
    values: dict[str, Any] = {
        **get_places(heads),
        "cleaned": cleaned,
        "currency": business.currency,
        "time_zone": business.time_zone,
        "decimals": list_decimals(),
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.orders", "unpack_products"), values)
        cursor.execute(load_sql("wafaa.know.orders", "save_products"))
        cursor.execute(load_sql("wafaa.know.orders", "count_told_products"))
        return int(cursor.fetchone()[0])
