"""The room's jobs: test mails, and cancelling a sending of many messages to its end."""

from procrastinate.contrib.django import app

from wafaa.act.messages import trying
from wafaa.act.messages.actions import cancel_sending


@app.task(name=trying.TASK, queue=trying.QUEUE)
def send_test(
    *, key: str, template_id: int, number: int, customer_id: int | None, staff_id: int, site: str
) -> None:
    trying.deliver_test(
        key=key, template_id=template_id, number=number, customer_id=customer_id, staff_id=staff_id, site=site
    )


@app.task(name=trying.CANCEL_TASK)
def cancel(reason: str) -> None:
    cancel_sending(reason=reason)
