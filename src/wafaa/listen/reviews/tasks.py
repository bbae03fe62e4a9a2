"""What the worker does for reviews: the mail that asks a mailbox, small pictures, and the daily sweep."""

from procrastinate.contrib.django import app

from wafaa.listen.reviews.actions import shrink_photos, sweep_photos
from wafaa.listen.reviews.mails import QUEUE
from wafaa.listen.reviews.mails import send_confirming as send


@app.task(queue=QUEUE)
def send_confirming(token: str, base_url: str) -> None:
    send(token=token, base_url=base_url)


@app.task
def shrink() -> None:
    """Of whatever waits for it."""
    shrink_photos()


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="reviews.sweep")
def sweep(timestamp: int) -> None:
    sweep_photos()
    shrink_photos()
