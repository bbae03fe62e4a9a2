"""What was counted of answers stays while orders come in, and is counted before anybody asks."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from tests.build import make_business

from wafaa.kit import clock
from wafaa.learn.facts.queries import close_facts
from wafaa.learn.measures.actions import prune_answers
from wafaa.learn.measures.models import Answer
from wafaa.learn.scores.actions import warm_results
from wafaa.learn.scores.tests.answered import Answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    make_business(currency="SAR", time_zone="Asia/Riyadh", lapse_window_days=180)
    with clock.fixed_at(datetime(2026, 6, 30, 18, tzinfo=UTC)):
        found = Answered()
        for survey in (1, 1, 2):
            found.answer(("q1", "nps", 10), survey=survey, day=date(2026, 6, 1))
        found.write(settings.FACTS_ROOT)
        yield found
    close_facts(settings.FACTS_ROOT)


def test_results_are_counted_ahead_and_forgotten_only_when_answers_change(told):
    assert warm_results() == 2
    kept = set(Answer.objects.values_list("key", flat=True))
    assert len(kept) == 3  # which surveys, and the results of both

    told.buy(1, date(2026, 6, 2))
    told.write(settings.FACTS_ROOT)
    assert prune_answers() == 0
    assert warm_results() == 2
    assert set(Answer.objects.values_list("key", flat=True)) == kept

    told.answer(("q1", "nps", 0), day=date(2026, 6, 3))
    told.write(settings.FACTS_ROOT)
    assert prune_answers() == 3
    assert warm_results() == 2
