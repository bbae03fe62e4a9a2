"""Segments at the size of a large shop: a full count beside hand-written SQL, the flips of a midnight, and how soon an event is seen.

python -m bench.segmenting [--customers 1000000] [--events 20000000] [--segments 50] [--rate 500] [--seconds 60] [--files FOLDER] [--fill],
in a process of its own on a database that WAFAA_DATABASE_URL names. What --fill has stored there is measured without it.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
django.setup()

# What follows reads Django's settings while it is imported.
from django.core.management import call_command  # noqa: E402
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from bench.house import without_indexes  # noqa: E402
from bench.segment_events import measure_freshness  # noqa: E402
from wafaa.access.business.models import Business  # noqa: E402
from wafaa.kit import clock  # noqa: E402
from wafaa.know.customers.models import Customer  # noqa: E402
from wafaa.learn.segments.actions import create_segment, flip_due, remove_segment, run_build  # noqa: E402
from wafaa.learn.segments.compiling import compile_tree  # noqa: E402
from wafaa.learn.segments.models import Build, Membership, Segment  # noqa: E402
from wafaa.learn.segments.queries import estimate, make_moment  # noqa: E402
from wafaa.learn.segments.rules import read_tree  # noqa: E402
from wafaa.stream.models import Event  # noqa: E402
from wafaa.stream.queries import list_consumers  # noqa: E402
from wafaa.stream.rules import list_lanes  # noqa: E402

MONTHS = 25
RUNS = 3
# The first midnight also pays for pages of the stream that were not touched since the last checkpoint.
MIDNIGHTS = 3
WRITERS = 2
SEED = 0.42
NAMES = ("Product Viewed", "Product Added", "page", "Checkout Started")
CUSTOMERS = """
INSERT INTO know_customers_customer
    (id, uuid, external_id, name, email, phone, language, country, city, birth_date, attributes, search_text, source, created_at)
OVERRIDING SYSTEM VALUE
SELECT
    i, gen_random_uuid(), 'c' || i, 'Customer ' || i, 'c' || i || '@example.com', '', (ARRAY['ar', 'en'])[1 + i %% 2], 'SA',
    (ARRAY['Riyadh', 'Jeddah', 'Dammam', 'Makkah', 'Abha'])[1 + i * 7919 %% 5], date '1950-01-01' + (i * 31 %% 20000)::integer,
    '{}', '', 'bench', now() - interval '800 days'
FROM generate_series(1, %(customers)s::bigint) AS i
"""
IDS = """
INSERT INTO know_customers_distinctid (distinct_id, customer_id)
SELECT 'c' || i, i FROM generate_series(1, %(customers)s::bigint) AS i
"""
CONSENTS = """
INSERT INTO know_consents_consentstate (distinct_id, channel, purpose, given_at)
SELECT 'c' || i, 'email', 'marketing', now() FROM generate_series(1, %(customers)s::bigint) AS i WHERE i %% 3 > 0
"""
# Five of each customer in two years, most of them lately.
ORDERS = """
INSERT INTO know_orders_order
    (uuid, source, external_id, customer_id, ordered_at, channel, country, currency, counted, counted_lines, gross_minor,
    discount_minor, tax_minor, shipping_minor)
SELECT
    gen_random_uuid(), 'bench', 'o' || i, 1 + i * 7919 %% %(customers)s,
    now() - (power(random(), 2) * 730) * interval '1 day', 'web', 'SA', 'SAR', true, 1, 1000 + i %% 90000, 0, 0, 0
FROM generate_series(1, %(customers)s::bigint * 5) AS i
"""
# Two years of events, received as they happened. Each customer starts a checkout every hundred days, so that a hundredth of
# them all leaves "in the last 100 days" at each midnight.
EVENTS = """
INSERT INTO stream_event (position, message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source)
SELECT
    nextval('stream_event_position'), 'm' || i, 'track', (%(names)s::varchar[])[1 + i %% 4], 'c' || who, at, at,
    ('{"product_id":"p' || i %% 500 || '","price":' || i %% 300 || '}')::json, '{}', 'bench'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i
