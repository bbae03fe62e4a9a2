"""A house full of data: rows as the rooms would have written them, made by SQL in sets, with a fixed seed.

python -m bench.house CUSTOMERS ORDERS, on the migrated or empty database that WAFAA_DATABASE_URL names. Orders lie in
the two years up to now, most are of a loyal few; one or two lines each; every order stands in the stream as well. Refunds (one order in
forty) and customers' details have no events.
"""

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
django.setup()

# What follows reads Django's settings while it is imported.
from django.core.management import call_command  # noqa: E402
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from bench.serving import OWNER_EMAIL, PASSWORD  # noqa: E402
from wafaa.access.staff.actions import create_staff  # noqa: E402
from wafaa.access.staff.rules import Role  # noqa: E402
from wafaa.config.flow import CONSUMERS  # noqa: E402
from wafaa.know.customers.models import Customer  # noqa: E402
from wafaa.know.customers.rules import make_name_key, make_search_text  # noqa: E402
from wafaa.know.orders.models import Order, Product, Store  # noqa: E402
from wafaa.stream.rules import list_lanes  # noqa: E402

MONTHS = 24
# First name, father's name or initial, family name.
ARABIC = """\
محمد أحمد عبدالله سعد فهد خالد نورة سارة فاطمة مريم هدى ريم ليلى يوسف حسن عمر علي منى طارق إبراهيم
محمد أحمد عبدالله سعد فهد خالد يوسف حسن عمر علي طارق إبراهيم ناصر بدر ماجد صالح سلطان راشد زيد تركي
القحطاني العتيبي الفهد الشمري الحربي الدوسري الزهراني الغامدي المطيري السبيعي العنزي الشهري البقمي الرشيد النجار الخطيب حداد صباغ
"""
LATIN = """\
John Mary José Anna Peter Zoë Omar Ali Layla James Emma David Sofia Yusuf Hassan Huda Mona Tariq Noor Sara
A. B. C. D. E. F. G. H. J. K. L. M. N. O. P. R. S. T. W. Y.
Smith Ames Costa Hill García Brown Khan Saleh Taylor López Müller Rossi Dubois Novak Ivanov Haddad Rahman Silva
"""
FILLED = (
    "know_customers_customer", "know_customers_distinctid", "know_orders_order", "know_orders_orderline",
    "know_orders_customertotals", "know_orders_refund", "stream_event", "stream_messageid",
)  # fmt: skip

