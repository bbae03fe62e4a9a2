"""The room's jobs: counting a dry run, simulating an automation, and taking back many messages."""

import uuid

from procrastinate.contrib.django import app

from wafaa.decide.journeys import counting


@app.task(name=counting.COUNT_TASK)
def count_people(campaign: str, key: str, total: int) -> None:
    counting.do_count(campaign_uuid=uuid.UUID(campaign), key=key, total=total)


@app.task(name=counting.SIMULATE_TASK)
def simulate_past(key: str) -> None:
    counting.do_simulate(key=key)


@app.task(name=counting.CANCEL_TASK)
def cancel(campaign: str, staff_id: int) -> None:
    counting.do_cancel(campaign_uuid=uuid.UUID(campaign), staff_id=staff_id)


@app.task(name=counting.END_TASK)
def end(automation: str, why: str, before: int | None) -> None:
    counting.do_end(automation_uuid=uuid.UUID(automation), why=why, before=before)
