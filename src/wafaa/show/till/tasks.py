"""The room's jobs: codes for members, and the daily cleaning."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.show.till.actions import deliver_yes, forget_codes
from wafaa.show.till.actions.confirming import QUEUE, TASK, NotSent

# Somebody waits at the till for it.
RETRY = RetryStrategy(max_attempts=3, linear_wait=5, retry_exceptions={NotSent})


@app.task(name=TASK, queue=QUEUE, retry=RETRY)
def send_yes(confirmation: str) -> None:
    deliver_yes(confirmation_uuid=confirmation)


@app.periodic(cron="21 3 * * *")
@app.task(queueing_lock="till.clean")
def clean(timestamp: int) -> None:
    forget_codes()
