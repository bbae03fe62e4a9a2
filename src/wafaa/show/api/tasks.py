"""The room's cleaning."""

from procrastinate.contrib.django import app

from wafaa.show.api.actions import forget_answers


@app.periodic(cron="43 * * * *")
@app.task(queueing_lock="api.forget_answers")
def clean(timestamp: int) -> None:
    forget_answers()
