"""The room's daily job."""

from procrastinate.contrib.django import app

from wafaa.know.customers.actions import forget_bulk_edits


@app.periodic(cron="31 3 * * *")
@app.task(queueing_lock="customers.forget_bulk_edits")
def forget_changes(timestamp: int) -> None:
    forget_bulk_edits()
