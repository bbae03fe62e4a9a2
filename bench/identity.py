"""How fast who is who is heard: events a second of one worker, with new claims, with nothing new, and from browsers.

WAFAA_DATABASE_URL=... python bench/identity.py [events]      (an empty database of its own)
"""

import io
import json
import os
import sys
import time
import uuid
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from wafaa.config.flow import CONSUMERS  # noqa: E402
from wafaa.stream.actions import record_events_csv  # noqa: E402
from wafaa.stream.drain import drain_once  # noqa: E402

CHUNK = 10_000
NOW = datetime.now(UTC).isoformat()
HEARERS = [one for one in CONSUMERS if one.name == "know.identity"]


def record(rows):
    """(name, distinct id, properties, context) of each event."""
    for start in range(0, len(rows), CHUNK):
        text = io.StringIO()
        for name, distinct_id, properties, context in rows[start : start + CHUNK]:
            cells = (uuid.uuid4(), name, name, distinct_id, NOW, properties, context, "bench")
            text.write(",".join('"' + str(cell).replace('"', '""') + '"' for cell in cells) + "\n")
        record_events_csv(csv=text.getvalue().encode())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(what, rows):
    record(rows)
    drain_until = time.perf_counter()
    while drain_once(HEARERS):
        pass
    seconds = time.perf_counter() - drain_until
    print(f"{what}: {len(rows) / seconds:,.0f} events a second ({seconds:.1f} s)", flush=True)


def main(count):
    call_command("migrate", verbosity=0)
    people = [
        ("identify", str(n), json.dumps({"email": f"p{n}@example.com", "phone": f"+9665{n:08d}"}), "{}")
        for n in range(count)
    ]
    measure("identify, each a new e-mail and phone", people)
    measure("identify, nothing new", people)
    agent = "Mozilla/5.0 (X11; Linux x86_64) " * 4
    pages = [
        ("page", str(n % 5_000), "{}", json.dumps({"anonymousId": f"d{n % 5_000}", "userAgent": agent}))
        for n in range(count)
    ]
    measure("page views of signed-in visitors, 5,000 new devices", pages)
    measure("page views of signed-in visitors, nothing new", pages)
    measure("page views of strangers", [("page", f"anonymous:d{n}", "{}", "{}") for n in range(count)])
    both = [
        ("identify", f"salla:1:{n}", json.dumps({"email": f"p{n}@example.com"}), "{}") for n in range(200)
    ]
    measure("identify, each joins two customers (40 a batch, the rest waits)", both)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
