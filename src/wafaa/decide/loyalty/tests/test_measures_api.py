"""The measures over /v1 are those of the page."""

import pytest
from tests.build import NOON, make_order

from wafaa.decide.loyalty import counting
from wafaa.decide.loyalty.tests.build import DAY, SPEND, make_live
from wafaa.kit import clock
from wafaa.show.api.tests.calls import get, make_key

pytestmark = pytest.mark.django_db
WORTH = {"points": 1, "minor": 50, "currency": "SAR"}


@pytest.fixture
def key():
    return make_key("read")


def test_measures_over_the_api_tell_each_figure_with_its_parts_and_its_definition(key, monkeypatch):
    programme = make_live(SPEND, worth=WORTH)
    make_order("A", lines=[("TEA", 1, "100.00")])
    address = f"/v1/programmes/{programme.uuid}/measures"
    with clock.fixed_at(NOON + DAY):
        told = get(f"{address}?period=2026-03", key=key).json()
        assert (told["unit"], told["start"], told["end"]) == ("points", "2026-03-01", "2026-03-03")
        assert told["figures"]["reward_cost"] == {
            "value": 0,
            "shape": "money",
            "numerator": None,
            "denominator": None,
            "low": None,
            "high": None,
            "definition": "What was spent in the period, by what the programme says that a point is worth.",
        }
        share = told["figures"]["programme_cost_share"]
        assert (share["value"], share["numerator"], share["denominator"]) == (0.05, 500, 10_000)
        assert told["months"] == [{"month": "2026-03-01", "earned": 10, "burned": 0, "expired": 0}]
        assert "prove nothing" in told["note"]

        assert get(f"{address}?period=never", key=key).json()["code"] == "period_wrong"
        assert get(f"{address}?unit=stars", key=key).json()["code"] == "unit_wrong"
        monkeypatch.setattr(counting, "ROWS_AT_ONCE", 0)
        assert get(address, key=key).status_code == 503
