"""The console's jobs."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.show.console.customers import bulk

# An analyst or a database that just restarts is back within a minute; every chunk may be repeated.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)


@app.task(name=bulk.JOB, retry=RETRY)
def change_many(edit_uuid: str) -> None:
    bulk.finish(uuid.UUID(edit_uuid))
