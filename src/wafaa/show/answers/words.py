"""Scores in words: what they are called, how they are read, and what may not be read out of them yet."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wafaa.design.cards import Change, FigureCard
from wafaa.learn.scores.rules import DifferenceFigure, Headline, Kind, ScoreFigure
from wafaa.science.scores import ENOUGH
from wafaa.show.words import number, percent, say, signed


@dataclass(frozen=True, kw_only=True)
class ScoreWords:
    """`short` is what people who work with it call it, in Latin letters in every language."""

    label: "str | Promise"
    short: str
    definition: "str | Promise"
    formula: "str | Promise"


SCORES: Final[dict[Kind, ScoreWords]] = {
    "csat": ScoreWords(
        label=gettext_lazy("Customer satisfaction"),
        short="CSAT",
        definition=gettext_lazy(
            "The share of satisfied answers: 4 and 5 of 5, or 7 to 10 of 10. It judges the last experience."
        ),
        formula=gettext_lazy("satisfied answers ÷ all answers; margin after Wilson"),
    ),
    "nps": ScoreWords(
        label=gettext_lazy("Net Promoter Score"),
        short="NPS",
        definition=gettext_lazy(
            "Promoters (9 and 10) less detractors (0 to 6) of a hundred answers. It lies between −100 and 100."
        ),
        formula=gettext_lazy("100 × (promoters − detractors) ÷ answers; adjusted margin"),
    ),
    "ces": ScoreWords(
        label=gettext_lazy("Ease"),
        short="CES",
        definition=gettext_lazy(
            "The mean agreement with “they made it easy for me”, from 1 to 7 (CES 2.0). Higher is easier."
        ),
        formula=gettext_lazy("sum of the points ÷ answers; Student's margin"),
    ),
    "mean": ScoreWords(
        label=gettext_lazy("Mean rating"),
        short="",
        definition=gettext_lazy("The mean of the points that were given."),
        formula=gettext_lazy("sum of the points ÷ answers; Student's margin"),
    ),
    "share": ScoreWords(
        label=gettext_lazy("Share"),
        short="",
        definition=gettext_lazy("The share of those who said yes."),
        formula=gettext_lazy("those who said yes ÷ all answers; margin after Wilson"),
    ),
}
# What the four cells of the grid are called, and what one does about them.
CELL_WORDS: Final[dict[str, tuple[Promise, Promise]]] = {
    "satisfied_who_return": (
        gettext_lazy("Satisfied and came back"),
        gettext_lazy("Loyal in word and deed: ask them for a review or a recommendation."),
    ),
    "satisfied_who_leave": (
        gettext_lazy("Satisfied, but left"),
        gettext_lazy("Satisfaction did not hold them. Give them a reason to come back."),
    ),
    "unhappy_who_stay": (
        gettext_lazy("Unhappy, but came back"),
        gettext_lazy("They stay for now. Make right what displeased them before somebody else does."),
    ),
    "unhappy_who_leave": (
        gettext_lazy("Unhappy and left"),
        gettext_lazy("Look for what they have in common and change the cause."),
    ),
}
INTENTION_WORDS: Final[dict[str, Promise]] = {
    "return_intention": gettext_lazy("Would come back"),
    "preference": gettext_lazy("Prefer us to others"),
}
SAID_WORDS: Final[dict[str, Promise]] = {
    "yes": pgettext_lazy("intention", "Said yes"),
    "unsure": pgettext_lazy("intention", "Were unsure"),
    "no": pgettext_lazy("intention", "Said no"),
}


@dataclass(frozen=True, kw_only=True)
class ScoreShown:
    """`value` is "" where there are too few answers; `hint` says so."""

    value: SafeString
    margin: SafeString
    n: int
    hint: str
    is_known: bool


def write_value(value: float | None, kind: Kind) -> SafeString:
    """NPS with its sign, shares as per cent, means with two digits."""
    if value is None:
        return number(None)
    if kind == "nps":
        return signed(number(abs(round(value))), round(value))
    if kind in {"csat", "share"}:
        return percent(value, 0 if 0.1 <= value <= 0.9 else 1)
    return number(value, 2)


def show_score(score: ScoreFigure | None) -> ScoreShown:
    nothing = say("")
    if score is None or not score.n or score.value is None:
        return ScoreShown(value=nothing, margin=nothing, n=0, hint=_("No answers yet"), is_known=False)
    if not score.is_enough:
        return ScoreShown(
            value=nothing, margin=nothing, n=score.n, hint=_("Not enough answers yet"), is_known=False
        )
    return ScoreShown(
        value=write_value(score.value, score.kind),
        margin=write_margin(score),
        n=score.n,
        hint="",
        is_known=True,
    )


def write_margin(score: ScoreFigure) -> SafeString:
    if score.low is None or score.high is None:
        return say("")
    return say(
        _("{low} to {high}"), low=write_value(score.low, score.kind), high=write_value(score.high, score.kind)
    )


def show_card(headline: Headline, *, url: str = "", receipt_url: str = "") -> FigureCard:
    """A headline as a figure card; too few answers replace the value by how many are missing."""
    score, words = headline.score, SCORES[headline.kind]
    return FigureCard(
        key=headline.kind,
        label=name_score(headline.kind),
        value=write_value(score.value, headline.kind),
        margin=write_margin(score),
        n=say(_("n = {n}"), n=number(score.n)),
        missing="" if score.is_enough else write_missing(score.n),
        changes=[change] if (change := show_change(headline.change)) else [],
        definition=str(words.definition),
        formula=str(words.formula),
        url=url,
        receipt_url=receipt_url,
    )


def name_score(kind: Kind) -> str:
    words = SCORES[kind]
    return f"{words.label} (\u2068{words.short}\u2069)" if words.short else str(words.label)


def write_missing(n: int) -> SafeString:
    """Below so many answers a score would tell more about chance than about customers."""
    return say(
        _("Not enough answers yet: {n} of the {enough} that a score needs."),
        n=number(n),
        enough=number(ENOUGH),
    )


def show_change(change: DifferenceFigure | None, versus: str = "") -> Change | None:
    """A move against the period before; it has a colour only where chance does not explain it."""
    if change is None or change.value is None or not change.is_enough:
        return None
    versus = versus or _("vs period before")
    if not change.is_significant:
        versus = _("%(versus)s, may be chance") % {"versus": versus}
    return Change(
        text=write_difference(change),
        versus=versus,
        is_up=change.value > 0 if change.value else None,
        verdict="same" if not change.is_significant else "good" if change.value > 0 else "bad",
    )


def write_difference(change: DifferenceFigure) -> SafeString:
    """Shares and NPS move by points."""
    value = change.value or 0.0
    if change.kind in {"csat", "share"}:
        return say(_("{points} points"), points=signed(number(abs(value) * 100, 1), value))
    if change.kind == "nps":
        return say(_("{points} points"), points=signed(number(abs(value), 0), value))
    return signed(number(abs(value), 2), value)


def write_headline(score: ScoreFigure) -> SafeString:
    """One sentence with the margin in it."""
    if not score.is_enough:
        return write_missing(score.n)
    values = {
        "value": write_value(score.value, score.kind),
        "low": write_value(score.low, score.kind),
        "high": write_value(score.high, score.kind),
        "n": number(score.n),
    }
    if score.kind == "csat":
        text = _("{value} are satisfied; by {n} answers the truth lies between {low} and {high}.")
    elif score.kind == "nps":
        text = _("The Net Promoter Score is {value}; by {n} answers the truth lies between {low} and {high}.")
    elif score.kind == "ces":
        text = _("Ease is {value} of 7; by {n} answers the truth lies between {low} and {high}.")
    else:
        text = _("The mean is {value}; by {n} answers the truth lies between {low} and {high}.")
    return say(text, **values)


def write_comparison(difference: DifferenceFigure, first: str, second: str) -> SafeString:
    """Two groups: how far apart, within which margin, and whether that is more than chance."""
    if difference.value is None or not difference.is_enough:
        return say(_("Not enough answers yet to compare the two."))
    values = {
        "first": first,
        "second": second,
        "difference": write_difference(difference),
        "low": _bound(difference, difference.low),
        "high": _bound(difference, difference.high),
    }
    if difference.is_significant:
        text = _("{first} less {second}: {difference} (between {low} and {high}). Chance hardly explains it.")
    else:
        text = _("{first} less {second}: {difference} (between {low} and {high}). It may be chance.")
    return say(text, **values)


def _bound(difference: DifferenceFigure, value: float | None) -> SafeString:
    scaled = (value or 0.0) * (100 if difference.kind in {"csat", "share"} else 1)
    return signed(number(abs(scaled), 2 if difference.kind in {"ces", "mean"} else 0), scaled)


def write_said_and_done(
    difference: DifferenceFigure, satisfied: ScoreFigure, unhappy: ScoreFigure
) -> SafeString:
    """How much oftener the satisfied come back than the unhappy; both are shares of their own."""
    if difference.value is None or not difference.is_enough:
        return say(_("Not enough answers yet to say whether the satisfied come back oftener."))
    values = {
        "satisfied": percent(satisfied.value, 0),
        "unhappy": percent(unhappy.value, 0),
        "low": _bound(difference, difference.low),
        "high": _bound(difference, difference.high),
    }
    if difference.is_significant:
        text = _(
            "Of the satisfied {satisfied} came back, of the unhappy {unhappy}. The difference lies between {low} and {high} "
            "points: chance hardly explains it."
        )
    else:
        text = _(
            "Of the satisfied {satisfied} came back, of the unhappy {unhappy}. The difference lies between {low} and {high} "
            "points: it may be chance."
        )
    return say(text, **values)
