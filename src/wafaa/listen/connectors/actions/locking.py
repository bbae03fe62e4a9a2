"""The lock behind which a connection's deliveries and pages are recorded, one after another."""

from django.db import connection as database

from wafaa.kit.sql import load_sql
from wafaa.listen.connectors.models import Connection

# Key of the advisory locks, one a connection.
CONNECTION_LOCK = 0x57410004


def lock_connection(connection: Connection) -> None:
    """Until the transaction ends nobody else records for this connection."""
    with database.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.listen.connectors", "lock_connection"),
            {"key": CONNECTION_LOCK, "uuid": str(connection.uuid)},
        )
