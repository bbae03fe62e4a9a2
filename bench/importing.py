"""A real order file through the whole path into an empty database, against a bare COPY of the same lines; then two facts syncs.

Runs in a process of its own on a scratch database that WAFAA_DATABASE_URL names.
"""

import csv
import gzip
import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
django.setup()

# What follows reads Django's settings while it is imported.
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from wafaa.config.facts import FACT_TABLES  # noqa: E402
from wafaa.config.flow import CONSUMERS  # noqa: E402
from wafaa.learn.facts.actions import sync_facts  # noqa: E402
from wafaa.listen.connectors.files.actions import import_file  # noqa: E402
from wafaa.listen.connectors.files.rules import Options  # noqa: E402
from wafaa.stream.drain import drain_until_quiet, draining_meanwhile  # noqa: E402
from wafaa.stream.queries import count_waiting  # noqa: E402

_BARE = """
DROP TABLE IF EXISTS bare;
CREATE TABLE bare (
    line bigint PRIMARY KEY, invoice text, sku text, description text, quantity integer, at timestamp, price numeric,
    customer text, country text
);
CREATE INDEX bare_customer ON bare (customer);
CREATE INDEX bare_at ON bare (at);
"""
_MORE_ORDERS = """
WITH chosen AS (SELECT * FROM know_orders_order ORDER BY id LIMIT (SELECT count(*) / 100 FROM know_orders_order)),
added AS (
    INSERT INTO know_orders_order ({columns}) SELECT {values} FROM chosen RETURNING id, external_id
)
INSERT INTO know_orders_orderline (order_id, ordinal, product_id, quantity, unit_price, amount_minor, cost_minor, counted)
SELECT added.id, ordinal, product_id, quantity, unit_price, amount_minor, line.cost_minor, line.counted
FROM added JOIN chosen ON added.external_id = 'again ' || chosen.external_id
JOIN know_orders_orderline line ON line.order_id = chosen.id
"""


def copy_bare(path: Path) -> tuple[float, int]:
    """Seconds and lines of a bare COPY into a table with a primary key and two more indexes; reading the file counts."""
    with connection.cursor() as cursor:
        cursor.execute(_BARE)
        started = time.perf_counter()
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            lines, out = csv.reader(file), io.StringIO()
            next(lines)
            writer, count = csv.writer(out), 0
            for count, line in enumerate(lines, start=1):
                writer.writerow([count, *line])
        # preparing the text is not COPY's work: only sending it is timed
        text, started = out.getvalue().encode(), time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
            copy.write(text)
        return time.perf_counter() - started, count


def import_whole(path: Path) -> dict[str, float]:
    """Seconds of the import with its events handled, and of the facts."""
    started = time.perf_counter()
    with draining_meanwhile(CONSUMERS):  # as the command line does, and as a running worker would
        import_file(
            path, options=Options(currency="GBP", source="file"), drain=lambda: drain_until_quiet(CONSUMERS)
        )
        while count_waiting(CONSUMERS, limit=1):
            time.sleep(0.1)
    imported = time.perf_counter() - started
    return {"import": imported, "first_sync": sync_facts(FACT_TABLES).seconds}


def add_orders() -> int:
    """1 % more orders with their lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'know_orders_order'"
        )
        columns = [row[0] for row in cursor.fetchall() if row[0] not in {"id", "changed_in"}]
        values = {"uuid": "gen_random_uuid()", "external_id": "'again ' || external_id"}
        cursor.execute(
            _MORE_ORDERS.format(
                columns=", ".join(columns), values=", ".join(values.get(column, column) for column in columns)
            )
        )
        return int(cursor.rowcount)


def main(path: Path) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    seconds: dict[str, Any] = {}
    # the best of three: on a shared machine one COPY takes up to twice as long as the next
    seconds["copy"], seconds["lines"] = min(copy_bare(path) for _ in range(3))
    seconds |= import_whole(path)
    idle = sync_facts(FACT_TABLES)
    seconds["added_lines"] = add_orders()
    second = sync_facts(FACT_TABLES)
    seconds |= {"idle_sync": idle.seconds, "second_sync": second.seconds, "second_rebuilt": second.rebuilt}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(gross_minor) FROM know_orders_order WHERE counted AND external_id NOT LIKE 'again %%'",
            [],
        )
        seconds["counted_orders"], seconds["gross_minor"] = (int(value) for value in cursor.fetchone())
    json.dump(seconds, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
