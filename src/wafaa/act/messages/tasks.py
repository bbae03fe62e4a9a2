"""The room's jobs: tests, cancelling a sending of many messages to its end, forgetting what providers told long ago."""

from procrastinate.contrib.django import app

from wafaa.act.messages import testing_providers, trying
from wafaa.act.messages.actions import cancel_sending, prune_callbacks


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


@app.task(name=testing_providers.TASK, queue=trying.QUEUE)
def send_provider_test(*, key: str, provider_id: int, address: str, template: str) -> None:
    testing_providers.deliver_provider_test(
        key=key, provider_id=provider_id, address=address, template=template
    )


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="messages.prune_callbacks")
def prune(timestamp: int) -> None:
    prune_callbacks()
