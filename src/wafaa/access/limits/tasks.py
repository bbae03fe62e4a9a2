"""The room's daily cleaning."""

from procrastinate.contrib.django import app

from wafaa.access.limits.actions import forget_full


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="limits.clean")
def clean(timestamp: int) -> None:
    forget_full()
