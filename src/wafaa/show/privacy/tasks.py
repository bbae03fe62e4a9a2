"""The worker's part."""

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.show.privacy.actions import resume_erasures, run_erasure


@app.task(queueing_lock="privacy.erase", retry=RetryStrategy(max_attempts=20, wait=30))
def erase(erasure_uuid: str) -> None:
    run_erasure(erasure_uuid=uuid.UUID(erasure_uuid))


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="privacy.resume")
def resume(timestamp: int) -> None:
    """What neither a retry nor the next start took up."""
    resume_erasures()
