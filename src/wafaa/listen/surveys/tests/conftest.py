"""A published survey, an open link to it, and a customer."""

from datetime import UTC, datetime

import pytest

from wafaa.kit import clock
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.listen.surveys.actions import make_collector, make_survey, publish_survey
from wafaa.listen.surveys.models import Collector, Survey
from wafaa.listen.surveys.tests.samples import AFTER_DELIVERY

MOMENT = datetime(2026, 5, 4, 10, 17, 23, tzinfo=UTC)


@pytest.fixture
def at_moment():
    with clock.fixed_at(MOMENT):
        yield MOMENT


@pytest.fixture
def survey(db, at_moment) -> Survey:
    survey = make_survey(name="After delivery", content=AFTER_DELIVERY, by=None, touchpoint="delivery")
    publish_survey(survey=survey, by=None)
    survey.refresh_from_db()
    return survey


@pytest.fixture
def link(survey) -> Collector:
    return make_collector(survey=survey, kind="link", by=None, store="RUH-1", agent="Huda")


@pytest.fixture
def customer(db, at_moment) -> Customer:
    customer = Customer.objects.create(name="سارة العتيبي", created_at=at_moment, city="Riyadh")
    DistinctId.objects.create(distinct_id="C-7", customer=customer)
    return customer
