"""Times in the unit in which people would say them."""

import pytest
from django.utils import translation

from wafaa.act.cases.words import say_hours


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0.01, "1 minute"),
        (0.3, "18 minutes"),
        (1.4, "84 minutes"),
        (3, "3 hours"),
        (47.9, "48 hours"),
        (72, "3 days"),
    ],
)
def test_a_time_is_said_in_its_unit(hours, said):
    with translation.override("en"):
        assert say_hours(hours) == said
