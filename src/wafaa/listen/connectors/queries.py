"""Reads about connections."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet

from wafaa.know.customers.models import Customer
from wafaa.listen.connectors.errors import ConnectionMissing
from wafaa.listen.connectors.models import (
    Backfill,
    Connection,
    Delivery,
    ObjectVersion,
    OpenCheckout,
    Stay,
    Wish,
)
from wafaa.listen.connectors.registry import CONNECTORS

# A mark that is shorter stands in too many texts that are about somebody else.
_MARK_LETTERS_MIN = 6


def get_connection(connection_uuid: uuid.UUID) -> Connection:
    """Raises ConnectionMissing."""
    found = Connection.objects.select_related("created_by").filter(uuid=connection_uuid).first()
    if found is None:
        raise ConnectionMissing
    return found


def find_by_uuid8(uuid8: str, *, system: str) -> Connection | None:
    """The connection of a system that is on; few are, so they are looked through."""
    on = Connection.objects.filter(system=system, state=Connection.State.ON)
    return next((one for one in on if one.uuid8 == uuid8), None)


def list_connections() -> QuerySet[Any]:
    """Those that work first; with `failed` and `open_wishes`, how many deliveries and wishes wait for somebody."""
    return Connection.objects.annotate(
        failed=Count("deliveries", filter=Q(deliveries__status="failed"), distinct=True),
        open_wishes=Count("wishes", filter=Q(wishes__done_at__isnull=True), distinct=True),
    ).order_by("-state", "label", "id")


def list_behind() -> QuerySet[Connection]:
    """Those that are on, but have kept deliveries that still wait to be read."""
    waiting = Delivery.objects.filter(status=Delivery.Status.WAITING).values("connection")
    return Connection.objects.filter(state=Connection.State.ON, pk__in=waiting)


def list_deliveries(connection: Connection, *, status: str = "") -> QuerySet[Delivery]:
    """Newest first, without their bodies."""
    found = Delivery.objects.filter(connection=connection).defer("body", "headers")
    return (found.filter(status=status) if status else found).order_by("-received_at", "-id")


def get_delivery(connection: Connection, delivery_id: int) -> Delivery:
    """With its body. Raises ConnectionMissing."""
    found = Delivery.objects.select_related("connection").filter(connection=connection, pk=delivery_id)
    delivery = found.first()
    if delivery is None:
        raise ConnectionMissing
    return delivery


def list_pushing() -> list[Connection]:
    """Those that get our customers."""
    systems = [one.key for one in CONNECTORS.values() if one.push is not None]
    return list(Connection.objects.filter(system__in=systems, state=Connection.State.ON).order_by("id"))


def find_backfill(connection: Connection) -> Backfill | None:
    """The latest one."""
    return Backfill.objects.filter(connection=connection).order_by("-started_at", "-id").first()


def list_wishes(connection: Connection) -> QuerySet[Wish]:
    """Those that wait for somebody, oldest first."""
    return Wish.objects.filter(connection=connection, done_at__isnull=True).order_by("asked_at", "id")


def list_marks(customer: Customer | None, distinct_ids: Sequence[str]) -> list[str]:
    """By what somebody can be recognised in the text of a delivery: account numbers, e-mails, phones."""
    given = {one.rpartition(":")[2] for one in distinct_ids}
    if customer is not None:
        given |= {customer.email, customer.phone, customer.phone.removeprefix("+")}
    return sorted(one for one in given if len(one) >= _MARK_LETTERS_MIN)


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What this room holds of somebody, as plain rows."""
    ids = list(distinct_ids)
    marks = list_marks(Customer.objects.filter(pk=customer_id).first(), ids)
    named = Q(pk__in=[])
    for mark in marks:
        named |= Q(body__icontains=mark)
    found: dict[str, QuerySet[Any, Any]] = {
        "deliveries": Delivery.objects.exclude(body="").filter(named).values("received_at", "topic", "body"),
        "checkouts": OpenCheckout.objects.filter(distinct_id__in=ids).values(
            "checkout_id", "updated_at", "content"
        ),
        "stays": Stay.objects.filter(distinct_id__in=ids).values("store", "entered_at", "exited_at"),
        "versions": ObjectVersion.objects.filter(distinct_id__in=ids).values("object", "version"),
        "wishes": Wish.objects.filter(distinct_id__in=ids).values("what", "asked_at"),
    }
    return {what: [dict(row) for row in rows] for what, rows in found.items()}
