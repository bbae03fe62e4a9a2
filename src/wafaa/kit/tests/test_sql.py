"""Statements that are prepared, and connections that are found to work, or not, before a request."""

import psycopg
import pytest
from django.db import connection
from tests.statements import watch_statements

from wafaa.kit.database.base import BELIEVED_S
from wafaa.kit.sql import fetch_prepared

WHO = "SELECT pg_backend_pid() AS pid, %(told)s::text"


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_ended_is_replaced_before_the_first_statement_of_a_request():
    dead = fetch_prepared(WHO, {"told": "one"})
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [dead[0]])

    connection.close_if_unusable_or_obsolete()  # as before each request
    alive = fetch_prepared(WHO, {"told": "two"})

    assert (dead[1], alive[1], dead[0] == alive[0]) == ("one", "two", False)


@pytest.mark.django_db(transaction=True)
def test_a_connection_is_asked_whether_it_works_once_in_a_while_only():
    fetch_prepared(WHO, {"told": "one"})
    with watch_statements() as at_once:
        fetch_prepared(WHO, {"told": "two"})
    with watch_statements(asked_ago=BELIEVED_S) as later:
        fetch_prepared(WHO, {"told": "three"})

    assert (len(at_once), len(later)) == (1, 2)


@pytest.mark.django_db
def test_a_statement_is_planned_once_for_a_connection():
    for told in ("one", "two", "three"):
        fetch_prepared(WHO, {"told": told})

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
            ["SELECT pg_backend_pid() AS pid%"],
        )
        assert cursor.fetchone() == (1,)
