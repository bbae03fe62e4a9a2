"""The console's jobs."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.know.identity.actions import settle_rest
from wafaa.show.console.customers import bulk
from wafaa.show.console.customers.merging import MOVERS

# An analyst or a database that just restarts is back within a minute; every chunk may be repeated.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)


@app.task(name=bulk.JOB, retry=RETRY)
def change_many(edit_uuid: str) -> None:
    bulk.finish(uuid.UUID(edit_uuid))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="identity.settle")
def settle_identities(timestamp: int) -> None:
    """Where so many customers turned out to be one that it was left for later: turn by turn, each in half a second."""
    while settle_rest(movers=MOVERS):
        pass
