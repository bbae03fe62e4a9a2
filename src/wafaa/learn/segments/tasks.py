"""Jobs of segments: counting one anew, grouping customers, noting sizes."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.learn.segments.actions import (
    ensure_ready,
    note_sizes,
    refresh_moved_standings,
    remove_set_aside,
    run_build,
    sweep_builds,
)


@app.task(retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def build_segment(build_id: int) -> None:
    """Counts a segment and shows it once it is whole."""
    run_build(build_id=build_id)


@app.task
def sweep() -> None:
    """Removes what is not shown any more."""
    sweep_builds()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="segments.group_customers")
def group_customers(timestamp: int) -> None:
    """Ready-made segments and the groups of recency, frequency and money, where orders were written since or a day began."""
    ensure_ready()
    refresh_moved_standings()


@app.periodic(cron="53 * * * *")
@app.task(queueing_lock="segments.keep_house")
def keep_house(timestamp: int) -> None:
    """Once an hour: today's sizes, what was set aside long enough, and whatever a killed job left to be swept."""
    note_sizes()
    remove_set_aside()
    sweep_builds()
