"""The room's daily job."""

from procrastinate.contrib.django import app

from wafaa.stream.outbox import prune


@app.periodic(cron="43 3 * * *")
@app.task(queueing_lock="webhooks.prune")
def prune_deliveries(timestamp: int) -> None:
    """Of all kinds: what was settled thirty days ago."""
    prune()
