"""Prints, as JSON, what the database of WAFAA_DATABASE_URL holds and what the measures say about it.

It runs under the code of any version since the first (`python figures.py`): what it prints before an upgrade must be what
it prints after it. What waits in the stream is applied first where the command line says `drain`.
"""

import json
import sys
from datetime import date

ROWS = {
    "orders": "SELECT count(*), sum(gross_minor), sum(counted_lines) FROM know_orders_order",
    "lines": "SELECT count(*), sum(amount_minor), count(DISTINCT product_id) FROM know_orders_orderline",
    "refunds": "SELECT count(*), sum(amount_minor), count(order_id) FROM know_orders_refund",
    "customers": "SELECT count(*), count(nullif(name, '')), count(nullif(email, '')) FROM know_customers_customer",
    "ids": "SELECT count(*) FROM know_customers_distinctid",
    "totals": "SELECT count(*), sum(orders), sum(gross_minor), sum(refunded_minor) FROM know_orders_customertotals",
    "products": "SELECT count(*) FROM know_orders_product",
    "stores": "SELECT string_agg(code, ' ' ORDER BY code) FROM know_orders_store",
    "events": "SELECT count(*), count(DISTINCT message_id) FROM stream_event",
    "parked": "SELECT count(*), min(distinct_id) FROM stream_parkedevent",
    "staff": "SELECT string_agg(email || ' ' || role, ', ' ORDER BY email) FROM access_staff_staff",
}
MEASURES = ("summary", "cohorts", "pareto", "rfm", "gaps", "standing")


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    from wafaa.access.business.queries import get_business
    from wafaa.config.flow import CONSUMERS
    from wafaa.kit import remote
    from wafaa.know.orders.actions import refresh_totals
    from wafaa.learn.measures.rules import Question
    from wafaa.run.functions import register_functions, sync_facts
    from wafaa.stream.drain import drain_until_quiet

    register_functions()
    if "drain" in sys.argv:
        drain_until_quiet(CONSUMERS)
    refresh_totals()
    sync_facts()
    told = {}
    with connection.cursor() as cursor:
        for name, query in ROWS.items():
            cursor.execute(query)
            told[name] = [value if isinstance(value, str) else int(value or 0) for value in cursor.fetchone()]
    question = Question(as_of=date(2025, 7, 1), lapse_window_days=90, currency=get_business().currency)
    for name in MEASURES:
        answer = remote.call(f"measures.{name}", {"question": question})
        told[name] = {
            key: value for key, value in answer.items() if key not in {"receipt", "facts_version", "facts_at"}
        }
    print(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
