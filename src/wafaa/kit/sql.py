"""SQL lives in files: a room's `sql/<name>.sql`, read once."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection


@cache
def load_sql(package: str, name: str) -> str:
    """The text of `<package>/sql/<name>.sql`; its first line is a comment that says what it does."""
    return (files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


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


def fetch_first(text: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The same for what only reads. As the first statement of a request it finds out whether the connection still works, which
    Django would ask by a statement of its own; where it does not, another one is opened.
    """
    if connection.connection is None or connection.health_check_done or connection.in_atomic_block:
        return fetch_prepared(text, values)
    connection.health_check_done = True
    try:
        return fetch_prepared(text, values)
    except (OperationalError, InterfaceError):
        if connection.is_usable():
            raise
        connection.close()
        return fetch_prepared(text, values)
