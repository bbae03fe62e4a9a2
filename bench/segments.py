"""Segments at the size of a large shop: a full count beside hand-written SQL, the daily flips, and how soon an event is seen.

python -m bench.segments [--customers 1000000] [--events 20000000] [--segments 50] [--rate 500] [--seconds 30], in a process of its
own on an empty database that WAFAA_DATABASE_URL names.
"""

import argparse
import json
import os
import random
import statistics
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
django.setup()

# What follows reads Django's settings while it is imported.
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from wafaa.access.business.models import Business  # noqa: E402
from wafaa.kit import clock  # noqa: E402
from wafaa.learn.segments.actions import create_segment, flip_due, pause_segment, run_build  # noqa: E402
from wafaa.learn.segments.compiling import compile_tree  # noqa: E402
from wafaa.learn.segments.models import Build, Membership, Segment  # noqa: E402
from wafaa.learn.segments.queries import estimate, make_moment  # noqa: E402
from wafaa.learn.segments.rules import read_tree  # noqa: E402
from wafaa.run.draining import Drains  # noqa: E402
from wafaa.run.segments import SegmentsKeeper  # noqa: E402
from wafaa.stream.actions import record_events  # noqa: E402
from wafaa.stream.models import Checkpoint, Event  # noqa: E402
from wafaa.stream.queries import find_newest_place, list_consumers  # noqa: E402
from wafaa.stream.rules import NewEvent, list_lanes  # noqa: E402

ROWS_AT_ONCE = 500_000
RUNS = 3
NAMES = ("Product Viewed", "Product Added", "page", "Checkout Started")
# Two years of orders and events; a tenth of the customers wrote off long ago.
CUSTOMERS = """
INSERT INTO know_customers_customer
    (id, uuid, external_id, name, email, phone, language, country, city, birth_date, attributes, search_text, source, created_at)
OVERRIDING SYSTEM VALUE
SELECT
    i, gen_random_uuid(), 'c' || i, 'Customer ' || i, 'c' || i || '@example.com', '', (ARRAY['ar', 'en'])[1 + i %% 2], 'SA',
    (ARRAY['Riyadh', 'Jeddah', 'Dammam', 'Makkah', 'Abha'])[1 + i * 7919 %% 5], date '1950-01-01' + (i * 31 %% 20000)::integer,
    '{}', '', 'bench', now() - interval '800 days'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i;

INSERT INTO know_customers_distinctid (distinct_id, customer_id)
SELECT 'c' || i, i FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i;

INSERT INTO know_consents_consentstate (distinct_id, channel, purpose, given_at)
SELECT 'c' || i, 'email', 'marketing', now() FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i WHERE i %% 3 > 0
"""
ORDERS = """
INSERT INTO know_orders_order
    (uuid, source, external_id, customer_id, ordered_at, channel, country, currency, counted, counted_lines, gross_minor,
    discount_minor, tax_minor, shipping_minor)
SELECT
    gen_random_uuid(), 'bench', 'o' || i, 1 + i * 7919 %% %(customers)s,
    now() - (power(random(), 2) * 730) * interval '1 day', 'web', 'SA', 'SAR', true, 1, 1000 + i %% 90000, 0, 0, 0
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i
"""
EVENTS = """
INSERT INTO stream_event (message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source)
SELECT
    'm' || i, 'track', (%(names)s::varchar[])[1 + i %% 4], 'c' || (1 + (random() * (%(customers)s - 1))::bigint), at, at,
    json_build_object('product_id', 'p' || i %% 500, 'price', i %% 300), '{}', 'bench'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i
CROSS JOIN LATERAL (SELECT now() - (i - i + random() * 730) * interval '1 day' AS at) AS moment
"""
SIX = {
    "all": [
        {"profile": {"field": "city", "one_of": ["Jeddah"]}},
        {"profile": {"field": "age", "min": 25}},
        {"consent": {"channel": "email", "purpose": "marketing", "is": "given"}},
        {"orders": {"measure": "count", "min": 3}},
        {"orders": {"measure": "count", "window": {"last": 60, "unit": "days"}, "max": 0}},
        {
            "events": {
                "name": "Product Viewed",
                "measure": "count",
                "window": {"last": 365, "unit": "days"},
                "min": 2,
            }
        },
    ]
}
# As somebody who knows the tables would write it.
BY_HAND = """
SELECT count(*) FROM (
    SELECT person.id
    FROM know_customers_customer AS person
    JOIN (
        SELECT customer_id FROM know_orders_order WHERE counted GROUP BY customer_id
        HAVING count(*) >= 3 AND max(ordered_at) < %(sixty)s
    ) AS bought ON bought.customer_id = person.id
    JOIN (
        SELECT known.customer_id
        FROM stream_event AS event JOIN know_customers_distinctid AS known ON known.distinct_id = event.distinct_id
        WHERE event.name = 'Product Viewed' AND event.occurred_at >= %(year)s
        GROUP BY known.customer_id HAVING count(*) >= 2
    ) AS viewed ON viewed.customer_id = person.id
    JOIN (
        SELECT known.customer_id
        FROM know_consents_consentstate AS state
        JOIN know_customers_distinctid AS known ON known.distinct_id = state.distinct_id
        WHERE state.channel = 'email' AND state.purpose = 'marketing'
        GROUP BY known.customer_id
        HAVING consents_is_given(max(given_at), max(withdrawn_at), max(noted_at), max(denied_at))
    ) AS agreed ON agreed.customer_id = person.id
    WHERE person.merged_into_id IS NULL /*city*/ AND person.birth_date <= %(born)s
) AS member
"""
CITY = "AND person.city = 'Jeddah'"