_PEOPLE = "CREATE TEMP TABLE people (place serial, name text, words text, name_key text)"
# One customer in ten is known by the number only.
_CUSTOMERS = """
INSERT INTO know_customers_customer (
    id, uuid, external_id, name, email, phone, language, country, city, birth_date, attributes, search_text, name_key, source,
    created_at
) OVERRIDING SYSTEM VALUE
SELECT
    i, uuidv7(), number, coalesce(name, ''), coalesce(email, ''), coalesce(phone, ''), (ARRAY['ar', 'ar', 'en'])[1 + i %% 3],
    (ARRAY['SA', 'SA', 'SA', 'AE', 'KW', 'EG'])[1 + i %% 6], (ARRAY['Riyadh', 'Jeddah', 'Dubai', ''])[1 + i %% 4],
    CASE WHEN i %% 20 = 2 THEN DATE '1950-01-01' + i %% 20000 END,
    CASE WHEN i %% 10 = 3 THEN jsonb_build_object('size', 36 + i %% 9) ELSE '{}' END,
    concat_ws(
        ' ', words, email, translate(email, '@.', '  '), phone, substr(phone, 2), substr(phone, 5), '0' || substr(phone, 5), number
    ),
    coalesce(name_key, ''), 'bench', now() - make_interval(days => 730) * (1 - i / %(customers)s::float)
FROM (
    SELECT
        i, (100000 + i)::text AS number, name, words, name_key,
        CASE WHEN place > 0 THEN 'u' || i || '@mail' || i %% 50 || '.example' END AS email,
        CASE
            WHEN place > 0
            THEN '+9665' || (ARRAY[0, 3, 4, 5, 6, 9])[1 + i %% 6] || lpad((i::bigint * 7919 %% 10000000)::text, 7, '0')
        END AS phone
    FROM (
        SELECT i, CASE WHEN i %% 10 > 0 THEN 1 + floor(power(random(), 1.6) * %(people)s)::integer END AS place
        FROM generate_series(1, %(customers)s) AS i
    ) AS drawn
    LEFT JOIN people USING (place)
) AS made
ORDER BY i -- namesakes do not come one after the other
"""
_PLACES = """
INSERT INTO know_customers_distinctid (distinct_id, customer_id) SELECT external_id, id FROM know_customers_customer;
INSERT INTO know_orders_store (id, code, name, source) OVERRIDING SYSTEM VALUE
SELECT i, 'S' || i, 'Store ' || i, 'bench' FROM generate_series(1, 12) AS i;
INSERT INTO know_orders_product (id, sku, name, category, source) OVERRIDING SYSTEM VALUE
SELECT i, 'P' || i, 'Product ' || i, 'Category ' || i % 25, 'bench' FROM generate_series(1, 5000) AS i
"""
# Everyone buys once, the rest goes mostly to a few; one order in fifty is nobody's. Price follows from the product.
_DRAWN = """
CREATE UNLOGGED TABLE bench_drawn AS
SELECT
    i, %(start)s::timestamptz + (i - random()) * %(step_s)s * interval '1 second' AS at, 1 + i %% 12 AS store,
    CASE
        WHEN i %% 50 = 0 THEN NULL
        WHEN i <= %(customers)s THEN 1 + (i::bigint * 7919 %% %(customers)s)::integer
        ELSE 1 + floor(%(customers)s * power(random(), 2))::integer
    END AS customer,
    (ARRAY['web', 'till', 'app'])[1 + floor(random() * 3)::integer] AS channel,
    1 + floor(power(random(), 2) * 5000)::integer AS first_product, 1 + floor(random() * 3)::integer AS pieces,
    CASE WHEN random() < 0.5 THEN 1 + floor(power(random(), 2) * 5000)::integer END AS second_product
FROM generate_series(1, %(orders)s) AS i
"""
_PRICE = "(500 + {product}::bigint * 7919 % 20000)"
_LINES = f"""
INSERT INTO know_orders_orderline (order_id, ordinal, product_id, quantity, unit_price, amount_minor, counted)
SELECT i, ordinal, product, quantity, {_PRICE.format(product="product")} / 100.0, quantity * {_PRICE.format(product="product")}, true
FROM bench_drawn
CROSS JOIN LATERAL (VALUES (1, first_product, pieces), (2, second_product, 1)) AS line (ordinal, product, quantity)
WHERE product IS NOT NULL
"""
_GROSS = f"""pieces * {_PRICE.format(product="first_product")} + coalesce({_PRICE.format(product="second_product")}, 0)"""
_ORDERS = f"""
INSERT INTO know_orders_order (
    id, uuid, source, external_id, customer_id, ordered_at, store_id, channel, country, currency, counted, counted_lines,
    gross_minor, discount_minor, tax_minor, shipping_minor
) OVERRIDING SYSTEM VALUE
SELECT
    i, uuidv7(at - now()), 'bench', 'B' || i, customer, at, store, channel, 'SA', 'SAR', customer IS NOT NULL,
    num_nonnulls(first_product, second_product), {_GROSS}, 0, 0, 0
FROM bench_drawn
"""
_EVENTS = f"""
INSERT INTO stream_event
    (position, message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source)
SELECT
    nextval('stream_event_position'), 'bench:' || i, 'track', 'Order Completed',
    coalesce((100000 + customer)::text, 'order:bench:B' || i), at, at,
    json_build_object(
        'order_id', 'B' || i, 'anonymous', customer IS NULL, 'currency', 'SAR', 'affiliation', 'S' || store, 'channel', channel,
        'country', 'SA', 'products', json_build_array(
            json_build_object('sku', 'P' || first_product, 'quantity', pieces,
                'price', {_PRICE.format(product="first_product")} / 100.0)
        )
    ), '{{}}', 'bench'
FROM bench_drawn
"""
_REFUNDS = """
INSERT INTO know_orders_refund (
    uuid, source, external_id, order_external_id, order_id, customer_id, refunded_at, store_id, channel, country, currency,
    amount_minor
)
SELECT
    uuidv7(), source, 'R' || id, external_id, id, customer_id, least(ordered_at + interval '5 days', now()), store_id, channel,
    country, currency, gross_minor / 2
FROM know_orders_order WHERE id % 40 = 0 ORDER BY id;
INSERT INTO know_orders_refundline (refund_id, ordinal, product_id, quantity, unit_price, amount_minor)
SELECT refund.id, 1, first_product, 1, amount_minor / 100.0, amount_minor
FROM know_orders_refund AS refund JOIN bench_drawn ON i = order_id
"""
_TOTALS = """
INSERT INTO know_orders_customertotals (customer_id, currency, orders, gross_minor, refunded_minor, first_at, last_at)
SELECT customer_id, 'SAR', count(*), sum(gross_minor), coalesce(given_back, 0), min(ordered_at), max(ordered_at)
FROM know_orders_order
LEFT JOIN (
    SELECT customer_id, sum(amount_minor) AS given_back FROM know_orders_refund GROUP BY customer_id
) AS refunds USING (customer_id)
WHERE counted
GROUP BY customer_id, given_back
ORDER BY customer_id
"""
_INDEXES = """
SELECT class.relname, pg_get_indexdef(class.oid), con.conname, pg_get_constraintdef(con.oid)
FROM pg_index AS index
JOIN pg_class AS class ON class.oid = index.indexrelid
LEFT JOIN pg_constraint AS con ON con.conindid = index.indexrelid AND con.contype = 'u'
WHERE index.indrelid = %s::regclass AND NOT index.indisprimary
"""


