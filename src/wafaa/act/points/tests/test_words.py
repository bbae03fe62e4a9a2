"""How amounts are said: the unit after its number, and what comes by the day."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from wafaa.act.points.models import Unit
from wafaa.act.points.rules import Coming
from wafaa.act.points.words import count_unit, gather_days

POINTS = {"ar": "نقاط", "en": "Points"}


@pytest.mark.parametrize(
    ("language", "amount", "said"),
    [
        ("ar", 0, "نقطة"),
        ("ar", 1, "نقطة"),
        ("ar", 2, "نقطة"),  # beside a figure there is no dual
        ("ar", 3, "نقاط"),
        ("ar", 10, "نقاط"),
        ("ar", 11, "نقطة"),
        ("ar", 100, "نقطة"),
        ("ar", 102, "نقطة"),
        ("ar", 103, "نقاط"),
        ("ar", -6000, "نقطة"),
        ("en", 1, "point"),
        ("en", 0, "points"),
        ("en", 100, "points"),
    ],
)
def test_a_unit_agrees_with_its_number(language: str, amount: int, said: str):
    with translation.override(language):
        assert count_unit(amount, Unit(code="points", name=POINTS)) == said


def test_stamps_have_a_form_of_their_own_and_a_name_of_the_shops_stands_as_it_was_written():
    with translation.override("ar"):
        told = [count_unit(amount, Unit(code="s", name={"ar": "أختام"})) for amount in (1, 8, 12, 100)]
        assert told == ["ختم", "أختام", "ختمًا", "ختم"]
        assert count_unit(100, Unit(code="b", name={"ar": "حبّات بنّ"})) == "حبّات بنّ"


def test_what_comes_on_one_day_of_the_shop_is_one(db):
    def at(day: int, hour: int, amount: int) -> Coming:
        return Coming(at=datetime(2026, 12, day, hour, tzinfo=UTC), amount=amount)

    told = gather_days([at(1, 5, 119), at(1, 12, 494), at(4, 9, 105)])
    assert [one.amount for one in told] == [613, 105]
    midnight = [
        at(1, 21, 5),
        at(2, 9, 7),
    ]  # in Riyadh the first ends with the first of the month, the second on the second
    assert [one.amount for one in gather_days(midnight, ends=True)] == [5, 7]
