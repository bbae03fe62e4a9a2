"""The room's daily job."""

from procrastinate.contrib.django import app

from wafaa.know.notes.actions import purge_deleted


@app.periodic(cron="29 3 * * *")
@app.task(queueing_lock="notes.purge")
def purge(timestamp: int) -> None:
    purge_deleted()
