"""The room's jobs: requests that nobody decided."""

from procrastinate.contrib.django import app

from wafaa.decide.gifts.actions import end_asked
from wafaa.kit import clock


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="gifts.sweep")
def sweep(timestamp: int) -> None:
    end_asked(at=clock.now())
