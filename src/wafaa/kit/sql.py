"""SQL lives in files: a room's `sql/<name>.sql`, read once."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import psycopg
from django.db import connection


@cache
def load_sql(package: str, name: str) -> str:
    """The text of `<package>/sql/<name>.sql`; its first line is a comment that says what it does."""
    return (files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def write_ids(ids: Iterable[int]) -> str:
    """A value that the statement casts to bigint[]: of thousands quicker than a list, whose members are looked at one by one."""
    return "{" + ",".join(map(str, ids)) + "}"


def fetch_prepared(text: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The first row of a statement that is planned once for each connection: planning costs more than running where keys are met.

    Each value has one type whatever it is, by a cast in the statement or as text: other types are planned anew.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    opened = connection.connection
    with connection.wrap_database_errors, psycopg.Cursor(opened) as cursor:
        # Django turns preparing off for its own statements, whose values stand in the text
        opened.prepare_threshold = 0
        try:
            return cursor.execute(text, values, prepare=True).fetchone()
        finally:
            opened.prepare_threshold = None
