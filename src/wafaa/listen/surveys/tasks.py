"""The room's jobs: what was left for an hour counts as partial; files of other tools come in, and go."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.listen.surveys.actions import forget_old_imports, leave_stale, run_import
from wafaa.listen.surveys.exchange.tables import forget_old_tables

# A database that just restarted is back within a minute; the import goes on where it was.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)


@app.task(name="wafaa.listen.surveys.tasks.take_answers", retry=RETRY)
def take_answers(import_uuid: str) -> None:
    run_import(import_uuid=uuid.UUID(import_uuid))


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="surveys.leave_stale")
def leave(timestamp: int) -> None:
    leave_stale()
    forget_old_tables()
    forget_old_imports()
