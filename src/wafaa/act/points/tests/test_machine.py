"""The ledger does what the plain model does, whatever comes in whatever order."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from wafaa.act.points.tests.machine import Ledger

pytestmark = pytest.mark.django_db


def test_random_writes_leave_the_books_as_the_model_has_them():
    run_state_machine_as_test(
        Ledger, settings=settings(max_examples=25, stateful_step_count=40, deadline=None)
    )
