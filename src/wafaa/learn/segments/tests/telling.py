"""Puts drawn people into the tables where conditions look for them, quickly and without the stream."""

import itertools
import json
from datetime import UTC, datetime

from django.db import connection
from tests.cast import make_staff

from wafaa.access.staff.rules import Role
from wafaa.know.consents.models import ConsentState
from wafaa.know.customers.models import Customer, CustomerTag, DistinctId, Tag
from wafaa.know.orders.models import Order, OrderLine, Product, Store
from wafaa.learn.segments.models import Build, Membership, Segment, Standing
from wafaa.learn.segments.tests import drawn
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_numbers = itertools.count(1)


def prepare():
    """What people of all examples share: stores, products, tags, staff, a list."""
    for code in drawn.STORES:
        Store.objects.create(code=code)
    for place in (1, 2, 3):
        Tag.objects.create(pk=place, name=str(place), folded=str(place), created_at=LONG_AGO)
    for place in (1, 2):
        make_staff(Role.AGENT, email=f"a{place}@example.com", name="A", pk=place)
    segment = Segment.objects.create(
        uuid=drawn.LIST, name="List", kind="list", state="live", created_at=LONG_AGO, changed_at=LONG_AGO
    )
    segment.build = Build.objects.create(
        segment=segment, version=1, definition={}, zone="UTC", state="shown", started_at=LONG_AGO
    )
    segment.save()


def store_people(people):
    """Returns them with the ids that they got."""
    return [_store(person) for person in people]


def _store(person):
    customer = Customer.objects.create(
        name=person.texts["name"],
        city=person.texts["city"],
        attributes={key: _as_json(text) for key, text in person.own.items()},
        owner_id=person.owner,
        birth_date=person.birth_date,
        created_at=person.created_at,
    )
    ids = [f"c{customer.pk}", f"anonymous:{customer.pk}"]
    DistinctId.objects.bulk_create([DistinctId(distinct_id=one, customer=customer) for one in ids])
    CustomerTag.objects.bulk_create([CustomerTag(customer=customer, tag_id=one) for one in person.tags])
    for order in person.orders:
        _store_order(customer, order)
    record_events(
        events=[
            NewEvent(
                message_id=f"e{next(_numbers)}",
                type="track",
                name=name,
                distinct_id=ids[place % 2],
                occurred_at=event.at,
                properties=_as_properties(event.properties),
            )
            for name, events in person.events.items()
            for place, event in enumerate(events)
        ]
    )
    for place, ((channel, purpose), given) in enumerate(person.consents.items()):
        moments = {"given_at" if given else "withdrawn_at": LONG_AGO}
        ConsentState.objects.create(distinct_id=ids[place % 2], channel=channel, purpose=purpose, **moments)
    if person.rfm_group or person.pareto_class:
        scores = {"recency": 1, "frequency": 1, "monetary": 1, "since": LONG_AGO}
        Standing.objects.create(
            customer=customer, rfm_group=person.rfm_group, pareto_class=person.pareto_class, **scores
        )
    for uuid in person.lists:
        Membership.objects.create(
            build_id=Segment.objects.get(uuid=uuid).build_id,
            customer=customer,
            is_member=True,
            since=LONG_AGO,
        )
    return customer.pk


def _store_order(customer, order):
    stored = Order.objects.create(
        source="drawn",
        external_id=str(next(_numbers)),
        customer=customer,
        ordered_at=order.at,
        store=Store.objects.filter(code=order.store).first(),
        channel=order.channel,
        currency=order.currency,
        counted=True,
        counted_lines=1,
        gross_minor=order.gross_minor,
    )
    for ordinal, line in enumerate(order.lines):
        product = Product.objects.get_or_create(sku=line.sku, defaults={"category": line.category})[0]
        OrderLine.objects.create(
            order=stored,
            ordinal=ordinal,
            product=product,
            quantity=1,
            unit_price=1,
            amount_minor=line.amount_minor,
            counted=True,
        )


def _as_json(text):
    """What JSON itself would spell so comes as its value, everything else ("7.50") as a text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if json.dumps(value) == text else text


def _as_properties(texts):
    told = {}
    for path, text in texts.items():
        *above, last = path.split(".")
        inner = told
        for name in above:
            inner = inner.setdefault(name, {})
        inner[last] = _as_json(text)
    return told


def run(sql, values):
    """(customer, holds, flips at) of each row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
