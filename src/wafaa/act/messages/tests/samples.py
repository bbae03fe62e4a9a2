"""People, templates and a turn of the outbox, as tests of sending need them."""

import uuid

from tests.build import make_business, make_customer, make_event, tell

from wafaa.act.messages.actions import send
from wafaa.act.messages.delivering import LANES
from wafaa.act.messages.models import Template, TemplateVersion
from wafaa.act.messages.rules import Person
from wafaa.kit import clock
from wafaa.stream import outbox
from wafaa.stream.models import Event

ME = uuid.UUID(int=1)
TEXTS = {
    "en": {
        "email": {
            "subject": "Hello {{ customer.first_name | default: 'there' }}",
            "html": "<p>Your order {{ order.number | default: 'is here' }}</p>",
            "text": "Your order {{ order.number | default: 'is here' }}\n{{ links.unsubscribe }}",
        }
    },
    "ar": {
        "email": {
            "subject": "مرحبًا {{ customer.first_name | default: 'بك' }}",
            "html": "<p>طلبك {{ order.number | default: 'هنا' }}</p>",
            "text": "طلبك {{ order.number | default: 'هنا' }}\n{{ links.unsubscribe }}",
        }
    },
}


def make_template(texts=None, *, purpose="marketing", names=()):
    """Straight into the tables: how templates are written is the other tests' business."""
    now = clock.now()
    template = Template.objects.create(
        name="Winter", purpose=purpose, state="ready", created_at=now, changed_at=now
    )
    version = TemplateVersion.objects.create(
        template=template, number=1, content={}, compiled=texts or TEXTS, names=list(names), created_at=now
    )
    template.latest = version
    template.save()
    return template


def make_reader(number="1", *, consents=("marketing",), **traits):
    """A customer with an address who has said yes by e-mail."""
    told = {"email": f"p{number}@example.com", "name": f"Person {number}", "language": "en", **traits}
    customer = make_customer(number, **{key: value for key, value in told.items() if value})
    for purpose in consents:
        tell(
            make_event(
                "Consent Given",
                distinct_id=number,
                properties={"channel": "email", "purpose": purpose},
            )
        )
    return customer


def make_shop(**changes):
    return make_business(**{"name": "Palm Roastery", "time_zone": "Asia/Riyadh", **changes})


def ask(template, *people, reason="campaign", step="1", purpose="marketing", **given):
    """One message to each; a customer, or a Person."""
    return send(
        reason=reason,
        step=step,
        template=template.uuid,
        people=[one if isinstance(one, Person) else Person(customer_id=one.pk) for one in people],
        purpose=purpose,
        **given,
    )


def turn(*, lanes=LANES, limit=1000, do=lambda deed: deed()):
    """What the outbox does in one turn, here and now. Returns what came of it: verdict and error of each."""
    came = []
    for kind in lanes:
        claimed = outbox.claim(kind=kind, sender=ME, limit=limit)
        prepared = kind.prepare(claimed)
        done = [
            (effect, todo if isinstance(todo := prepared[effect.id], outbox.Outcome) else do(todo))
            for effect in claimed
        ]
        outbox.settle_all(kind=kind, sender=ME, done=done)
        came += [(str(outcome.verdict), outcome.error) for _effect, outcome in done]
    return came


def list_told(*names):
    return list(
        Event.objects.filter(name__in=names)
        .order_by("position")
        .values_list("name", "distinct_id", "properties")
    )
