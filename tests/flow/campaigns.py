"""A campaign to many people in a shop that is served elsewhere: a program of its own, because settings name one database.

python -m tests.flow.campaigns people N CHANNEL: customers who said yes to it, and a segment of all of them.
python -m tests.flow.campaigns gateway ADDRESS: SMS leave by a gateway there, which promises to know its keys.
python -m tests.flow.campaigns launch CHANNEL: begins a campaign to them, one in ten of whom is kept aside.
"""

import sys
import time

SEGMENT, CONTROL_BP = "Everybody", 1_000
EVERYBODY = {"profile": {"field": "language", "one_of": ["ar", "en"]}}
# Also by SMS, which the Saudi pack would not send in the evening.
ALL_DAY = [
    {"opens": "00:00", "closes": "24:00", "country": country, "channel": channel}
    for country in ("", "SA")
    for channel in ("", "sms")
]
PATIENCE_S, AT_ONCE = 300, 5_000
TEXTS = {
    "en": {
        "email": {"subject": "Winter", "html": "<p>{{ customer.name }}</p>", "text": "{{ customer.name }}"},
        "sms": {"text": "Winter, {{ customer.name }}"},
    },
    "ar": {
        "email": {"subject": "الشتاء", "html": "<p>{{ customer.name }}</p>", "text": "{{ customer.name }}"},
        "sms": {"text": "الشتاء، {{ customer.name }}"},
    },
}


def make_people(count: int, channel: str) -> None:
    from wafaa.kit import clock
    from wafaa.know.consents.models import ConsentState
    from wafaa.know.customers.models import Customer, DistinctId
    from wafaa.learn.segments.actions import create_segment

    now = clock.now()
    people = Customer.objects.bulk_create(
        (
            Customer(
                external_id=f"C{number}",
                name=f"نورة الحربي {number}" if number % 2 else f"Emma Clarke {number}",
                email=f"c{number}@shop{number % 7}.example",
                phone=f"+9665{number:08}",
                language="ar" if number % 2 else "en",
                created_at=now,
                changed_in=1,
            )
            for number in range(count)
        ),
        batch_size=AT_ONCE,
    )
    DistinctId.objects.bulk_create(
        (DistinctId(distinct_id=one.external_id, customer=one) for one in people), batch_size=AT_ONCE
    )
    ConsentState.objects.bulk_create(
        (
            ConsentState(distinct_id=one.external_id, channel=channel, purpose="marketing", given_at=now)
            for one in people
        ),
        batch_size=AT_ONCE,
    )
    create_segment(name=SEGMENT, definition=EVERYBODY, by=None)


def set_up_gateway(address: str) -> None:
    from wafaa.act.messages.actions.providing import set_up_provider

    given = {
        "method": "POST",
        "url": address,
        "sender": "Palm",
        "form": "json",
        "body": '{"to": "{to}", "text": "{text}"}',
        "id_path": "id",
        "key_header": "Idempotency-Key",
    }
    set_up_provider(kind="gateway", given=given, by=None)


def launch(channel: str) -> None:
    from wafaa.act.messages.actions import change_settings
    from wafaa.act.messages.models import Template, TemplateVersion
    from wafaa.decide.journeys.actions import create_campaign, launch_campaign, set_approval_above
    from wafaa.kit import clock
    from wafaa.learn.segments.models import Segment

    deadline = time.monotonic() + PATIENCE_S
    while Segment.objects.get(name=SEGMENT).state != Segment.State.LIVE:
        assert time.monotonic() < deadline, "the segment was never counted"
        time.sleep(0.2)
    change_settings(changes={"windows": ALL_DAY}, by=None)
    set_approval_above(people=10**9, by=None)
    now = clock.now()
    template = Template.objects.create(
        name="Winter", purpose="marketing", state="ready", created_at=now, changed_at=now
    )
    template.latest = TemplateVersion.objects.create(
        template=template, number=1, content={}, compiled=TEXTS, names=[], created_at=now
    )
    template.save()
    campaign = create_campaign(
        name="Winter",
        template=template.uuid,
        segment=Segment.objects.get(name=SEGMENT).uuid,
        control_bp=CONTROL_BP,
        channel=channel,
        by=None,
    )
    launch_campaign(campaign=campaign, by=None)


def main() -> None:
    import django

    django.setup()
    match sys.argv[1:]:
        case ["people", count, channel]:
            make_people(int(count), channel)
        case ["gateway", address]:
            set_up_gateway(address)
        case ["launch", channel]:
            launch(channel)


if __name__ == "__main__":
    main()
