"""The stream in another cluster: what a restored database needs before anybody reads on.

Transaction ids are counted by a cluster. Carried into another one they may lie above its own, and every new event would
then sort before the checkpoints and never be read. See docs/decisions: transaction ids do not travel.
"""

import logging

from django.db import connection, transaction

from wafaa.kit.sql import load_sql

log = logging.getLogger(__name__)


def has_foreign_transactions() -> bool:
    """Whether events carry ids that this cluster has not handed out: they were brought by a copy of another one."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "has_foreign_transactions"))
        return bool(cursor.fetchone()[0])


def forget_transactions() -> None:
    """Gives all rows the oldest transaction id there is, and starts a new epoch; in the caller's transaction if it has one.

    From then on old events stand in the order of their positions, before all new ones. Each consumer has read exactly what
    it had read before, what is parked stays parked. Nobody else may use the database meanwhile: tables are written anew.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for name in ("place_by_position", "forget_transactions"):
            cursor.execute(load_sql("wafaa.stream", name))
    log.info("the stream's transaction ids were left behind")


def choose_compression() -> None:
    """How this server stores long values of events: as the first migration chose on its own."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "choose_compression"))
