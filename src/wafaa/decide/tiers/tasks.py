"""The room's jobs."""

from procrastinate.contrib.django import app

from wafaa.decide.tiers.actions import judge_due, place_members


@app.periodic(cron="3,18,33,48 * * * *")
@app.task(queueing_lock="tiers.judge")
def judge_standings(timestamp: int) -> None:
    """Windows that rolled on, ends, grace and warnings; and whoever is to be placed by new definitions."""
    place_members()
    judge_due()
