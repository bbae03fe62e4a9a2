"""The room's jobs: codes, and the daily cleaning."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.show.portal.actions import deliver_code, forget_old
from wafaa.show.portal.actions.entering import QUEUE, TASK, NotSent

# Somebody waits before the page for it.
RETRY = RetryStrategy(max_attempts=4, linear_wait=10, retry_exceptions={NotSent})


@app.task(name=TASK, queue=QUEUE, retry=RETRY)
def send_code(entry: str) -> None:
    deliver_code(entry_uuid=entry)


@app.periodic(cron="19 3 * * *")
@app.task(queueing_lock="portal.clean")
def clean(timestamp: int) -> None:
    forget_old()
