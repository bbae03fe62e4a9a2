"""Under any race exactly as many have a reward as there are, and each of them settles once."""

import pytest
from django.db import connection

from wafaa.decide.rewards.tests.races import run_races


@pytest.mark.django_db(transaction=True)
def test_two_hundred_want_the_last_one():
    told = run_races(3, clients=200, connections=8, seed=4)

    assert told.faults == []
    assert {"placed", "reward_sold_out", "confirm", "redemption_over"} <= set(told.outcomes)
    connection.close()
