"""What a page shows of a measurement: the text in pieces with its hard sentences marked, and everything in words."""

from typing import Any

from wafaa.science.readability import Readability, Sentence
from wafaa.show.readability.words import FORMULAS, LANGUAGES, LEVELS, REASONS, say_verdict

# Sentences in the list of those to rewrite; the others are marked in the text.
WORST_MAX = 12


def show_measurement(text: str, found: Readability) -> dict[str, Any]:
    has_hard = any(one.level != "plain" for one in found.sentences)
    verdict, tone = say_verdict(found.grade or 0.0, has_hard=has_hard)
    return {
        "found": found,
        "language": LANGUAGES[found.language],
        "verdict": verdict,
        "tone": tone,
        "pieces": cut_pieces(text, found.sentences),
        "worst": list_worst(text, found.sentences),
        "advice": [REASONS[key] for key in found.advice],
        "formulas": [(FORMULAS[key], value) for key, value in found.formulas.items()],
    }


def cut_pieces(text: str, sentences: tuple[Sentence, ...]) -> list[dict[str, Any]]:
    """The whole text in order: what lies between sentences, and sentences with their level."""
    pieces: list[dict[str, Any]] = []
    place = 0
    for sentence in sentences:
        if place < sentence.start:
            pieces.append({"text": text[place : sentence.start], "level": ""})
        pieces.append(
            {
                "text": text[sentence.start : sentence.end],
                "level": "" if sentence.level == "plain" else sentence.level.replace("_", "-"),
                "label": LEVELS[sentence.level],
            }
        )
        place = sentence.end
    if place < len(text):
        pieces.append({"text": text[place:], "level": ""})
    return pieces


def list_worst(text: str, sentences: tuple[Sentence, ...]) -> list[dict[str, Any]]:
    """The sentences worth rewriting, the hardest first: hard ones, and easy ones that something can be said about."""
    chosen = [one for one in sentences if one.level != "plain" or one.reasons]
    chosen.sort(key=lambda one: (one.level == "plain", -one.grade))
    return [
        {
            "text": text[one.start : one.end],
            "level": LEVELS[one.level],
            "tone": {"plain": "", "hard": "warn", "very_hard": "bad"}[one.level],
            "reasons": [REASONS[key].label for key in one.reasons],
        }
        for one in chosen[:WORST_MAX]
    ]
