"""The room's jobs: turning the pages of a past, and what follows from time passing."""

import logging
import time
from contextlib import suppress
from typing import Any

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from wafaa.listen.connectors.actions import (
    abandon_checkouts,
    end_stays,
    fetch_named,
    prune_deliveries,
    push_changes,
    read_failed_again,
    read_waiting,
    turn_page,
    wake_backfills,
)
from wafaa.listen.connectors.models import Backfill, Connection
from wafaa.listen.connectors.queries import list_behind, list_pushing
from wafaa.listen.connectors.rules import ConnectorError

_logger = logging.getLogger(__name__)

# A job gives way to others after so long and begins again behind them.
TURN_S = 20.0
# What is over sooner is waited for in the job itself.
PATIENCE_S = 5.0


@app.task(name="wafaa.listen.connectors.tasks.fetch", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def fetch(backfill_id: int) -> None:
    """Pages until the turn is over, the system wants us to wait, or there is none left."""
    backfill = Backfill.objects.filter(pk=backfill_id).first()
    if backfill is None:
        return
    end = time.monotonic() + TURN_S
    while True:
        wait_s = turn_page(backfill=backfill)
        if wait_s is None:
            return
        if wait_s > PATIENCE_S or time.monotonic() >= end:
            defer_fetch(backfill, wait_s=wait_s)
            return
        time.sleep(wait_s)


def defer_fetch(backfill: Backfill, *, wait_s: float = 0) -> None:
    """One job of a backfill waits at a time."""
    job = fetch.configure(
        queueing_lock=f"connectors.backfill.{backfill.pk}", schedule_in={"seconds": int(wait_s)}
    )
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(backfill_id=backfill.pk)


@app.task(
    name="wafaa.listen.connectors.tasks.read_kept", retry=RetryStrategy(max_attempts=8, exponential_wait=2)
)
def read_kept(connection_id: int) -> None:
    """What came while the connection was paused."""
    connection = Connection.objects.filter(pk=connection_id, state=Connection.State.ON).first()
    if connection is not None:
        read_waiting(connection=connection)


@app.task(
    name="wafaa.listen.connectors.tasks.read_failed", retry=RetryStrategy(max_attempts=3, exponential_wait=2)
)
def read_failed(connection_id: int) -> None:
    """All that could not be read, once more."""
    connection = Connection.objects.filter(pk=connection_id, state=Connection.State.ON).first()
    if connection is not None:
        read_failed_again(connection=connection)


def defer_once(task: Any, connection: Connection) -> None:
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.configure(queueing_lock=f"{task.name}.{connection.pk}").defer(connection_id=connection.pk)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="connectors.minute")
def each_minute(timestamp: int) -> None:
    end_stays()
    for backfill in wake_backfills():
        defer_fetch(backfill)
    for connection in list_behind():
        defer_once(read_kept, connection)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="connectors.checkouts")
def look_for_abandoned(timestamp: int) -> None:
    abandon_checkouts()


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="connectors.prune")
def prune(timestamp: int) -> None:
    prune_deliveries()


@app.task(
    name="wafaa.listen.connectors.tasks.fetch_objects",
    retry=RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions=[ConnectorError]),
)
def fetch_objects(connection_id: int, ids: list[str]) -> None:
    """What a delivery only named."""
    connection = Connection.objects.filter(pk=connection_id).first()
    if connection is None:
        return
    wait_s = fetch_named(connection=connection, ids=ids)
    if wait_s is not None:
        fetch_objects.configure(schedule_in={"seconds": int(wait_s) + 1}).defer(
            connection_id=connection_id, ids=[*ids]
        )


@app.periodic(cron="* * * * *")
@app.task(name="wafaa.listen.connectors.tasks.push", queueing_lock="connectors.push")
def push(timestamp: int) -> None:
    """Customers that changed here, to every system that takes them; what fails is tried again in a minute."""
    end = time.monotonic() + TURN_S
    for connection in list_pushing():
        try:
            while push_changes(connection=connection) and time.monotonic() < end:
                continue
        except ConnectorError as error:
            _logger.warning("customers could not be given to connection %s: %s", connection.pk, error.why)
