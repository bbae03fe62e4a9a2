"""Whether an answer is negative, neutral or positive, by its place on the scale: the same cuts that the scores make."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from wafaa.science.scores import PASSIVE_FROM, PROMOTER_FROM

BAD: Final = "bad"
MIDDLE: Final = "middle"
GOOD: Final = "good"
# Parts of the way from the scale's lowest point to its highest.
BAD_BELOW, GOOD_ABOVE = 0.4, 0.6
# A mark and a word, for whoever does not see the colours apart.
MARKS: Final[dict[str, tuple[str, Promise]]] = {
    BAD: ("−", pgettext_lazy("tone", "negative")),
    MIDDLE: ("○", pgettext_lazy("tone", "neutral")),
    GOOD: ("+", pgettext_lazy("tone", "positive")),
}
SCALES: Final = frozenset({"csat", "ces", "rating"})


def find_tone(type_: str, points: int, value: int | None) -> str:
    """ "" of what is no scale."""
    if value is None:
        return ""
    if type_ == "nps":
        return GOOD if value >= PROMOTER_FROM else MIDDLE if value >= PASSIVE_FROM else BAD
    if type_ not in SCALES or points < 2:
        return ""
    return find_tone_of_place((value - 1) / (points - 1))


def find_tone_of_place(place: float | None) -> str:
    """Of a place from 0, the lowest point, to 1."""
    if place is None:
        return ""
    return BAD if place < BAD_BELOW else GOOD if place > GOOD_ABOVE else MIDDLE
