"""The room's daily cleaning."""

from procrastinate.contrib.django import app

from wafaa.access.sessions.actions import forget_expired


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="sessions.clean")
def clean(timestamp: int) -> None:
    forget_expired()
