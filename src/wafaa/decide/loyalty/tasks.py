"""The room's jobs: days that come every year, and notices of what ends."""

import uuid

from procrastinate.contrib.django import app

from wafaa.decide.loyalty import counting
from wafaa.decide.loyalty.actions import celebrate, warn_owners


@app.periodic(cron="11 * * * *")
@app.task(queueing_lock="loyalty.celebrate")
def celebrate_days(timestamp: int) -> None:
    """Each hour, because the day begins at another hour in each time zone."""
    celebrate()


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="loyalty.count_ahead")
def count_ahead(timestamp: int) -> None:
    """What pages of large programmes show first, soon after the day has begun wherever the business is."""
    counting.count_ahead()


@app.task(name=counting.MEASURE_TASK)
def count_measures(programme: str, unit: int, start: str, end: str) -> None:
    counting.do_measures(programme_uuid=uuid.UUID(programme), unit_id=unit, start=start, end=end)


@app.task(name=counting.OUTSTANDING_TASK)
def count_outstanding(programme: str, unit: int) -> None:
    counting.do_outstanding(programme_uuid=uuid.UUID(programme), unit_id=unit)


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="loyalty.warn")
def warn_of_ends(timestamp: int) -> None:
    """Each hour, because the day begins at another hour in each time zone."""
    warn_owners()
