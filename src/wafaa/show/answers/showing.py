"""Results as pages show them: headline cards, questions with their bars, filters, groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wafaa.design.formats import format_number
from wafaa.learn.scores.rules import (
    LISTED,
    Breakdown,
    Choice,
    GroupScore,
    Listed,
    QuestionResult,
    Results,
    ScoreFigure,
)
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import list_segments
from wafaa.show.answers.asking import UNTOLD, Asked
from wafaa.show.answers.labels import BY_WORDS, QuestionWords, name_groups
from wafaa.show.answers.matrix import MatrixShown, show_matrix
from wafaa.show.answers.tones import MARKS, find_tone, find_tone_of_place
from wafaa.show.answers.words import ScoreShown, show_score, write_value
from wafaa.show.words import number, percent, say

# A bar's full length, in the units of its picture.
FULL: Final = 100
# More options than this are behind a fold.
BARS_AT_ONCE: Final = 12
TEXTS: Final = frozenset({"short_text", "long_text", "contact", "file", "date"})


@dataclass(frozen=True, kw_only=True)
class BarShown:
    label: str
    n: int
    share: SafeString
    margin: SafeString
    length: float
    tone: str
    mark: tuple[str, "str | Promise"]
    rank: SafeString


@dataclass(frozen=True, kw_only=True)
class QuestionShown:
    """`reached` is the share of those who began; `stopped` how many gave up right after it."""

    key: str
    number: int
    text: str
    type: str
    n: int
    not_applicable: int
    score: ScoreShown | None
    bars: list[BarShown]
    more: list[BarShown]
    low: str
    high: str
    is_text: bool
    reached: SafeString
    reached_length: float
    stopped: int
    is_ranking: bool
    is_matrix: bool = False


def show_questions(results: Results, words: Mapping[str, QuestionWords]) -> list[QuestionShown | MatrixShown]:
    """In the survey's order, the rows of a matrix together; a question that nobody answered yet stands there with nothing."""
    found = {question.question: question for question in results.questions}
    order = [*words, *(key for key in found if key not in words)]
    asked = [key for key in order if key in found or words[key].type != "statement"]
    rows: dict[str, list[QuestionWords]] = {}
    for key in asked:
        rows.setdefault((words[key].matrix if key in words else "") or key, []).extend(
            [words[key]] if key in words else []
        )
    started = results.turnout.started
    return [
        show_matrix(place, told, found, started)
        if told and told[0].matrix
        else _show(place, key, found.get(key), words.get(key), started)
        for place, (key, told) in enumerate(rows.items(), start=1)
    ]


def _show(
    place: int, key: str, found: QuestionResult | None, words: QuestionWords | None, started: int
) -> QuestionShown:
    found = found or QuestionResult(
        question=key,
        type=words.type if words else "",
        points=0,
        n=0,
        not_applicable=0,
        stopped=0,
        choices=[],
    )
    words = words or QuestionWords(key=key, type=found.type, text=key)
    is_text = found.type in TEXTS
    bars = [] if is_text else [_show_bar(found, choice, words) for choice in found.choices]
    answered = found.n + found.not_applicable
    share = answered / started if started else 0.0
    return QuestionShown(
        key=key,
        number=place,
        text=words.text or key,
        type=found.type,
        n=found.n,
        not_applicable=found.not_applicable,
        score=show_score(found.score) if found.score else None,
        bars=bars[:BARS_AT_ONCE],
        more=bars[BARS_AT_ONCE:],
        low=words.low,
        high=words.high,
        is_text=is_text,
        reached=percent(min(share, 1.0), 0),
        reached_length=round(FULL * min(share, 1.0), 1),
        stopped=found.stopped,
        is_ranking=bool(found.ranks),
    )


def _show_bar(found: QuestionResult, choice: Choice, words: QuestionWords) -> BarShown:
    share = choice.share
    rank = found.ranks.get(choice.key)
    tone = (
        find_tone_of_place(words.places.get(choice.key))
        if choice.key
        else find_tone(found.type, found.points, choice.value)
    )
    return BarShown(
        label=name_choice(words, choice.key, choice.value),
        n=choice.n,
        share=percent(share.value, 0) if share.value is not None else say(""),
        margin=_write_span(share) if found.type not in {"nps", "ces", "csat", "rating"} else say(""),
        length=round(FULL * (share.value or 0.0), 1),
        tone=tone,
        mark=MARKS.get(tone, ("", "")),
        rank=number(rank.value, 1) if rank else say(""),
    )


