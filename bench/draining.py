"""Stored events of a live shop, handed to all consumers by one worker's threads.

python -m bench.draining EVENTS, in a process of its own on an empty database that WAFAA_DATABASE_URL names.
"""

import json
import os
import resource
import sys
import threading
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
django.setup()

# What follows reads Django's settings while it is imported.
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from wafaa.access.business.models import Business  # noqa: E402
from wafaa.run.draining import Drains  # noqa: E402
from wafaa.stream.queries import count_waiting, list_consumers  # noqa: E402

EVENTS_AT_ONCE = 10_000
EVENTS_PER_CUSTOMER = 12
LOOK_S = 0.25
PATIENCE_S = 3600.0
# Of a hundred events: 62 pages and products looked at (two in three by a device that nobody knows), 8 carts and checkouts, 10
# identifies (half of them say whose a device is), 15 orders of two lines, 3 deliveries, 2 refunds.
STORED = """
WITH drawn AS (
    SELECT
        i, i %% 100 AS kind, (i::bigint * 7919 %% %(customers)s) AS who,
        now() - interval '30 days' + (i / %(events)s::float) * interval '30 days' AS at
    FROM generate_series(%(first)s, %(last)s) AS i
), told AS (
    SELECT
        i, at,
        CASE
            WHEN kind < 40 THEN 'page' WHEN kind < 62 THEN 'Product Viewed' WHEN kind < 68 THEN 'Product Added'
            WHEN kind < 70 THEN 'Checkout Started' WHEN kind < 80 THEN 'identify' WHEN kind < 95 THEN 'Order Completed'
            WHEN kind < 98 THEN 'Order Delivered' ELSE 'Order Refunded'
        END AS name,
        CASE WHEN kind < 62 AND i %% 3 > 0 THEN 'anonymous:d' || who ELSE 'c' || who END AS distinct_id,
        CASE
            WHEN kind < 40 THEN json_build_object('path', '/products/p' || i %% 500, 'title', 'Product ' || i %% 500)
            WHEN kind < 68 THEN json_build_object('product_id', 'p' || i %% 500, 'price', 25.5, 'quantity', 1)
            WHEN kind < 70 THEN json_build_object('checkout_id', 'k' || i, 'value', 51)
            WHEN kind < 80 THEN json_build_object('name', 'Customer ' || who, 'email', 'c' || who || '@example.com', 'city', 'Riyadh')
            WHEN kind < 95 THEN json_build_object(
                'order_id', 'o' || i, 'currency', 'SAR', 'total', '76.50', 'products', json_build_array(
                    json_build_object('product_id', 'p' || i %% 500, 'name', 'Product ' || i %% 500, 'quantity', 1, 'price', '25.50'),
                    json_build_object('product_id', 'p' || i * 7 %% 500, 'name', 'Product ' || i * 7 %% 500, 'quantity', 2, 'price', '25.50')
                )
            )
            WHEN kind < 98 THEN json_build_object('order_id', 'o' || i - 10)
            ELSE json_build_object('order_id', 'o' || i - 15, 'refund_id', 'r' || i, 'currency', 'SAR', 'total', '25.50')
        END AS properties,
        CASE WHEN kind BETWEEN 70 AND 74 THEN json_build_object('anonymousId', 'd' || who) ELSE '{}'::json END AS context
    FROM drawn
), known AS (
    INSERT INTO stream_messageid (message_id) SELECT 'm' || i FROM told
)
INSERT INTO stream_event (message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source)
SELECT
    'm' || i, CASE WHEN name IN ('page', 'identify') THEN name ELSE 'track' END, name, distinct_id, at, now(), properties, context,
    'bench'
FROM told
ORDER BY i
"""


def main() -> None:
    events = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    Business.objects.update_or_create(id=1, defaults={"currency": "SAR"})
    store(events)
    drains = Drains()
    worker = threading.Thread(target=drains.run)
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    worker.start()
    finished = watch(started)
    after = resource.getrusage(resource.RUSAGE_SELF)
    drains.ending.set()
    worker.join()
    seconds = max(finished.values())
    print(
        json.dumps(
            {
                "events": events,
                "seconds": seconds,
                "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
                "peak_mb": after.ru_maxrss / 1024,
                "finished": finished,
                "heard": count_heard(),
                "left": count_left(),
            }
        )
    )


def store(events: int) -> None:
    with connection.cursor() as cursor:
        for first in range(1, events + 1, EVENTS_AT_ONCE):
            values = {
                "first": first,
                "last": min(events, first + EVENTS_AT_ONCE - 1),
                "events": events,
                "customers": choose_customers(events),
            }
            cursor.execute(STORED, values)
        cursor.execute("VACUUM ANALYZE")


def choose_customers(events: int) -> int:
    """No multiple of 2 or 5: then every customer has events of every kind."""
    customers = events // EVENTS_PER_CUSTOMER // 10 * 10 + 1
    return max(1, customers)


def watch(started: float) -> dict[str, float]:
    """Seconds after which each consumer had nothing left."""
    finished: dict[str, float] = {}
    consumers = list_consumers()
    while len(finished) < len(consumers):
        assert time.perf_counter() - started < PATIENCE_S, finished
        time.sleep(LOOK_S)
        for consumer in consumers:
            if consumer.name not in finished and not count_waiting([consumer], limit=1):
                finished[consumer.name] = time.perf_counter() - started
    return finished


def count_heard() -> dict[str, int]:
    """How many events each consumer hears."""
    heard = {}
    with connection.cursor() as cursor:
        for consumer in list_consumers():
            cursor.execute(
                "SELECT count(*) FROM stream_event WHERE %(names)s = '{}' OR name = ANY (%(names)s)",
                {"names": list(consumer.hears)},
            )
            heard[consumer.name] = cursor.fetchone()[0]
    return heard


def count_left() -> dict[str, int]:
    left = {}
    with connection.cursor() as cursor:
        for table in (
            "know_customers_customer",
            "know_orders_order",
            "know_orders_refund",
            "stream_parkedevent",
        ):
            cursor.execute(f"SELECT count(*) FROM {table}")
            left[table] = cursor.fetchone()[0]
    return left


if __name__ == "__main__":
    main()