def main(customers: int, orders: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        # seeded for one process; foreign keys and the planner's caution would check each row by itself
        cursor.execute("SET max_parallel_workers_per_gather = 0; SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'; SELECT setseed(0.42)")
        fill_customers(cursor, customers)
        fill_orders(cursor, customers, orders)
        for statement in connection.ops.sequence_reset_sql(no_style(), [Customer, Order, Product, Store]):
            cursor.execute(statement)
        for table in FILLED:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    create_staff(email=OWNER_EMAIL, role=Role.OWNER, password=PASSWORD, name="نورة")
    check(customers)


def fill_customers(cursor: Any, customers: int) -> None:
    people = list(list_people())
    cursor.execute(_PEOPLE)
    with cursor.copy("COPY people (name, words, name_key) FROM STDIN") as copy:
        for name in people:
            words = make_search_text(name=name, email="", phone="", ids=())
            copy.write_row((name, words, make_name_key(name)))
    with without_indexes(cursor, "know_customers_customer"):
        cursor.execute(_CUSTOMERS, {"customers": customers, "people": len(people)})
    cursor.execute(_PLACES)


def list_people() -> Iterator[str]:
    """Both scripts in turns, the frequent ones first, in an order that is always the same."""
    shuffled = [
        [" ".join(parts) for parts in product(*map(str.split, names.splitlines()))]
        for names in (ARABIC, LATIN)
    ]
    for names in shuffled:
        random.Random(42).shuffle(names)
    for pair in zip(*shuffled, strict=True):
        yield from pair


def fill_orders(cursor: Any, customers: int, orders: int) -> None:
    cursor.execute("SELECT now() - make_interval(days => 730), 730 * 86400.0 / %s", [orders])
    start, step_s = cursor.fetchone()
    values = {"customers": customers, "orders": orders, "start": start, "step_s": step_s}
    cursor.execute(_DRAWN, values)
    for table, statement in {
        "know_orders_orderline": _LINES,
        "know_orders_order": _ORDERS,
        "know_orders_refund": _REFUNDS,
        "know_orders_customertotals": _TOTALS,
    }.items():
        with without_indexes(cursor, table):
            cursor.execute(statement)
    fill_stream(cursor)
    cursor.execute("DROP TABLE bench_drawn")


def fill_stream(cursor: Any) -> None:
    """Every order as an event, as if each had been told when it happened; all consumers have heard them."""
    for months in range(-MONTHS, 2):
        cursor.execute("SELECT stream_ensure_partition(%s)", [months])
    with without_indexes(cursor, "stream_event"), transaction.atomic():
        cursor.execute(_EVENTS)
        for lane in (lane for consumer in CONSUMERS for lane in list_lanes(consumer)):
            cursor.execute(
                "INSERT INTO stream_checkpoint (consumer, xid, position)"
                " VALUES (%s, pg_current_xact_id(), currval('stream_event_position'))",
                [lane.checkpoint],
            )
    cursor.execute("INSERT INTO stream_messageid SELECT 'bench:' || i FROM bench_drawn ORDER BY 1")


@contextmanager
def without_indexes(cursor: Any, table: str) -> Iterator[None]:
    """Making an index of all rows at once takes a fraction of the time that adding row by row does."""
    cursor.execute(_INDEXES, [table])
    found = cursor.fetchall()
    for index, _definition, constraint, _rule in found:
        cursor.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}"
        )
    yield
    for _index, definition, constraint, rule in found:
        cursor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {rule}"
            if constraint
            else definition.replace(" ON ONLY ", " ON ")
        )


def check(customers: int) -> None:
    """A sample of the rows is what the room itself would have written."""
    for one in Customer.objects.filter(id__in=random.Random(1).sample(range(1, customers + 1), 200)):
        words = make_search_text(name=one.name, email=one.email, phone=one.phone, ids=[one.external_id])
        assert one.search_text == words, (one.search_text, words)
        assert one.name_key == make_name_key(one.name), one.name


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
