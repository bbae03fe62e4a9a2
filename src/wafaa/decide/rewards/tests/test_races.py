"""Under any race exactly as many have a reward as there are, and each of them settles once."""

import pytest
from django.db import connection
from tests.racing import run_races

from wafaa.decide.rewards.tests.races import check, make_race

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_want_the_last_one_that_somebody_let_time_out():
    last_and_late = 5
    told = run_races(make_race("stock"), 1, clients=200, connections=8, seed=last_and_late)

    assert [*told.faults, *check()] == []
    assert (told.outcomes["placed"], told.outcomes["reward_sold_out"] > 150) == (1, True)
    connection.close()


def test_limits_of_each_and_of_all_hold_at_once():
    told = run_races(make_race("all", "each"), 2, clients=60, connections=8)

    assert [*told.faults, *check()] == []
    assert {"reward_limit", "reward_member_limit"} <= set(told.outcomes)
    connection.close()
