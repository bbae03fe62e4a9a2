"""The room's jobs: one per step of an import, and the daily cleaning."""

import uuid
from contextlib import suppress

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.listen.connectors.files.actions import clean_files, publish_import, read_import, stage_import
from wafaa.listen.connectors.files.errors import DemoAnswerMissing, ImportIsPast

# An analyst or a database that just restarts is back within a minute; every step may be repeated.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)


@app.task(name="wafaa.listen.connectors.files.tasks.read", retry=RETRY)
def read(import_uuid: str) -> None:
    read_import(import_uuid=uuid.UUID(import_uuid))


@app.task(name="wafaa.listen.connectors.files.tasks.stage", retry=RETRY)
def stage(import_uuid: str) -> None:
    stage_import(import_uuid=uuid.UUID(import_uuid))


@app.task(name="wafaa.listen.connectors.files.tasks.publish", retry=RETRY)
def publish(import_uuid: str) -> None:
    with suppress(ImportIsPast, DemoAnswerMissing):  # cancelled meanwhile, or asked again: nothing to repeat
        publish_import(import_uuid=uuid.UUID(import_uuid))


@app.periodic(cron="43 3 * * *")
@app.task(queueing_lock="files.clean")
def clean(timestamp: int) -> None:
    clean_files()
