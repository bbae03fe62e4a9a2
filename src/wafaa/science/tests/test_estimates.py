"""Time and completion: by hand, what cutting gains, and what recorded answers teach."""

import numpy as np
import pytest

from wafaa.science.estimates import (
    PAGE_SECONDS,
    Hazards,
    Installation,
    LeavingRecord,
    QuestionShape,
    TimeRecord,
    estimate_completion,
    estimate_seconds,
    fit_hazards,
    fit_times,
    list_cuts,
)

NPS = QuestionShape(type="nps", words=16)
WHY = QuestionShape(type="long_text", words=8, required=False, page=1)
ONE_PAGE = [NPS, QuestionShape(type="single", words=20, options=5)]


def test_the_time_of_one_question_by_hand():
    # 16 words at 160 a minute are 6 seconds, 4.5 to answer, a page
    assert estimate_seconds([NPS], "ar").seconds == pytest.approx(6 + 4.5 + PAGE_SECONDS)
    assert estimate_seconds([NPS], "en").seconds == pytest.approx(16 / 233 * 60 + 4.5 + PAGE_SECONDS)


def test_a_question_that_half_of_the_people_see_costs_half():
    seldom = QuestionShape(type="nps", words=16, probability=0.5, page=1)
    whole = estimate_seconds([NPS, seldom], "ar").seconds

    assert whole - estimate_seconds([NPS], "ar").seconds == pytest.approx((6 + 4.5 + PAGE_SECONDS) / 2)


def test_an_estimate_has_a_band_that_records_narrow():
    before = estimate_seconds(ONE_PAGE, "en")
    after = estimate_seconds(
        ONE_PAGE,
        "en",
        Installation(times=fit_times([TimeRecord(shapes=ONE_PAGE, language="en", seconds=20)] * 50)),
    )

    assert before.low < before.seconds < before.high
    assert after.high / after.low < before.high / before.low


def test_short_surveys_are_finished_by_nine_of_ten_and_long_ones_by_half():
    # reference/surveys.md: 80 to 90 % is usual for short surveys, 50 to 60 acceptable for long ones
    short, long = [estimate_completion([QuestionShape(type="rating", words=10)] * n) for n in (5, 50)]

    assert 0.85 < short.value < 0.95
    assert 0.5 < long.value < 0.65
    assert short.low < short.value < short.high < 1


def test_cuts_come_with_what_they_gain():
    cuts = list_cuts([NPS, WHY], "en")

    assert [cut.index for cut in cuts] == [1, 0]
    assert cuts[0].seconds == pytest.approx(
        estimate_seconds([NPS, WHY], "en").seconds - estimate_seconds([NPS], "en").seconds
    )
    assert cuts[0].completion > cuts[1].completion > 0


def test_recorded_times_are_learnt_and_a_page_left_open_is_not():
    chance = np.random.default_rng(7)
    prior = estimate_seconds(ONE_PAGE, "en").seconds
    times = 1.6 * prior * np.exp(chance.normal(0, 0.4, 200))
    times[:20] = 1500
    records = [TimeRecord(shapes=ONE_PAGE, language="en", seconds=float(t)) for t in times]
    found = estimate_seconds(ONE_PAGE, "en", Installation(times=fit_times(records)))

    assert found.seconds == pytest.approx(1.6 * prior, rel=0.12)


def test_one_record_moves_little_and_hostile_ones_nothing():
    prior = estimate_seconds([NPS], "en").seconds
    one = fit_times([TimeRecord(shapes=[NPS], language="en", seconds=4 * prior)])
    wrong = fit_times(
        [
            TimeRecord(shapes=[NPS], language="en", seconds=seconds)
            for seconds in (-1.0, 0.0, 1e9, float("nan"))
        ]
    )

    assert estimate_seconds([NPS], "en", Installation(times=one)).seconds < 2 * prior
    assert wrong.factors == {}


def test_whole_times_correct_what_pages_add_up_to():
    pages = [TimeRecord(shapes=[NPS], language="en", seconds=estimate_seconds([NPS], "en").seconds)] * 40
    whole = [TimeRecord(shapes=[NPS], language="en", seconds=2 * estimate_seconds([NPS], "en").seconds)] * 40

    assert fit_times(pages, whole).factors["total"] == pytest.approx(2 ** (40 / 45), rel=0.01)


def test_drop_offs_are_learnt_behind_the_priors_weight():
    calm = [LeavingRecord(type="rating", place=place, asked=1000, left=14) for place in range(1, 6)]
    steep = [LeavingRecord(type="matrix", place=6, asked=1000, left=200)]
    shapes = [QuestionShape(type="rating", words=10)] * 5 + [QuestionShape(type="matrix", words=40, rows=5)]
    found = fit_hazards(calm + steep)
    learnt = estimate_completion(shapes, installation=Installation(hazards=found))

    assert fit_hazards([]) == Hazards()
    assert found.n == 1000
    assert learnt.value < estimate_completion(shapes).value
    assert learnt.value == pytest.approx(0.97 * (1 - 0.014) ** 5 * 0.8, rel=0.06)


def test_an_empty_survey_takes_no_time():
    assert estimate_seconds([], "ar").seconds == 0
    assert estimate_completion([]).value == 1
    assert list_cuts([], "ar") == []
