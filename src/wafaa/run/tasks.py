"""The queue's own housekeeping, done by the worker."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from wafaa.kit.errors import WafaaError
from wafaa.listen.connectors.files.actions import publish_import
from wafaa.listen.connectors.files.queries import list_imports
from wafaa.run.backup.schedule import start_due_backup
from wafaa.show.start.actions import tell_demo_progress
from wafaa.show.start.queries import DemoProgress

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


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="run.make_due_backup")
def make_due_backup(timestamp: int) -> None:
    """Often, because the machine may have been off at the hour itself."""
    start_due_backup()


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="run.forget_finished_jobs", pass_context=True)
async def forget_finished_jobs(context: JobContext, timestamp: int) -> None:
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FINISHED_HOURS, include_failed=True)


@app.task
def load_demo_shop() -> None:
    """Asked for by the first hour's page, which shows how far it is; an error is said there and not tried again."""
    from wafaa.run.demo.actions import load_demo  # loads numpy, which web processes must not

    def tell(what: str, done: int, total: int) -> None:
        tell_demo_progress(DemoProgress(what=what, done=done, total=total))

    try:
        load_demo(on_progress=tell)
    except WafaaError as error:
        tell_demo_progress(DemoProgress(error=str(error)))
        return
    tell_demo_progress(DemoProgress(is_done=True))
