"""A table of choices as one card: each row one bar from the negative end of the scale to the positive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString

from wafaa.learn.scores.rules import QuestionResult
from wafaa.show.answers.labels import QuestionWords
from wafaa.show.answers.tones import BAD, GOOD, find_tone_of_place
from wafaa.show.words import percent

FULL: Final = 100


@dataclass(frozen=True, kw_only=True)
class PieceShown:
    """A part of a row's bar; `strength` 1 to 4 tells parts of the same tone apart."""

    label: str
    share: SafeString
    n: int
    x: float
    width: float
    tone: str
    strength: int


@dataclass(frozen=True, kw_only=True)
class RowShown:
    label: str
    n: int
    pieces: list[PieceShown]
    negative: SafeString | None
    positive: SafeString | None


@dataclass(frozen=True, kw_only=True)
class MatrixShown:
    """`legend` is the scale, its negative end first: (words, tone, strength). `is_matrix` tells it from a question."""

    key: str
    number: int
    text: str
    n: int
    not_applicable: int
    stopped: int
    reached: SafeString
    legend: list[tuple[str, str, int]]
    is_scale: bool
    rows: list[RowShown]
    is_matrix: bool = True


def show_matrix(
    number: int, words: Sequence[QuestionWords], found: Mapping[str, QuestionResult], started: int
) -> MatrixShown:
    """`words` are its rows in their order."""
    first = words[0]
    options = _order(first)
    tones = {key: find_tone_of_place(first.places.get(key)) for key in options}
    strengths = _grade(options, tones)
    results = [found[row.key] for row in words if row.key in found]
    reached = max((one.n + one.not_applicable for one in results), default=0)
    return MatrixShown(
        key=first.matrix,
        number=number,
        text=first.title,
        n=max((one.n for one in results), default=0),
        not_applicable=sum(one.not_applicable for one in results),
        stopped=sum(one.stopped for one in results),
        reached=percent(min(reached / started, 1.0) if started else 0.0, 0),
        legend=[(first.options.get(key, key), tones[key], strengths[key]) for key in options],
        is_scale=bool(first.places),
        rows=[_show_row(row, found.get(row.key), options, tones, strengths) for row in words],
    )


def _order(words: QuestionWords) -> list[str]:
    """From the negative end to the positive, else as they are asked."""
    if words.places:
        return sorted(words.options, key=lambda key: words.places.get(key, 0.0))
    return list(words.options)


def _grade(options: Sequence[str], tones: Mapping[str, str]) -> dict[str, int]:
    """The ends are strongest; without a scale one after the other."""
    negative = [key for key in options if tones[key] == BAD]
    positive = [key for key in options if tones[key] == GOOD]
    if not negative and not positive:
        return {key: 1 + place % 4 for place, key in enumerate(options)}
    ends = {key: 4 - min(place, 3) for side in (negative, positive[::-1]) for place, key in enumerate(side)}
    return {key: ends.get(key, 4) for key in options}


def _show_row(
    words: QuestionWords,
    found: QuestionResult | None,
    options: Sequence[str],
    tones: Mapping[str, str],
    strengths: Mapping[str, int],
) -> RowShown:
    counts = {choice.key: choice.n for choice in found.choices} if found else {}
    total = sum(counts.get(key, 0) for key in options)
    x, pieces, sides = 0.0, [], {BAD: 0, GOOD: 0}
    for key in options:
        n = counts.get(key, 0)
        share = n / total if total else 0.0
        pieces.append(
            PieceShown(
                label=words.options.get(key, key),
                share=percent(share, 0),
                n=n,
                x=round(x, 2),
                width=round(FULL * share, 2),
                tone=tones[key],
                strength=strengths[key],
            )
        )
        x += FULL * share
        if tones[key] in sides:
            sides[tones[key]] += n
    is_told = bool(words.places) and total > 0
    return RowShown(
        label=words.row,
        n=total,
        pieces=pieces,
        negative=percent(sides[BAD] / total, 0) if is_told else None,
        positive=percent(sides[GOOD] / total, 0) if is_told else None,
    )
