"""By when a case is to be answered, and how grave a signal is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from wafaa.act.cases.rules import (
    ANSWERED,
    TARGET,
    Office,
    Severity,
    Target,
    find_due,
    read_signal,
    read_target,
    write_target,
)

RIYADH = ZoneInfo("Asia/Riyadh")
OFFICE = Target(hours=TARGET.hours, office=Office())


def at(day, hour, minute=0):
    """In Riyadh, in a week whose Sunday is the 22nd of November."""
    return datetime(2026, 11, day, hour, minute, tzinfo=RIYADH).astimezone(UTC)


@pytest.mark.parametrize(
    ("opened", "severity", "due"),
    [
        (at(22, 10), Severity.HIGH, at(22, 14)),
        (at(22, 16, 30), Severity.HIGH, at(23, 11, 30)),
        (at(22, 14), Severity.HIGH, at(22, 18)),
        (at(22, 3), Severity.HIGH, at(22, 13)),
        (at(26, 17), Severity.HIGH, at(29, 12)),  # Thursday evening goes on on Sunday
        (at(27, 12), Severity.HIGH, at(29, 13)),
        (at(22, 9), Severity.NORMAL, at(24, 15)),
    ],
)
def test_hours_of_the_office_pass_while_somebody_is_there(opened, severity, due):
    assert find_due(opened, severity, OFFICE, RIYADH) == due


def test_hours_of_the_clock_just_pass():
    assert find_due(at(26, 17), Severity.HIGH, TARGET, RIYADH) == at(26, 21)


@pytest.mark.parametrize(
    ("lowest", "severity"),
    [
        ({"type": "nps", "value": 2, "points": 10}, Severity.HIGH),
        ({"type": "nps", "value": 3, "points": 10}, Severity.NORMAL),
        ({"type": "csat", "value": 1, "points": 5}, Severity.HIGH),
        ({"type": "csat", "value": 2, "points": 5}, Severity.NORMAL),
        ({"type": "csat", "value": 2, "points": 10}, Severity.HIGH),
        ({"type": "ces", "value": 1, "points": 7}, Severity.HIGH),
        ({"type": "ces", "value": 2, "points": 7}, Severity.NORMAL),
        ({}, Severity.NORMAL),
        ("?", Severity.NORMAL),
    ],
)
def test_the_lowest_fifth_of_a_scale_is_very_unhappy(lowest, severity):
    told = {"is_low": True, "lowest": lowest}
    heard = read_signal(name=ANSWERED, message_id="m", distinct_id="1", at=at(22, 9), told=told)
    assert heard is not None
    assert heard.severity == severity


def test_a_target_is_read_as_it_was_written():
    assert read_target(write_target(OFFICE)) == OFFICE
    assert read_target(write_target(TARGET)) == TARGET


@pytest.mark.parametrize(
    "told",
    [
        {"hours": {"3": 0}},
        {"hours": {"3": True}},
        {"hours": {"1": 1_441}},
        {"office": {"opens": 600, "closes": 600, "days": [1]}},
        {"office": {"opens": 0, "closes": 1_441, "days": [1]}},
        {"office": {"opens": 0, "closes": 60, "days": []}},
        {"office": {"opens": 0, "closes": 60, "days": [8]}},
    ],
)
def test_a_target_that_cannot_be_is_refused(told):
    with pytest.raises(ValueError, match=r"hours|office|days"):
        read_target(told)
