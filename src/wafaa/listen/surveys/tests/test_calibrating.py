"""The estimates learn from recorded times and from where people left."""

import uuid

import pytest
from django.core.cache import cache

from wafaa.listen.surveys.builder.reviewing import shape_questions
from wafaa.listen.surveys.calibrating import get_installation
from wafaa.listen.surveys.models import Response
from wafaa.listen.surveys.queries import get_content
from wafaa.science.estimates import Installation, estimate_completion, estimate_seconds

pytestmark = pytest.mark.django_db
PAGES = {"p1": 60, "p2": 180, "p3": 40}


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.delete("surveys.installation")
    yield
    cache.delete("surveys.installation")


def put(survey, moment, *, number, state="complete", last=3, **more):
    Response.objects.bulk_create(
        Response(
            uuid=uuid.uuid4(),
            survey=survey,
            version=survey.current_version,
            state=state,
            language="en",
            page_number=last,
            page_seconds=dict(list(PAGES.items())[:last]),
            seconds=sum(list(PAGES.values())[:last]),
            started_at=moment,
            last_at=moment,
            changed_in=0,
            **more,
        )
        for _place in range(number)
    )


def test_without_answers_the_prior_speaks(survey):
    assert get_installation() == Installation()


def test_slow_people_make_the_estimate_longer_and_those_who_left_make_it_honest(survey, at_moment):
    shapes, _questions = shape_questions(get_content(survey.current_version_id), "en")
    put(survey, at_moment, number=60)
    put(survey, at_moment, number=30, state="partial", last=1)
    learnt = get_installation()

    before, after = estimate_seconds(shapes, "en"), estimate_seconds(shapes, "en", learnt)
    assert learnt.times.n == 60
    assert 2 * before.seconds < after.seconds < sum(PAGES.values())
    assert estimate_completion(shapes, "en", learnt).value < estimate_completion(shapes, "en").value - 0.1


def test_tests_and_speeders_teach_nothing(survey, at_moment):
    put(survey, at_moment, number=20, is_test=True)
    put(survey, at_moment, number=20, is_speeder=True)

    assert get_installation().times.n == 0
