"""The queue's own housekeeping, done by the worker."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from wafaa.listen.connectors.files.actions import publish_import
from wafaa.listen.connectors.files.queries import list_imports

# A worker says every 10 s that it lives; one that missed so many is gone, and its job is done again.
STALLED_S = 60
KEEP_FINISHED_HOURS = 7 * 24


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="run.retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Jobs of a worker that was killed."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S):
        await manager.retry_job(job)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="run.finish_publishing")
def finish_publishing(timestamp: int) -> None:
    """Imports past their commit record whose command was killed; one still at work holds a lock meanwhile."""
    for imported in list_imports(state="publishing"):
        publish_import(import_uuid=imported.uuid)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="run.forget_finished_jobs", pass_context=True)
async def forget_finished_jobs(context: JobContext, timestamp: int) -> None:
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FINISHED_HOURS, include_failed=True)
