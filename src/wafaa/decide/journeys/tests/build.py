"""Builders for campaigns and automations: readers, segments, and the clock turned with everything that hangs on it."""

from datetime import UTC, datetime, timedelta

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.build import make_business, make_event, tell

from wafaa.act.messages.actions import release_due
from wafaa.act.messages.models import Message
from wafaa.act.messages.tests.samples import make_template
from wafaa.decide.experiments.actions import set_universal_share
from wafaa.decide.journeys.actions import create_automation, create_campaign, go_on, switch_on
from wafaa.decide.journeys.models import Run
from wafaa.decide.journeys.rules import write_plan
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.learn.segments.actions import add_to_list, create_list

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)  # ten in Riyadh, a Sunday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ORDER, PAID = (
    "Order Completed",
    {"currency": "SAR", "products": [{"sku": "OUD", "quantity": 1, "price": "10"}]},
)


def make_shop(*, universal_bp=0, **changes):
    """In Riyadh; nobody is kept aside of all marketing unless told otherwise, and nobody's budget ends."""
    business = make_business(name="Palm Roastery", time_zone="Asia/Riyadh", **changes)
    set_universal_share(share_bp=universal_bp, by=None)
    return business


def make_readers(count, *, first=0):
    """Many who have said yes by e-mail, in one telling: r000 on."""
    numbers = [f"r{number:03}" for number in range(first, first + count)]
    told = {"channel": "email", "purpose": "marketing"}
    tell(
        *(
            make_event(
                "identify",
                distinct_id=number,
                at=MORNING - DAY,
                properties={"customer_number": number, "email": f"{number}@example.com", "language": "en"},
            )
            for number in numbers
        ),
        *(
            make_event("Consent Given", distinct_id=number, at=MORNING - DAY, properties=told)
            for number in numbers
        ),
    )
    return list(Customer.objects.filter(external_id__in=numbers).order_by("external_id"))


def order_all(*, count, number="7", at=None):
    """Each of the first so many orders, in one telling."""
    moment = at or clock.now()
    tell(
        *(
            make_event(ORDER, distinct_id=f"r{place:03}", at=moment, properties={**PAID, "order_id": number})
            for place in range(count)
        )
    )


def make_segment(*people, name="Friends"):
    segment = create_list(name=name, by=None)
    add_to_list(segment=segment, customer_ids=[one.pk for one in people])
    segment.refresh_from_db()
    return segment


def get_state(campaign):
    campaign.refresh_from_db()
    return campaign.state, campaign.why


def make_campaign(segment, *, template=None, by=None, **told):
    template = template or make_template()
    return create_campaign(
        **{
            "name": "Eid offer",
            "template": template.uuid,
            "segment": segment.uuid,
            "control_bp": 0,
            "by": by,
            **told,
        }
    )


def make_automation(plan, *, name="Thanks", is_on=True):
    automation = create_automation(name=name, definition=write_plan(plan), by=None)
    return switch_on(automation=automation, by=None) if is_on else automation


def happen(name, /, *, customer="1", at=None, **properties):
    """An event of a customer, heard by everybody."""
    moment = at or clock.now()
    if name == ORDER:
        properties = {**PAID, "order_id": f"O-{moment:%d%H%M}", **properties}
    tell(make_event(name, distinct_id=customer, at=moment, properties=properties))


def turn_until_quiet():
    """All that has its moment by now: journeys, then messages, and what they tell."""
    total = 0
    while count := go_on():
        total += count
    while release_due():
        pass
    tell()
    return total


def list_states():
    """What became of each run, by customer's number and occasion."""
    rows = Run.objects.order_by("customer__external_id", "what")
    return [
        (number, what, state, why)
        for number, what, state, why in rows.values_list("customer__external_id", "what", "state", "why")
    ]


def list_messages():
    rows = Message.objects.order_by("customer__external_id", "step")
    return list(rows.values_list("customer__external_id", "step", "state", "why"))


def do_jobs(after=0):
    """Does this room's jobs that wait in the queue behind `after`, as the worker would; the id of the last one."""
    jobs = ProcrastinateJob.objects.filter(task_name__startswith="wafaa.decide.journeys", id__gt=after)
    last = after
    for job in jobs.order_by("id"):
        app.tasks[job.task_name](**job.args)
        last = job.id
    return last
