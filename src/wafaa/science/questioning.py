"""Is the question well asked? What a careful reader would point at, in Arabic and English, with the place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "double_barrelled",
    "leading",
    "unbalanced",
    "too_long",
    "jargon",
    "double_negation",
    "no_way_out",
    "overlapping",
]

# Every advice key, so that pages have words for each.
ADVICE: Final[tuple[str, ...]] = (
    "ask_one_thing",
    "ask_neutrally",
    "balance_options",
    "shorten",
    "say_it_plainly",
    "drop_a_negation",
    "offer_other",
    "separate_options",
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong, where in the text (characters, end exclusive; the whole of it for options), and what to do."""

    kind: Kind
    start: int
    end: int
    advice_key: str


def review_question(
    text: str,
    language: str,
    type: str = "single",  # noqa: A002  (as the content of surveys calls it)
    options: Sequence[str] = (),
) -> list[Finding]:
    """What to mend, in the order of the text."""
    return []
