"""The ledger's jobs: what time does to lots and holds, and the seals."""

from collections.abc import Callable

from procrastinate.contrib.django import app

from wafaa.act.points.actions import (
    end_holds,
    end_requests,
    expire_lots,
    follow_merged,
    ripen_lots,
    seal_transfers,
)
from wafaa.kit import clock


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="points.sweep")
def sweep(timestamp: int) -> None:
    """Each minute: what becomes usable, what was held too long, what ends, what nobody decided, what belongs to a merged one."""
    now = clock.now()
    sweeps: tuple[Callable[..., int], ...] = (ripen_lots, end_holds, expire_lots)
    for deed in sweeps:
        while deed(at=now):
            pass
    end_requests(at=now)
    follow_merged()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="points.seal")
def seal(timestamp: int) -> None:
    seal_transfers()
