"""What time does to lots and holds; each call does a part that takes well under a second, so that nobody waits longer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from wafaa.act.points.asking import ask
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.stream.actions import record_selected

AT_ONCE: Final = 5_000
# Each of these has its row worked on by itself.
AT_ONCE_SINGLY: Final = 500
ACTIVATED: Final = "Points Activated"
EXPIRED: Final = "Points Expired"


@transaction.atomic
def expire_lots(*, at: datetime, at_most: int = AT_ONCE) -> int:
    """Ends lots whose time has come, and tells one event for each wallet; returns how many lots, 0 when none is left."""
    gone, transfers = ask("sweep_expire", {"at": at, "at_most": at_most})
    _tell(EXPIRED, "points-expired", transfers)
    return int(gone)


@transaction.atomic
def ripen_lots(*, at: datetime, at_most: int = AT_ONCE_SINGLY) -> int:
    """Makes pending lots active whose day has come, and tells what became active, also where somebody spent it first.

    Returns how many wallets had some, 0 when none is left.
    """
    count = int(ask("sweep_ripen", {"at": at, "at_most": at_most})[0])
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.points", "claim_untold"), {"at_most": AT_ONCE})
        transfers = [transfer for (transfer,) in cursor.fetchall()]
    _tell(ACTIVATED, "points-usable", transfers)
    return count


def end_holds(*, at: datetime, at_most: int = AT_ONCE_SINGLY) -> int:
    """Frees what was held and not captured in time; returns how many holds, 0 when none is left."""
    return int(ask("sweep_holds", {"at": at, "at_most": at_most})[0])


def _tell(name: str, prefix: str, transfers: Sequence[int]) -> None:
    """In the transaction that moved them, so that each is told once."""
    if not transfers:
        return
    values: dict[str, Any] = {
        "name": name,
        "prefix": prefix,
        "transfers": list(transfers),
        "now": clock.now(),
    }
    record_selected(query=load_sql("wafaa.act.points", "tell_moved"), values=values)
