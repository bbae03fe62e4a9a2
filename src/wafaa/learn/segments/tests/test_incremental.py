"""What was kept up to date step by step is what a full count gives, whatever happened and however the clock moved."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.build import make_business, make_event, order_event, tell

from wafaa.kit import clock
from wafaa.know.customers.actions import set_tags
from wafaa.know.customers.models import Customer
from wafaa.learn.segments.actions import catch_up, create_segment, run_build
from wafaa.learn.segments.compiling import compile_tree
from wafaa.learn.segments.live import list_live_builds
from wafaa.learn.segments.models import Build, Membership, Segment
from wafaa.learn.segments.tests.drawn import CORNERS
from wafaa.learn.segments.tests.telling import run

WITHIN_DAYS = {"last": 3, "unit": "days"}
DEFINITIONS = (
    {"orders": {"measure": "count", "min": 2}},
    {"orders": {"measure": "count", "window": WITHIN_DAYS, "max": 0}},
    {"orders": {"measure": "sum", "window": {"last": 1, "unit": "months"}, "min": 1500, "where": {"currency": "SAR"}}},
    {"events": {"name": "Product Viewed", "measure": "count", "window": {"last": 30, "unit": "hours"}, "min": 2}},
    {"events": {"name": "Product Viewed", "measure": "last", "window": {"last": 1, "unit": "weeks"}}},
    {"all": [
        {"profile": {"field": "city", "one_of": ["Jeddah"]}},
        {"not": {"orders": {"measure": "first", "window": WITHIN_DAYS}}},
    ]},
    {"any": [
        {"profile": {"field": "birth_date", "yearly": {"from": 0, "to": 1}}},
        {"profile": {"field": "tags", "known": True}},
        {"consent": {"channel": "email", "purpose": "marketing", "is": "given"}},
    ]},
    {"profile": {"field": "created_at", "in": {"last": 2, "unit": "days"}}},
)  # fmt: skip
WHO = st.sampled_from(["1", "2", "anonymous:a"])
AGO = st.one_of(st.integers(0, 80).map(lambda hours: timedelta(hours=hours)), st.just(timedelta(days=29)))
STEPS = st.one_of(
    st.tuples(st.just("order"), st.sampled_from(["1", "2"]), AGO),
    st.tuples(st.just("view"), WHO, AGO),
    st.tuples(st.just("identify"), st.sampled_from(["1", "2"]), st.sampled_from(["Jeddah", "Riyadh"])),
    st.tuples(st.just("link"), st.sampled_from(["1", "2"]), st.none()),
    st.tuples(st.just("consent"), st.sampled_from(["1", "2"]), st.booleans()),
    st.tuples(st.just("tag"), st.sampled_from(["1", "2"]), st.booleans()),
    st.tuples(st.just("wait"), st.none(), st.integers(1, 100).map(lambda hours: timedelta(hours=hours))),
    st.tuples(st.just("flip"), st.none(), st.none()),
)


@pytest.mark.django_db
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_step_by_step_equals_counting_anew(db, data):
    now = data.draw(st.sampled_from(CORNERS)) - timedelta(hours=30)
    zone = data.draw(st.sampled_from(["Asia/Riyadh", "America/New_York", "Africa/Cairo"]))
    # no atomic block: the drain's own must be the outermost ones
    before = transaction.savepoint()
    try:
        make_business(time_zone=zone)
        with clock.fixed_at(now):
            for place, definition in enumerate(DEFINITIONS):
                segment = create_segment(name=str(place), definition=definition, by=None)
                run_build(build_id=Build.objects.get(segment=segment).pk)
        for step in data.draw(st.lists(STEPS, min_size=3, max_size=8)):
            now = move_clock(step, now)
            with clock.fixed_at(now):
                take(step, now)
                catch_up()
                compare()
    finally:
        transaction.savepoint_rollback(before)


def move_clock(step, now):
    match step:
        case "wait", _, ahead:
            return now + ahead
        case "flip", _, _:
            rows = Membership.objects.filter(flips_at__isnull=False).order_by("flips_at")
            return getattr(rows.first(), "flips_at", now + timedelta(hours=1))
    return now + timedelta(microseconds=1)


def take(step, now):
    match step:
        case "order", who, ago:
            tell(order_event(f"o{now.isoformat()}", customer=who, at=now - ago))
        case "view", who, ago:
            tell(make_event("Product Viewed", distinct_id=who, at=now - ago))
        case "identify", who, city:
            told = {"city": city, "birthday": "2000-02-29"}
            tell(make_event("identify", distinct_id=who, at=now, properties=told))
        case "link", who, _:
            event = make_event("page", distinct_id=who, at=now)
            event.context = {"anonymousId": "a"}
            tell(event)
        case "consent", who, is_given:
            name = "Consent Given" if is_given else "Consent Withdrawn"
            tell(
                make_event(
                    name, distinct_id=who, at=now, properties={"channel": "email", "purpose": "marketing"}
                )
            )
        case "tag", who, is_worn:
            for customer in Customer.objects.filter(distinct_ids__distinct_id=who):
                set_tags(customer=customer, names=["VIP"] if is_worn else [], by=None)


def compare():
    for build in list_live_builds():
        kept = {
            customer: (is_in, flips_at)
            for customer, is_in, flips_at in Membership.objects.filter(build=build.build_id).values_list(
                "customer_id", "is_member", "flips_at"
            )
        }
        ids = list(Customer.objects.values_list("id", flat=True))
        anew = {
            customer: (holds, flips_at)
            for customer, holds, flips_at in run(*compile_tree(build.tree, build.moment, ids=ids))
            if holds or flips_at
        }
        assert kept == anew, build.definition
    assert Segment.objects.count() == len(DEFINITIONS)
