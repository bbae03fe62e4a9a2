"""The room's job: what nobody used in time goes back."""

from procrastinate.contrib.django import app

from wafaa.decide.rewards.actions import end_late
from wafaa.kit import clock


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="rewards.end_late")
def end(timestamp: int) -> None:
    """Each minute; whoever wants what is out of stock has it at once, also before this."""
    now = clock.now()
    while end_late(at=now):
        pass
