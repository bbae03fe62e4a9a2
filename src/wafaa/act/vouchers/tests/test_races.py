"""Under any race exactly as many get a place as there are, also of those that nobody came back for."""

import pytest
from django.db import connection
from tests.racing import run_races

from wafaa.act.vouchers.tests import card_races, code_races
from wafaa.act.vouchers.tests.build import list_untrue_counters
from wafaa.act.vouchers.tests.mess import run_mess


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [1, 4])
def test_exactly_as_many_as_there_are_places(seed):
    told = run_races(code_races.run_round, 4, clients=60, connections=8, seed=seed)

    assert told.faults == []
    assert told.outcomes["done"] > 0
    assert list_untrue_counters() == []
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_whatever_is_done_at_once_the_counters_are_true_and_nobody_waits_in_a_circle():
    done = run_mess(1, deeds=300)

    assert {"reserve", "redeem", "pay", "back", "limits", "sweep"} <= set(done)
    assert list_untrue_counters() == []
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_gift_card_gives_exactly_what_it_holds():
    told = run_races(card_races.run_round, 3, clients=50, connections=8, seed=2)

    assert told.faults == []
    assert told.outcomes["done"] > 0
    assert card_races.check() == []
    connection.close()
