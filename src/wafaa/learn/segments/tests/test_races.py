"""The stream's consumer and the worker's thread at once: what stands there is what a full count gives."""

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection, transaction
from tests.build import make_customer, make_event, make_order, tell

from wafaa.config.flow import CONSUMERS
from wafaa.kit import clock
from wafaa.know.customers.actions import set_tags
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order
from wafaa.learn.segments.actions import catch_up, create_segment, find_next_flip, run_build
from wafaa.learn.segments.actions.refreshing import begin_alone
from wafaa.learn.segments.compiling import compile_tree
from wafaa.learn.segments.live import list_live_builds
from wafaa.learn.segments.models import Build, Membership
from wafaa.learn.segments.tests.telling import run
from wafaa.run.segments import HELD_S, SegmentsKeeper
from wafaa.stream.actions import record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
VIEWED = {"events": {"name": "Product Viewed", "measure": "count", "min": 2}}
TAGGED = {"profile": {"field": "tags", "known": True}}


def at_once(*deeds):
    failures = []

    def run_one(deed):
        try:
            deed()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run_one, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_nothing_is_missed_and_nobody_enters_twice():
    people = [make_customer(str(number)) for number in range(8)]
    for definition in ({"all": [VIEWED, TAGGED]}, {"any": [VIEWED, {"not": TAGGED}]}):
        segment = create_segment(name="S", definition=definition, by=None)
        run_build(build_id=Build.objects.get(segment=segment, state="coming").pk)

    def view():
        for _ in range(3):
            record_events(events=[make_event("Product Viewed", distinct_id=str(one)) for one in range(8)])
            drain_until_quiet(CONSUMERS)

    def tag():
        for turn in range(3):
            for customer in people:
                set_tags(customer=customer, names=["VIP"] if turn % 2 == 0 else [], by=None)
            catch_up()

    at_once(view, tag, catch_up)
    drain_until_quiet(CONSUMERS)
    catch_up()

    ids = list(Customer.objects.values_list("id", flat=True))
    for build in list_live_builds():
        kept = set(
            Membership.objects.filter(build=build.build_id, is_member=True).values_list(
                "customer_id", flat=True
            )
        )
        anew = run(*compile_tree(build.tree, build.moment, ids=ids))
        assert kept == {one for one, holds, _at in anew if holds} == set(ids)
    entered = Event.objects.filter(name="Segment Entered")
    exited = Event.objects.filter(name="Segment Exited")
    for customer in people:
        who = customer.external_id
        assert entered.filter(distinct_id=who).count() - exited.filter(distinct_id=who).count() in {0, 1}


def test_a_build_beside_the_stream_shows_everybody():
    segment = create_segment(name="S", definition=TAGGED, by=None)
    people = [make_customer(str(number)) for number in range(8)]
    coming = Build.objects.get(segment=segment).pk

    def tag():
        for customer in people:
            set_tags(customer=customer, names=["VIP"], by=None)
            catch_up()

    at_once(tag, lambda: run_build(build_id=coming))
    catch_up()

    segment.refresh_from_db()
    members = Membership.objects.filter(build=segment.build_id, is_member=True)
    assert members.count() == len(people)
    tell(make_event("page", distinct_id="0"))
    make_order(customer="0")
    assert members.count() == len(people)


def test_whoever_was_written_before_a_segment_was_made_is_counted_once_the_writer_is_done():
    customer = make_customer("1")
    is_written, is_waited_for = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            Order.objects.create(
                source="s",
                external_id="1",
                customer=customer,
                ordered_at=clock.now(),
                currency="SAR",
                counted=True,
                counted_lines=1,
                gross_minor=100,
            )
            is_written.set()
            is_waited_for.wait(5)

    def count():
        assert is_written.wait(30)
        segment = create_segment(name="S", definition={"orders": {"measure": "count", "min": 1}}, by=None)
        run_build(build_id=Build.objects.get(segment=segment).pk)

    class Listener(logging.Handler):
        def emit(self, record):
            is_waited_for.set()

    listener = Listener()
    logger = logging.getLogger(run_build.__module__)
    level = logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.INFO)
    at_once(write, count)
    logger.removeHandler(listener)
    logger.setLevel(level)

    assert is_waited_for.is_set()
    assert Membership.objects.filter(is_member=True).count() == 1


def test_another_worker_goes_on_as_soon_as_the_one_that_kept_segments_is_dead():
    at = datetime(2026, 3, 15, 9, tzinfo=UTC)
    with clock.fixed_at(at):
        make_order(customer="1", at=at - timedelta(days=10))
        definition = {"orders": {"measure": "count", "min": 1, "window": {"last": 60, "unit": "days"}}}
        segment = create_segment(name="S", definition=definition, by=None)
        run_build(build_id=Build.objects.get(segment=segment).pk)
    members = Membership.objects.filter(is_member=True)
    other = SegmentsKeeper(threading.Event(), does_jobs=False)
    is_at_it, is_seen = threading.Event(), threading.Event()
    sessions = []

    def keep():
        with transaction.atomic():
            assert begin_alone()
            sessions.append(connection.connection.info.backend_pid)
            is_at_it.set()
            is_seen.wait(30)

    def keep_and_die():
        with pytest.raises(OperationalError):
            keep()

    with clock.fixed_at(find_next_flip()):
        dying = threading.Thread(target=keep_and_die)
        dying.start()
        assert is_at_it.wait(30)
        assert (other._turn(), members.count()) == (HELD_S, 1)

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", sessions)
        assert (other._turn(), members.count()) == (0.01, 0)
        is_seen.set()
        dying.join(30)
