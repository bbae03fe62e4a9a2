"""What a connector's calls to its system need, and keeping the new tokens that come of them."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

from wafaa.kit import clock
from wafaa.know.customers.actions import get_default_region
from wafaa.listen.connectors.errors import CallFailed
from wafaa.listen.connectors.models import Connection
from wafaa.listen.connectors.outbound import send_out
from wafaa.listen.connectors.registry import CONNECTORS
from wafaa.listen.connectors.rules import Connected, ConnectorError
from wafaa.listen.connectors.sealing import open_secrets, seal_secrets

T = TypeVar("T")


def describe(connection: Connection, address: str = "") -> Connected:
    """The connection as a connector's calls get it, its secrets opened; `address` only where webhooks are registered."""
    return Connected(
        place=connection.place,
        settings=connection.settings,
        secrets=open_secrets(connection),
        address=address,
        now=clock.now(),
        region=get_default_region(),
    )


def call_out(connection: Connection, deed: Callable[[Connected], T], *, address: str = "") -> T:
    """Does `deed` with the connection, after renewing tokens that run out; outside any transaction. Raises ConnectorError."""
    connected = describe(connection, address)
    refresh = CONNECTORS[connection.system].refresh
    if refresh is not None and (renewed := refresh(connected, send_out)):
        keep_secrets(connection, renewed)
        connected = describe(connection, address)
    return deed(connected)


def ask(connection: Connection, deed: Callable[[Connected], T], *, address: str = "") -> T:
    """The same for a page: raises CallFailed, whose words say what to do."""
    try:
        return call_out(connection, deed, address=address)
    except ConnectorError as error:
        raise CallFailed(error) from error


@transaction.atomic
def keep_secrets(connection: Connection, secrets: dict[str, str] | object) -> None:
    """Adds to the connection's secrets, on the row as it stands now."""
    assert isinstance(secrets, dict)
    kept = Connection.objects.select_for_update().get(pk=connection.pk)
    kept.sealed = seal_secrets({**open_secrets(kept), **secrets})
    kept.save(update_fields=["sealed"])
    connection.sealed = kept.sealed