CROSS JOIN LATERAL (
    SELECT CASE WHEN i %% 4 = 3 THEN 1 + i / 4 %% %(customers)s ELSE 1 + (random() * (%(customers)s - 1))::bigint END AS who
) AS speaker
CROSS JOIN LATERAL (
    SELECT now() - interval '1 day' * CASE
        WHEN i %% 4 = 3 THEN 100 * (i / 4 / %(customers)s) + who * 7919 %% %(customers)s * 100.0 / %(customers)s
        ELSE random() * 730
    END AS at
) AS moment
"""
LAST_60 = {"last": 60, "unit": "days"}
# A few of all: somebody who is won back.
SIX = {
    "all": [
        {"profile": {"field": "city", "one_of": ["Jeddah"]}},
        {"profile": {"field": "age", "min": 25}},
        {"consent": {"channel": "email", "purpose": "marketing", "is": "given"}},
        {"orders": {"measure": "count", "min": 3}},
        {"orders": {"measure": "count", "window": LAST_60, "max": 0}},
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
# Nearly everybody, of whom a hundredth leaves at each midnight.
MANY = {
    "all": [
        {"profile": {"field": "country", "one_of": ["SA"]}},
        {"profile": {"field": "age", "min": 13}},
        {"consent": {"channel": "email", "purpose": "service", "is": "allowed"}},
        {"orders": {"measure": "count", "min": 1}},
        {"orders": {"measure": "count", "window": LAST_60, "max": 20}},
        {
            "events": {
                "name": "Checkout Started",
                "measure": "count",
                "window": {"last": 100, "unit": "days"},
                "min": 1,
            }
        },
    ]
}
# The opposite: who leaves it by the other window comes in, if the other five hold.
SILENT = {
    "all": [
        *MANY["all"][:5],
        {
            "events": {
                "name": "Checkout Started",
                "measure": "count",
                "window": {"last": 100, "unit": "days"},
                "max": 0,
            }
        },
    ]
}
LATELY = {"orders": {"measure": "count", "window": {"last": 30, "unit": "days"}, "min": 1}}
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
DIFFERENT = """
SELECT count(*)
FROM (SELECT customer_id FROM learn_segments_membership WHERE build_id = %(build)s AND is_member) AS kept
FULL JOIN (/*judge*/) AS judged USING (customer_id)
WHERE kept.customer_id IS NULL OR judged.customer_id IS NULL
"""
CITY = "AND person.city = 'Jeddah'"


def main() -> None:
    asked = read_arguments()
    found: dict[str, Any] = {"customers": asked.customers, "events": asked.events}
    if asked.fill:
        found["fill_s"] = fill(asked.customers, asked.events)
        print(json.dumps(found))
        return
    for segment in Segment.objects.all():
        remove_segment(segment=segment, by=None)
    found["full"] = compare(SIX, CITY)
    found["full_of_all_cities"] = compare({"all": SIX["all"][1:]}, "")
    found["estimate_s"] = measure(lambda: estimate(read_tree(SIX)))[1]
    found["flips"] = {
        name: measure_flips(name, definition)
        for name, definition in (("many", MANY), ("silent", SILENT), ("lately", LATELY))
    }
    if asked.seconds:
        found["fresh"] = measure_freshness(
            build,
            lambda: read_files(asked.files) if asked.files else 0,
            customers=asked.customers,
            segments=asked.segments,
            rate=asked.rate,
            seconds=asked.seconds,
        )
    print(json.dumps(found))


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--segments", type=int, default=50)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument(
        "--files", type=Path, help="the server's, to be read once before freshness is measured"
    )
    parser.add_argument("--fill", action="store_true", help="store the shop, and measure nothing")
    return parser.parse_args()


def read_files(folder: Path) -> int:
    """Bytes. So the system has in memory what it has of a server that has run for a day; fresh from filling it may not."""
    total = 0
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with suppress(FileNotFoundError), path.open("rb") as file:  # the server drops files meanwhile
            while chunk := file.read(2**20):
                total += len(chunk)
    return total


def fill(customers: int, events: int) -> float:
    """Rows as the rooms would have written them, with a fixed seed; everybody has heard the events."""
    started = time.perf_counter()
    call_command("migrate", verbosity=0)
    Business.objects.update_or_create(id=1, defaults={"currency": "SAR", "time_zone": "Asia/Riyadh"})
    values = {"customers": customers}
    with connection.cursor() as cursor:
        prepare_session(cursor, SEED)
        for months in range(-MONTHS, 2):
            cursor.execute("SELECT stream_ensure_partition(%s)", [months])
        for table, statement in {
            "know_customers_customer": CUSTOMERS,
            "know_customers_distinctid": IDS,
            "know_consents_consentstate": CONSENTS,
            "know_orders_order": ORDERS,
        }.items():
            with without_indexes(cursor, table):
                cursor.execute(statement, values)
        with without_indexes(cursor, "stream_event"):
            fill_events(customers, events)
        with transaction.atomic():
            cursor.execute("SELECT nextval('stream_event_position')")
            for lane in (lane for consumer in list_consumers() for lane in list_lanes(consumer)):
                cursor.execute(
                    "INSERT INTO stream_checkpoint (consumer, xid, position)"
                    " VALUES (%s, pg_current_xact_id(), currval('stream_event_position'))",
                    [lane.checkpoint],
                )
        for statement in connection.ops.sequence_reset_sql(no_style(), [Customer]):
            cursor.execute(statement)
        cursor.execute("VACUUM (ANALYZE)")
    return round(time.perf_counter() - started, 1)


def prepare_session(cursor: Any, seed: float) -> None:
    """For one process; foreign keys and triggers would look at each row by itself."""
    cursor.execute("SET max_parallel_workers_per_gather = 0; SET session_replication_role = replica")
    cursor.execute("SET maintenance_work_mem = '1GB'")
    cursor.execute("SELECT setseed(%s)", [seed])


def fill_events(customers: int, events: int) -> None:
    """By several connections at once, each with a seed of its own."""

    def fill_part(part: int) -> None:
        try:
            with connection.cursor() as cursor:
                prepare_session(cursor, SEED / (part + 1))
                first, last = (events * place // WRITERS for place in (part, part + 1))
                values = {"customers": customers, "names": list(NAMES), "first": first + 1, "last": last}
                cursor.execute(EVENTS, values)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(fill_part, range(WRITERS)))


def measure(what: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    found = what()
    return found, time.perf_counter() - started


def run(sql: str, values: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def compare(definition: dict[str, Any], city: str) -> dict[str, Any]:
    """Both in turn, the best of RUNS each: members, seconds, and how many times the hand-written SQL ours took."""
    moment = make_moment()
    times: dict[str, list[float]] = {"by_hand": [], "ours": []}
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
    found: dict[str, Any] = {}
    for _ in range(RUNS):
        for name, (text, given) in statements.items():
            found[name], seconds = measure(lambda text=text, given=given: run(text, given))
            times[name].append(seconds)
    assert found["by_hand"][0] == found["ours"][0], found
    best = {name: min(seconds) for name, seconds in times.items()}
    return {
        "members": found["ours"][0],
        "rows": found["ours"][1],
        **{f"{name}_s": seconds for name, seconds in best.items()},
        "times": best["ours"] / best["by_hand"],
    }


def measure_flips(name: str, definition: dict[str, Any]) -> dict[str, Any]:
    """A full evaluation, the same written down (a build), and then the flips of the midnights that follow."""
    sql, values = compile_tree(read_tree(definition), make_moment())
    counted = f"SELECT count(*) FROM ({sql}) AS judged"
    full_s = min(measure(lambda: run(counted, values))[1] for _ in range(2))
    segment, build_s = measure(lambda: build(name, definition))
    members = Membership.objects.filter(build=segment.build_id, is_member=True).count()
    moment = make_moment()
    flip_due()  # nothing is due yet; a worker has loaded what it needs when it starts
    nights = [
        flip_at(segment, moment.start_of(moment.today + timedelta(days=1 + n))) for n in range(MIDNIGHTS)
    ]
    crossed = Event.objects.filter(message_id__startswith=f"segment:{segment.uuid}:").count()
    remove_segment(segment=segment, by=None)
    sweep()
    found = {
        "members": members,
        "flipped": sum(due for due, _seconds in nights) // MIDNIGHTS,
        "crossed": crossed // MIDNIGHTS,
        "full_s": full_s,
        "build_s": build_s,
        "flips_s": median(seconds for _due, seconds in nights),
        "first_s": nights[0][1],
    }
    print(name, found, file=sys.stderr, flush=True)
    return found


def flip_at(segment: Segment, midnight: datetime) -> tuple[int, float]:
    """How many flipped at a midnight, and in how many seconds."""
    with clock.fixed_at(midnight):
        told = measure(lambda: sum(iter(flip_due, 0)))
        assert differ(segment) == 0, "what flipped is not what counting anew gives"
    return told


def build(name: str, definition: dict[str, Any]) -> Segment:
    segment = create_segment(name=name, definition=definition, by=None)
    run_build(build_id=Build.objects.get(segment=segment, state="coming").pk)
    segment.refresh_from_db()
    return segment


def differ(segment: Segment) -> int:
    """How many stand otherwise than a full evaluation at this moment says."""
    sql, values = compile_tree(read_tree(segment.definition), make_moment(), counts_only=True)
    found = run(DIFFERENT.replace("/*judge*/", sql), {**values, "build": segment.build_id})
    return int(found[0])


def sweep() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE learn_segments_membership")
        cursor.execute("DELETE FROM learn_segments_build WHERE state = 'gone'")


if __name__ == "__main__":
    main()
