"""What the analyst does when nobody asks it."""

import weakref

import pytest
from tests.build import make_business

from wafaa.config.facts import FACT_TABLES
from wafaa.learn.facts.actions import sync_facts
from wafaa.learn.facts.queries import close_facts, open_facts
from wafaa.run.analyst import rest


@pytest.mark.django_db(transaction=True)
def test_a_resting_analyst_gives_the_engine_back_but_not_from_under_a_question():
    make_business()
    sync_facts(FACT_TABLES)
    asked = open_facts()
    engine = weakref.ref(asked)

    rest()
    assert asked.backend.to_pyarrow(asked.tables["orders"].count()).as_py() == 0
    assert open_facts() is not asked

    del asked
    assert engine() is None
    close_facts()
