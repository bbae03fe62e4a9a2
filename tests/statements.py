"""What the driver really sends: Django's log of queries knows neither prepared statements nor health checks."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg import pq


@contextmanager
def watch_statements(*, asked_ago: float = 0.0) -> Iterator[list[str]]:
    """All statements meanwhile, each BEGIN and each health check too.

    As before each request of a server, the connection is to be found healthy, but for a test that is a transaction; and it was
    asked whether it works so many seconds ago, however slow the machine is.
    """
    sent: list[str] = []
    connection.ensure_connection()
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
        connection.asked_at = time.monotonic() - asked_ago
    opened = connection.connection.pgconn
    with tempfile.TemporaryFile() as file:
        opened.trace(file.fileno())
        opened.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS)
        try:
            yield sent
        finally:
            opened.untrace()
        file.seek(0)
        parts = [line.split("\t") for line in file.read().decode().splitlines() if line.startswith("F\t")]
    sent += ["\t".join(part[2:]) for part in parts if part[2] in {"Query", "Execute"}]
