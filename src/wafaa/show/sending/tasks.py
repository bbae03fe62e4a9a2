"""The room's jobs: the weekly mail, and forgetting what links showed that are over."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.show.sending.actions import forget_bodies
from wafaa.show.sending.delivering import QUEUE, TASK, claim_due_mails, send_delivery

# 4, 16, 64 ... seconds: the last of eight attempts comes some six hours after the first.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.periodic(cron="*/10 * * * *")
@app.task(name="wafaa.show.sending.tasks.send_due_weekly_mails", queue=QUEUE, queueing_lock="sending.due")
def send_due_weekly_mails(timestamp: int) -> None:
    """Often, because the machine may have been off at the hour itself."""
    claim_due_mails()


@app.task(name=TASK, queue=QUEUE, retry=RETRY)
def send_weekly_mail(delivery_id: int) -> None:
    send_delivery(delivery_id)


@app.periodic(cron="37 3 * * *")
@app.task(name="wafaa.show.sending.tasks.forget_shared_pages", queueing_lock="sending.forget")
def forget_shared_pages(timestamp: int) -> None:
    forget_bodies()
