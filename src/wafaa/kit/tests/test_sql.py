"""Statements that are prepared, and the first one of a request, which finds out whether the connection still works."""

import psycopg
import pytest
from django.db import OperationalError, connection

from wafaa.kit.sql import fetch_first, fetch_prepared

WHO = "SELECT pg_backend_pid() AS pid, %(told)s::text"


@pytest.mark.django_db(transaction=True)
def test_the_first_statement_of_a_request_opens_a_connection_in_the_place_of_a_dead_one():
    dead = fetch_first(WHO, {"told": "one"})
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [dead[0]])

    connection.close_if_unusable_or_obsolete()  # as before each request
    alive = fetch_first(WHO, {"told": "two"})

    assert (dead[1], alive[1], dead[0] == alive[0]) == ("one", "two", False)


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_fails_on_a_connection_that_works_is_not_asked_again():
    before = fetch_first(WHO, {"told": "one"})
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 20")
    connection.close_if_unusable_or_obsolete()
    try:
        with pytest.raises(OperationalError, match="statement timeout"):
            fetch_first("SELECT pg_sleep(10), %(told)s::text", {"told": "two"})
        assert fetch_first(WHO, {"told": "one"}) == before
    finally:
        connection.close()


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