def main() -> None:
    asked = read_arguments()
    call_command("migrate", verbosity=0)
    Business.objects.update_or_create(id=1, defaults={"currency": "SAR", "time_zone": "Asia/Riyadh"})
    if not Event.objects.exists():
        store(asked.customers, asked.events)
    without_city = {"all": SIX["all"][1:]}
    found = {"customers": asked.customers, "events": asked.events}
    found["full"] = compare(SIX, CITY)
    found["full_of_all_cities"] = compare(without_city, "")
    found["estimate_s"] = round(measure(lambda: estimate(read_tree(SIX)))[1], 3)
    found["flips"] = measure_flips()
    if asked.seconds:
        found["fresh"] = measure_freshness(asked)
    print(json.dumps(found, indent=1))


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--segments", type=int, default=50)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=30)
    return parser.parse_args()


def store(customers: int, events: int) -> None:
    steps = ((CUSTOMERS, customers), (ORDERS, customers * 5), (EVENTS, events))
    for sql, count in steps:
        for first in range(1, count + 1, ROWS_AT_ONCE):
            values = {
                "first": first,
                "last": min(count, first + ROWS_AT_ONCE - 1),
                "customers": customers,
                "names": list(NAMES),
            }
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, values)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('know_customers_customer', 'id'), %s)", [customers]
        )
        cursor.execute("VACUUM ANALYZE")


def pass_over():
    """What is stored counts as heard by everybody."""
    xid, position = find_newest_place()
    for consumer in list_consumers():
        for lane in list_lanes(consumer):
            Checkpoint.objects.update_or_create(
                consumer=lane.checkpoint, defaults={"xid": int(xid), "position": position}
            )


def measure(what):
    started = time.perf_counter()
    found = what()
    return found, time.perf_counter() - started


def compare(definition, city):
    """Both in turn, the best of RUNS each: members, seconds, and how many times the hand-written SQL ours took."""
    moment, times = make_moment(), {"by_hand": [], "ours": []}
    today = moment.today
    values = {
        "sixty": moment.start_of(today - timedelta(days=59)),
        "year": moment.start_of(today - timedelta(days=364)),
        "born": today.replace(year=today.year - 25),
    }
    sql, ours = compile_tree(read_tree(definition), moment)
    statements = {
        "by_hand": (BY_HAND.replace("/*city*/", city), values),
        "ours": (f"SELECT count(*) FILTER (WHERE holds), count(*) FROM ({sql}) AS judged", ours),
    }
    found = {}
    for _ in range(RUNS):
        for name, statement in statements.items():
            found[name], seconds = measure(lambda statement=statement: run(*statement))
            times[name].append(seconds)
    assert found["by_hand"][0] == found["ours"][0], found
    best = {name: min(seconds) for name, seconds in times.items()}
    return {
        "members": found["ours"][0],
        "rows": found["ours"][1],
        **{f"{name}_s": round(seconds, 2) for name, seconds in best.items()},
        "times": round(best["ours"] / best["by_hand"], 2),
    }


