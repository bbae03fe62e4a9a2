"""The room's daily job."""

from procrastinate.contrib.django import app

from wafaa.decide.loyalty.actions import celebrate


@app.periodic(cron="11 * * * *")
@app.task(queueing_lock="loyalty.celebrate")
def celebrate_days(timestamp: int) -> None:
    """Each hour, because the day begins at another hour in each time zone."""
    celebrate()
