"""A response in the list of answers: its scores as chips, and the first words of what was written."""

from typing import Any

from wafaa.know.customers.queries import say_customer
from wafaa.listen.surveys.builder.words import KINDS, RESPONSE_STATES, TYPES
from wafaa.listen.surveys.exchange.showing import map_answers, name_question, say_answer
from wafaa.listen.surveys.models import Answer, Response
from wafaa.listen.surveys.queries import AskedQuestion

SCORES = frozenset({"nps", "csat", "ces", "rating"})
# What people call them, in Latin letters in every language.
SHORT = {"nps": "NPS", "csat": "CSAT", "ces": "CES"}
WRITTEN = frozenset({"short_text", "long_text"})
SCORES_SHOWN, OTHERS_SHOWN = 3, 2
# NPS has cuts of its own; else the part of the way from the lowest point of the scale to its highest.
DETRACTOR_UP_TO, PROMOTER_FROM = 6, 9
BAD_BELOW, GOOD_FROM = 0.4, 0.7


def show_row(one: Response, questions: dict[str, AskedQuestion], *, sees_personal: bool) -> dict[str, Any]:
    said = map_answers(one.answers.all())
    told = [(said[key], asked) for key, asked in questions.items() if key in said]
    texts = [answer.text for answer, asked in told if asked.type in WRITTEN and answer.text.strip()]
    others = [pair for pair in told if not is_score(*pair) and pair[1].type not in WRITTEN]
    return {
        "response": one,
        "state": RESPONSE_STATES.get(one.state, one.state),
        "way": KINDS.get(one.channel, one.channel),
        "who": say_customer(one.customer, sees_personal) if one.customer else "",
        "scores": [show_score(*pair) for pair in told if is_score(*pair)][:SCORES_SHOWN],
        "texts": texts[:OTHERS_SHOWN],
        # of whoever wrote nothing at least what was chosen
        "chosen": [say_answer(*pair, sees_personal=sees_personal) for pair in others][:OTHERS_SHOWN]
        if not texts
        else [],
        "is_flagged": one.is_speeder or one.is_straight,
    }


def is_score(answer: Answer, asked: AskedQuestion) -> bool:
    return asked.type in SCORES and answer.number is not None and not answer.not_applicable


def show_score(answer: Answer, asked: AskedQuestion) -> dict[str, Any]:
    """What was asked, in short, the number of its highest, and whether that is good."""
    value = float(answer.number or 0)
    if asked.type == "nps":
        is_bad, is_good = value <= DETRACTOR_UP_TO, value >= PROMOTER_FROM
    else:
        place = (value - asked.first) / max(1, asked.last - asked.first)
        is_bad, is_good = place < BAD_BELOW, place >= GOOD_FROM
    return {
        "label": SHORT.get(asked.type.value) or TYPES[asked.type.value],
        "question": name_question(asked),
        "said": say_answer(answer, asked),
        "tone": "bad" if is_bad else "good" if is_good else "",
    }
