"""The room's job: what was left for an hour counts as partial; files that nobody imported go."""

from procrastinate.contrib.django import app

from wafaa.listen.surveys.actions import leave_stale
from wafaa.listen.surveys.exchange.tables import forget_old_tables


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="surveys.leave_stale")
def leave(timestamp: int) -> None:
    leave_stale()
    forget_old_tables()
