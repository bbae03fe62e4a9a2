"""Who falls where, and what may be said: without a database."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wafaa.decide.experiments.rules import (
    CONTROL,
    METRICS,
    Answer,
    Arm,
    Seen,
    Span,
    assign,
    find_bucket,
    find_fault,
    find_metric,
    judge,
    make_arms,
)
from wafaa.science.sample_ratio import check_ratio

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PEOPLE = [uuid.UUID(int=number) for number in range(20_000)]


def test_a_customer_falls_to_a_place_that_anybody_can_reckon():
    """SHA-256 of "salt00000000-0000-0000-0000-000000000001" begins with these four bytes (printf salt... | sha256sum)."""
    assert f"{find_bucket('salt', uuid.UUID(int=1)):08x}" == "4e9e74d4"


def test_shares_are_met_and_two_salts_have_nothing_to_do_with_each_other():
    arms = make_arms(control_bp=2_000, treated=[Arm(key="a", share_bp=1), Arm(key="b", share_bp=3)])
    first, second = (assign(salt, arms, PEOPLE) for salt in ("one", "two"))

    counts = [sum(variant == arm.key for variant in first.values()) for arm in arms]
    assert [(arm.key, arm.share_bp) for arm in arms] == [(CONTROL, 2_000), ("a", 2_000), ("b", 6_000)]
    assert check_ratio(counts, [arm.share_bp for arm in arms]).p_value > 0.01
    both = sum(first[one] == second[one] == CONTROL for one in PEOPLE)
    assert both == pytest.approx(0.04 * len(PEOPLE), rel=0.15)


@given(st.integers(1, 4_999), st.integers(1, 5_000))
def test_a_larger_control_group_keeps_those_of_the_smaller_one(small, more):
    few = assign("salt", make_arms(control_bp=small), PEOPLE[:300])
    many = assign("salt", make_arms(control_bp=small + more), PEOPLE[:300])

    assert {one for one in few if few[one] == CONTROL} <= {one for one in many if many[one] == CONTROL}


@given(st.integers(0, 9_999), st.lists(st.integers(1, 9), max_size=5))
def test_divided_shares_always_add_up(control, weights):
    treated = [Arm(key=f"v{number}", share_bp=weight) for number, weight in enumerate(weights)]
    arms = make_arms(control_bp=control, treated=treated)

    assert sum(arm.share_bp for arm in arms) == 10_000
    assert find_fault(arms) in ({""} if control <= 9_000 else {"", "shares"})


@pytest.mark.parametrize(
    ("arms", "fault"),
    [
        ([], "count"),
        ([Arm(key="a", share_bp=5_000), Arm(key="a", share_bp=5_000)], "keys"),
        ([Arm(key="a", share_bp=5_000), Arm(key="b", share_bp=4_999)], "shares"),
        ([Arm(key="a", share_bp=10_000), Arm(key="b", share_bp=0)], "shares"),
        ([Arm(key="a", share_bp=5_000), Arm(key=CONTROL, share_bp=5_000)], "control"),
        ([Arm(key=CONTROL, share_bp=10_000)], "control"),
        ([Arm(key="a", share_bp=10_000)], ""),
    ],
)
def test_variants_that_cannot_be_are_refused(arms, fault):
    assert find_fault(arms) == fault


def test_metrics_are_known_by_name_and_any_event_is_one():
    assert find_metric("margin") is METRICS["margin"]
    assert find_metric("event:Product Reviewed").event == "Product Reviewed"
    assert [find_metric(key) for key in ("event:", "profit", "")] == [None, None, None]


def make_span(**changes):
    return Span(
        **{
            "started_at": NOON,
            "planned_until": NOON + 14 * DAY,
            "finished_at": None,
            "window_days": 7,
            **changes,
        }
    )


def test_the_planned_look_is_when_the_last_one_has_been_watched():
    span = make_span()

    assert span.planned_look_at == NOON + 21 * DAY
    assert not span.is_planned_look(NOON + 20 * DAY)
    assert span.is_planned_look(NOON + 21 * DAY)


def test_what_was_cut_short_or_never_planned_has_no_planned_look():
    cut = make_span(finished_at=NOON + 5 * DAY)

    assert (cut.until, cut.planned_look_at) == (NOON + 5 * DAY, None)
    assert not cut.is_planned_look(NOON + 99 * DAY)
    assert make_span(planned_until=None).until is None
    assert make_span(finished_at=NOON + 30 * DAY).until == NOON + 14 * DAY


def make_seen(**changes):
    good = {
        "has_control": True,
        "is_ratio_broken": False,
        "has_enough": True,
        "costs_known": True,
        "is_effect_seen": True,
        "is_planned_look": True,
        "has_plan": True,
    }
    return Seen(**{**good, **changes})


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, Answer.EFFECT),
        ({"is_planned_look": False}, Answer.EFFECT),
        ({"is_effect_seen": False}, Answer.NO_EFFECT_SEEN),
        ({"is_effect_seen": False, "is_planned_look": False}, Answer.TOO_EARLY),
        ({"is_effect_seen": False, "is_planned_look": False, "has_plan": False}, Answer.NO_EFFECT_SEEN),
        ({"has_enough": False}, Answer.TOO_EARLY),
        ({"costs_known": False}, Answer.COSTS_UNKNOWN),
        ({"is_ratio_broken": True}, Answer.SAMPLE_RATIO_BROKEN),
        ({"has_control": False}, Answer.NO_CONTROL),
    ],
)
def test_the_answer_is_the_first_that_holds(changes, answer):
    assert judge(make_seen(**changes)) is answer


def test_without_a_control_group_nothing_else_is_ever_said():
    for flags in product((True, False), repeat=6):
        names = list(Seen.__dataclass_fields__)[1:]
        assert judge(Seen(has_control=False, **dict(zip(names, flags, strict=True)))) is Answer.NO_CONTROL
