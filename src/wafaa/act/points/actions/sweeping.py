"""What time does to lots and holds; each call does a part that takes well under a second, so that nobody waits longer."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.points.asking import ask
from wafaa.act.points.models import Lot, Unit

AT_ONCE: Final = 5_000
# Each of these has its row worked on by itself.
AT_ONCE_SINGLY: Final = 500


def expire_lots(*, at: datetime, at_most: int = AT_ONCE) -> int:
    """Ends lots whose time has come; returns how many, 0 when none is left."""
    return int(ask("sweep_expire", {"at": at, "at_most": at_most})[0])


def ripen_lots(*, at: datetime, at_most: int = AT_ONCE_SINGLY) -> int:
    """Makes pending lots active whose day has come; returns how many wallets had some, 0 when none is left."""
    return int(ask("sweep_ripen", {"at": at, "at_most": at_most})[0])


def end_holds(*, at: datetime, at_most: int = AT_ONCE_SINGLY) -> int:
    """Frees what was held and not captured in time; returns how many holds, 0 when none is left."""
    return int(ask("sweep_holds", {"at": at, "at_most": at_most})[0])


@transaction.atomic
def extend_lots(*, unit: Unit, start: datetime, end: datetime, days: int, by: Staff | None) -> int:
    """Puts off the end of what would end from `start` up to `end`, as after an outage; returns how many lots."""
    due = Lot.objects.filter(wallet__unit=unit, remaining__gt=0, expires_at__gte=start, expires_at__lt=end)
    count = due.update(expires_at=F("expires_at") + timedelta(days=days))
    record_change(
        staff=by,
        deed="extend_balances",
        subject=unit.code,
        after={"since": start.isoformat(), "until": end.isoformat(), "days": days, "lots": count},
    )
    return count