def _write_span(share: ScoreFigure) -> SafeString:
    if share.low is None or share.high is None:
        return say("")
    return say(_("{low} to {high}"), low=percent(share.low, 0), high=percent(share.high, 0))


def name_choice(words: QuestionWords, key: str, value: int | None) -> str:
    if key:
        return words.options.get(key, key)
    if words.type in {"yes_no", "consent"} and value is not None:
        return _("Yes") if value else _("No")
    return format_number(value) if value is not None else _("Something else")


@dataclass(frozen=True, kw_only=True)
class FilterShown:
    name: str
    label: str
    choices: list[tuple[str, str, bool]]


def show_filters(listed: Mapping[str, Sequence[Listed]], asked: Asked) -> list[FilterShown]:
    """A select for everything that differs, and for what is filtered by now, so that it can be taken off."""
    shown = []
    for by in LISTED:
        values = [one.value for one in listed.get(by, [])]
        chosen = asked.filters.get(by, "")
        plain = "" if chosen == UNTOLD else chosen
        if chosen and plain not in values:
            values.append(plain)
        if not values:
            continue
        names = name_groups(by, values)
        choices = [(value or UNTOLD, names[value], (value or UNTOLD) == chosen) for value in values]
        shown.append(FilterShown(name=by, label=str(BY_WORDS[by]), choices=choices))
    if asked.sees_segments and (segments := _offer_segments(asked.filters.get("segment", ""))):
        shown.append(FilterShown(name="segment", label=_("Segment"), choices=segments))
    return shown


def _offer_segments(chosen: str) -> list[tuple[str, str, bool]]:
    """Those that show their members by now."""
    built = [one for one in list_segments() if one.build_id]
    return [(str(one.uuid), name_segment(one), str(one.uuid) == chosen) for one in built]


@dataclass(frozen=True, kw_only=True)
class GroupShown:
    """`fair` is the score drawn towards the mean, by which small groups may be compared with large ones."""

    group: str
    name: str
    score: ScoreShown
    fair: SafeString
    fair_margin: SafeString
    verdict: str
    low_x: float
    width: float
    value_x: float


def show_groups(breakdown: Breakdown) -> list[GroupShown]:
    names = name_groups(breakdown.by, [group.group for group in breakdown.groups])
    lows = [group.fair_low for group in breakdown.groups if group.fair_low is not None]
    highs = [group.fair_high for group in breakdown.groups if group.fair_high is not None]
    low, high = min(lows, default=0.0), max(highs, default=1.0)
    return [_show_group(breakdown, group, names[group.group], low, high) for group in breakdown.groups]


def _show_group(breakdown: Breakdown, group: GroupScore, name: str, low: float, high: float) -> GroupShown:
    kind = breakdown.kind

    def place(value: float | None) -> float:
        return round(4 + 92 * ((value or low) - low) / ((high - low) or 1.0), 1)

    return GroupShown(
        group=group.group,
        name=name,
        score=show_score(group.score),
        fair=write_value(group.fair, kind),
        fair_margin=say(
            _("{low} to {high}"),
            low=write_value(group.fair_low, kind),
            high=write_value(group.fair_high, kind),
        )
        if group.fair_low is not None
        else say(""),
        verdict=group.verdict,
        low_x=place(group.fair_low),
        width=round(place(group.fair_high) - place(group.fair_low), 1),
        value_x=place(group.fair),
    )


def write_spread(breakdown: Breakdown) -> SafeString:
    """How much of what tells single answers apart lies between the groups."""
    if breakdown.between is None or len(breakdown.groups) < 2:
        return say("")
    share = percent(breakdown.between, 0)
    if breakdown.between_low is not None and breakdown.between_high is not None:
        return say(
            _(
                "{share} of the differences between single answers lie between these groups ({low} to {high})."
            ),
            share=share,
            low=percent(breakdown.between_low, 0),
            high=percent(breakdown.between_high, 0),
        )
    return say(_("{share} of the differences between single answers lie between these groups."), share=share)
