"""The room's job: telling somebody that a case is theirs."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.access.staff.mails import QUEUE
from wafaa.act.cases.notices import TASK
from wafaa.act.cases.notices import tell_owner as tell


@app.task(name=TASK, queue=QUEUE, retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def tell_owner(case_id: int, staff_id: int, base_url: str) -> None:
    tell(case_id=case_id, staff_id=staff_id, base_url=base_url)
