"""What goes both ways: fetching objects that a delivery only named, giving customers that changed here to the other side."""

from collections.abc import Sequence

from django.db import connection as database
from django.db import transaction

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.listen.connectors.actions.calling import call_out
from wafaa.listen.connectors.actions.recording import record_reading
from wafaa.listen.connectors.models import Connection
from wafaa.listen.connectors.outbound import send_out
from wafaa.listen.connectors.registry import CONNECTORS
from wafaa.listen.connectors.rules import Connected, Contact, Page

AT_ONCE = 100


def fetch_named(*, connection: Connection, ids: Sequence[str]) -> float | None:
    """Fetches and records what a delivery named. Returns how many seconds to wait before it is tried again, None when done.

    Raises ConnectorError.
    """
    fetch = CONNECTORS[connection.system].fetch
    if fetch is None or connection.state == Connection.State.DISCONNECTED:
        return None

    def ask(connected: Connected) -> Page:
        return fetch(connected, ids, send_out)

    page = call_out(connection, ask)
    record_reading(connection=connection, reading=page.reading, now=clock.now())
    return None if page.cursor is None else page.wait_s


def push_changes(*, connection: Connection) -> int:
    """Gives the next 100 customers that changed here since the last time to the other side; returns how many those were.

    Where we stand is kept after the other side has taken them: a kill in between gives them again, which changes nothing
    there. Raises ConnectorError.
    """
    connection = Connection.objects.get(pk=connection.pk)
    push = CONNECTORS[connection.system].push
    if (
        push is None
        or connection.state != Connection.State.ON
        or connection.settings.get("direction") == "in"
    ):
        return 0
    contacts, place = _list_changed(connection.pushed_in)
    if contacts:

        def give(connected: Connected) -> None:
            push(connected, contacts, send_out)

        call_out(connection, give)
    if place != connection.pushed_in:
        Connection.objects.filter(pk=connection.pk).update(pushed_in=place)
    return len(contacts)


@transaction.atomic
def _list_changed(place: str) -> tuple[list[Contact], str]:
    """`place` is transaction~customer: the last one that was given."""
    changed_in, _sign, last_id = (place or "0~0").partition("~")
    with database.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.listen.connectors", "list_changed_customers"),
            {"changed_in": changed_in, "last_id": int(last_id), "limit": AT_ONCE},
        )
        rows = cursor.fetchall()
    if not rows:
        return [], place
    customers = Customer.objects.in_bulk([row[0] for row in rows])
    ids = list_distinct_ids(customers.keys())
    contacts = [_describe(customers[row[0]], ids.get(row[0], [])) for row in rows if row[0] in customers]
    return contacts, f"{rows[-1][1]}~{rows[-1][0]}"


def _describe(customer: Customer, distinct_ids: Sequence[str]) -> Contact:
    return Contact(
        uuid=str(customer.uuid),
        distinct_ids=distinct_ids,
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        country=customer.country,
        city=customer.city,
    )
