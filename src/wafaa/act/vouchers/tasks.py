"""The room's jobs: making many codes, and giving back what nobody came back for."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.act.vouchers.actions.making import TASK, run_batch
from wafaa.act.vouchers.actions.using import free_late


@app.task(name=TASK, retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def make_codes(batch_id: int) -> None:
    run_batch(batch_id=batch_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="vouchers.free_late")
def free(timestamp: int) -> None:
    """Reservations that are over; whoever asks for a place has it at once, also before this."""
    free_late()
