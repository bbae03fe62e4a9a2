"""Several who hear of the same people at once agree on one customer, and nobody waits for ever."""

import threading

import pytest
from django.db import connection
from tests.build import make_business

from wafaa.know.customers.actions import ensure_customers
from wafaa.know.customers.models import Customer, Merge
from wafaa.know.identity.actions import hear_claims
from wafaa.know.identity.tests.telling import MOVERS, groups, identify, seen
from wafaa.stream.actions import record_events
from wafaa.stream.models import Event
from wafaa.stream.rules import EventHead

pytestmark = pytest.mark.django_db(transaction=True)


def run(*works):
    """Each in a thread and transaction of its own, all begun at once; returns what failed."""
    failures = []
    start = threading.Barrier(len(works))

    def turn(work):
        try:
            start.wait()
            work()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=turn, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    return failures


def record(*events):
    """The heads of events that nobody has heard yet."""
    record_events(events=events)
    ids = [str(event.message_id) for event in events]
    return [
        EventHead(str(one.xid), one.position, one.received_at, one.name, one.distinct_id)
        for one in Event.objects.filter(message_id__in=ids).order_by("position")
    ]


@pytest.fixture(autouse=True)
def business():
    make_business(currency="SAR", time_zone="Asia/Riyadh")


def test_two_drains_that_tell_of_the_same_people_make_one_of_them():
    """Each hears of one account of twenty people; whoever comes second finds the first."""
    halves = [
        record(*(identify(f"{system}:1:{number}", email=f"{number}@example.com") for number in range(20)))
        for system in ("salla", "zid")
    ]

    failures = run(*(lambda heads=heads: hear_claims(heads, movers=MOVERS) for heads in halves))

    assert failures == []
    assert groups() == sorted([f"salla:1:{number}", f"zid:1:{number}"] for number in range(20))
    assert Customer.objects.filter(merged_into=None).count() == 20


def test_an_order_of_a_device_that_is_just_attaching_finds_or_brings_its_customer():
    devices = [f"anonymous:{number}" for number in range(40)]
    heads = record(*(seen(str(number), str(number)) for number in range(40)))

    failures = run(
        lambda: hear_claims(heads, movers=MOVERS),
        lambda: ensure_customers(devices),
        lambda: ensure_customers(devices[::-1]),
    )

    assert failures == []
    assert groups() == sorted([str(number), f"anonymous:{number}"] for number in range(40))
    assert Customer.objects.filter(merged_into=None).count() == 40
    assert Merge.objects.count() in {0, 40}
