"""What grades, reasons, levels and formulas are called."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Up to it most adults read without effort: what laws on consumer texts ask for (Becher and Benoliel 2019).
PLAIN_UP_TO: Final = 8
# Beyond it a text asks for studies.
SCHOOL_UP_TO: Final = 12


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a sentence is hard, and what to do."""

    label: Promise
    advice: Promise


REASONS: Final[dict[str, Reason]] = {
    "long_sentence": Reason(
        label=_("Long sentence"),
        advice=_("Make two sentences of it: one says what holds, the other what follows."),
    ),
    "long_words": Reason(
        label=_("Long words"), advice=_("Take shorter words where there are some that say the same.")
    ),
    "many_clauses": Reason(
        label=_("Many parts"), advice=_("Put the conditions into a list, one line for each.")
    ),
    "passive": Reason(
        label=_("Nobody does it"), advice=_("Say who does it: “we send”, “you pay”, not “it is sent”.")
    ),
    "official_words": Reason(
        label=_("Official words"),
        advice=_("Say it as you would across the counter, without words of contracts."),
    ),
    "double_negation": Reason(
        label=_("Two negations"), advice=_("Say what one may do instead of what one may not fail to do.")
    ),
}

LEVELS: Final[dict[str, Promise]] = {
    "plain": pgettext_lazy("sentence", "Easy"),
    "hard": pgettext_lazy("sentence", "Hard"),
    "very_hard": pgettext_lazy("sentence", "Very hard"),
}

LANGUAGES: Final[dict[str, Promise]] = {"ar": _("Arabic"), "en": _("English")}

FORMULAS: Final[dict[str, Promise]] = {
    "flesch": _("Flesch reading ease (higher is easier)"),
    "flesch_kincaid": _("Flesch-Kincaid grade"),
    "ari": _("Automated readability index, as Hemingway uses"),
    "grade_arabic": _("Wafaa's grade for Arabic, without vowel marks"),
    "osman": _("OSMAN (higher is easier), without vowel marks"),
}


def say_verdict(grade: float, *, has_hard: bool) -> tuple[Promise, str]:
    """What a grade means, and its tone. A mean of easy lines does not make the hard one among them easy."""
    if grade <= PLAIN_UP_TO and has_hard:
        return _("Easy on the whole, but not the marked sentences."), "warn"
    if grade <= PLAIN_UP_TO:
        return _("Most people read this without effort."), "good"
    if grade <= SCHOOL_UP_TO:
        return _("Many people have to read this twice."), "warn"
    return _("Only people who read contracts for a living will follow this."), "bad"