def run(sql, values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def build(name, definition):
    segment = create_segment(name=name, definition=definition, by=None)
    run_build(build_id=Build.objects.get(segment=segment, state="coming").pk)
    segment.refresh_from_db()
    return segment


def measure_flips():
    """A full build of who bought lately, then the flips of the next midnight."""
    lately = {"orders": {"measure": "count", "window": {"last": 30, "unit": "days"}, "min": 1}}
    for former in Segment.objects.exclude(state="paused"):
        pause_segment(segment=former, by=None)
    segment, full_s = measure(lambda: build("Lately", lately))
    members = Membership.objects.filter(build=segment.build_id, is_member=True).count()
    moment = make_moment()
    with clock.fixed_at(moment.start_of(moment.today + timedelta(days=1))):
        due, seconds = measure(lambda: sum(iter(flip_due, 0)))
    return {
        "members": members,
        "flipped": due,
        "share": round(due / max(1, members), 4),
        "full_s": round(full_s, 2),
        "flips_s": round(seconds, 2),
        "of_full": round(seconds / full_s, 4),
        "of_full_at_1_percent": round(seconds / full_s * members / 100 / max(1, due), 4),
    }


def measure_freshness(asked):
    """A worker's threads with live segments; events at a rate, of which each lets its customer enter one of them."""
    for number in range(asked.segments - 1):
        definition = {
            "all": [
                {"orders": {"measure": "count", "min": 2 + number % 7}},
                {
                    "events": {
                        "name": "Product Viewed",
                        "measure": "count",
                        "min": 1 + number % 5,
                        "window": {"last": 30, "unit": "days"},
                    }
                },
                {"profile": {"field": "language", "one_of": ["ar"]}},
            ]
        }
        build(f"Segment {number}", definition)
    build("Marked", {"events": {"name": "Marked", "measure": "count", "min": 1}})
    pass_over()
    drains = Drains()
    worker = threading.Thread(target=drains.run)
    keeper = threading.Thread(target=SegmentsKeeper(drains.ending).run, daemon=True)
    worker.start()
    keeper.start()
    send(asked)
    time.sleep(3)
    drains.ending.set()
    worker.join()
    keeper.join(10)
    marked = dict(Event.objects.filter(name="Marked").values_list("distinct_id", "received_at"))
    entered = Event.objects.filter(name="Segment Entered", distinct_id__in=list(marked)).order_by("position")
    waits = {}
    for distinct_id, at, properties in entered.values_list("distinct_id", "received_at", "properties"):
        if properties["name"] == "Marked":
            waits.setdefault(distinct_id, (at - marked[distinct_id]).total_seconds())
    sorted_waits = sorted(waits.values())
    return {
        "segments": asked.segments,
        "events_a_second": asked.rate,
        "marked": len(marked),
        "seen": len(waits),
        "median_s": round(statistics.median(sorted_waits), 3),
        "p95_s": round(sorted_waits[int(len(sorted_waits) * 0.95)], 3),
        "max_s": round(sorted_waits[-1], 3),
    }


def send(asked):
    """A tenth of the events mark a customer, a tenth are orders, the rest are pages and products looked at."""
    started, sent = time.perf_counter(), 0
    who = random.Random(7).sample(
        range(1, asked.customers + 1), min(asked.customers, asked.rate * asked.seconds)
    )
    while sent < len(who):
        due = min(len(who), int((time.perf_counter() - started) * asked.rate))
        if due > sent:
            record_events(events=[make_event(sent + place, one) for place, one in enumerate(who[sent:due])])
            sent = due
        time.sleep(0.02)


def make_event(place, customer):
    kinds = (
        "Marked",
        "Order Completed",
        "Product Viewed",
        "page",
        "Product Viewed",
        "page",
        "page",
        "page",
        "page",
        "page",
    )
    name = kinds[place % 10]
    properties = {"product_id": "p1"}
    if name == "Order Completed":
        product = {"product_id": "p1", "quantity": 1, "price": "25.50"}
        properties = {"order_id": f"n{place}", "currency": "SAR", "products": [product]}
    return NewEvent(
        message_id=uuid.uuid4(),
        type="track",
        name=name,
        distinct_id=f"c{customer}",
        occurred_at=datetime.now(UTC),
        properties=properties,
        source="bench",
    )


if __name__ == "__main__":
    main()
