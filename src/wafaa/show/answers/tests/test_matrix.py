"""A table of choices, and the tone of an answer, by the place on the scale."""

import pytest
from django.utils import translation

from wafaa.learn.scores.figures import make_share
from wafaa.learn.scores.rules import Choice, QuestionResult
from wafaa.listen.surveys.rules.content import Option, Question, QuestionType
from wafaa.show.answers.labels import QuestionWords, place_options
from wafaa.show.answers.matrix import show_matrix
from wafaa.show.answers.tones import find_tone

OPTIONS = {"poor": "Poor", "fair": "Fair", "good": "Good"}


def make_row(key: str, places: dict[str, float]) -> QuestionWords:
    return QuestionWords(
        key=f"m.{key}",
        type="matrix",
        text="",
        options=OPTIONS,
        places=places,
        matrix="m",
        title="How?",
        row=key,
    )


def count(key: str, **counts: int) -> QuestionResult:
    n = sum(counts.values())
    choices = [Choice(key=one, value=None, n=k, share=make_share(k, n)) for one, k in counts.items()]
    return QuestionResult(
        question=f"m.{key}",
        type="matrix",
        points=0,
        n=n,
        not_applicable=0,
        stopped=1,
        choices=choices,
    )


def test_a_row_runs_from_the_negative_end_to_the_positive_whatever_was_chosen_most():
    places = {"poor": 0.0, "fair": 0.5, "good": 1.0}
    with translation.override("en"):
        shown = show_matrix(
            3,
            [make_row("price", places), make_row("speed", places)],
            {"m.price": count("price", good=1, poor=3), "m.speed": count("speed", fair=2)},
            started=8,
        )

    price, speed = shown.rows
    assert [(piece.label, piece.tone, piece.x, piece.width) for piece in price.pieces] == [
        ("Poor", "bad", 0.0, 75.0),
        ("Fair", "middle", 75.0, 0.0),
        ("Good", "good", 75.0, 25.0),
    ]
    assert ("75%" in price.negative, "25%" in price.positive, "0%" in speed.negative) == (True, True, True)
    assert (shown.n, shown.stopped, "50%" in shown.reached) == (4, 2, True)


def test_options_without_an_order_have_no_tone():
    shown = show_matrix(1, [make_row("price", {})], {"m.price": count("price", good=1)}, started=1)

    assert {tone for _label, tone, _strength in shown.legend} == {""}
    assert shown.rows[0].positive is None


def test_points_tell_which_end_of_a_scale_is_good():
    def ask(*points: int) -> dict[str, float]:
        options = tuple(Option(key=f"o{n}", text={"en": "x"}, points=one) for n, one in enumerate(points))
        return place_options(Question(key="q", type=QuestionType.SINGLE, text={"en": "q"}, options=options))

    assert ask(3, 2, 1) == {"o0": 1.0, "o1": 0.5, "o2": 0.0}
    assert ask(0, 0, 0) == {}
    assert ask(1, 1, 2) == {}


@pytest.mark.parametrize(
    ("type_", "points", "tones"),
    [
        ("csat", 5, "bad bad middle good good"),
        ("csat", 10, "bad bad bad bad middle middle good good good good"),
        ("ces", 7, "bad bad bad middle good good good"),
        ("rating", 3, "bad middle good"),
    ],
)
def test_the_tone_of_a_point_is_that_of_its_place(type_, points, tones):
    assert [find_tone(type_, points, value) for value in range(1, points + 1)] == tones.split()


def test_recommendation_has_cuts_of_its_own():
    tones = [find_tone("nps", 11, value) for value in (0, 6, 7, 8, 9, 10, None)]
    assert tones == ["bad", "bad", "middle", "middle", "good", "good", ""]
