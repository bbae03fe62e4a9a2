"""When the worker has the facts synced and their figures counted ahead."""

from datetime import UTC, datetime

import pytest
from tests.build import make_business

from wafaa.access.business.models import Business
from wafaa.kit import clock
from wafaa.run.syncing import FactsKeeper, _counts_under, choose_rest


def test_a_sync_that_took_long_is_followed_by_a_longer_rest():
    assert [choose_rest(took_s) for took_s in (0.1, 0.5, 5, 600)] == [2, 2, 20, 60]


@pytest.mark.django_db
def test_figures_are_counted_ahead_when_the_business_s_day_begins_or_the_lapse_window_changes():
    make_business(time_zone="Asia/Riyadh", lapse_window_days=180)
    keeper = FactsKeeper()

    def is_behind(*hour_and_minute: int) -> bool:
        keeper._next_look, keeper._facts_behind = 0, False
        with clock.fixed_at(datetime(2026, 3, 1, *hour_and_minute, tzinfo=UTC)):
            keeper._look_for_changes()
            keeper._counted_under = _counts_under()
        return keeper._facts_behind

    assert is_behind(20, 0)  # the first look
    assert not is_behind(20, 59)
    assert is_behind(21, 0)  # midnight in Riyadh
    assert not is_behind(21, 1)
    Business.objects.update(lapse_window_days=90)
    assert is_behind(21, 2)
