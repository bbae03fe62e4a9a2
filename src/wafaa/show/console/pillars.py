"""The three pillars that carry loyalty: engagement, experience, satisfaction; what each says, or what it still needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.design.cards import FigureCard
from wafaa.learn.measures.rules import Journey
from wafaa.learn.scores.queries import find_first_day, get_satisfaction
from wafaa.learn.scores.rules import Sieve
from wafaa.show.answers.words import show_card
from wafaa.show.console.words.figures import show_figure


@dataclass(frozen=True, kw_only=True)
class PillarWords:
    """`missing` says what the pillar lacks; `step` where that is set up: address, capability and words."""

    title: Promise
    about: Promise
    measures: tuple[str, ...]
    missing: Promise
    step: tuple[str, Capability, Promise] | None


@dataclass(frozen=True, kw_only=True)
class Pillar:
    words: PillarWords
    figures: list[FigureCard]
    step_url: str
    step_label: "str | Promise"


PILLARS: tuple[PillarWords, ...] = (
    PillarWords(
        title=_("Engagement"),
        about=_("How people interact with you"),
        measures=("visits", "pages_per_visit", "interaction_frequency"),
        missing=_("No visit has been told yet. Connect the site or the app to see how people interact."),
        step=("touchpoints-site", Capability.SEE_STREAM, _("Connect the site")),
    ),
    PillarWords(
        title=_("Experience"),
        about=_("How the way goes, by what happened"),
        measures=("checkout_completion", "delivered_on_time", "first_reply_time"),
        missing=_("No delivery and no conversation in these days. Connect the shop system or the help desk."),
        step=("connections", Capability.MANAGE_CONNECTIONS, _("Connect deliveries")),
    ),
    PillarWords(
        title=_("Satisfaction"),
        about=_("How happy people say they are"),
        measures=(),
        missing=_("Nobody has given a score in these days."),
        step=("surveys", Capability.SEE_ANSWERS, _("Open surveys")),
    ),
)


def show_pillars(
    journey: Journey, staff: Staff, currency: str, query: str, said: Sequence[FigureCard] = ()
) -> list[Pillar]:
    """`said` are the scores that people gave, which are counted apart."""
    figures = [list_known(journey, words.measures, currency, query) for words in PILLARS]
    figures[-1] = list(said)
    return [_show(words, found, staff) for words, found in zip(PILLARS, figures, strict=True)]


def list_said(staff: Staff, sieve: Sieve, currency: str, query: str) -> list[FigureCard]:
    """The scores of satisfaction in the period that have enough answers; nothing where nobody was ever asked."""
    url = _find_url("satisfaction")
    if not url or not staff.may(Capability.SEE_ANSWERS) or find_first_day() is None:
        return []
    found = get_satisfaction(sieve, currency).headlines
    return [show_card(headline, url=f"{url}?{query}") for headline in found if headline.score.is_enough]


def _find_url(name: str) -> str:
    """ "" where that room has no page in this installation."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def list_known(journey: Journey, keys: Sequence[str], currency: str, query: str) -> list[FigureCard]:
    """Cards of the measures that there is something to count for."""
    return [
        show_figure(key, journey.total, currency, query=query)
        for key in keys
        if key in journey.total.figures and journey.total.figures[key].n
    ]


def _show(words: PillarWords, figures: list[FigureCard], staff: Staff) -> Pillar:
    url = _find_url(words.step[0]) if words.step and not figures and staff.may(words.step[1]) else ""
    return Pillar(words=words, figures=figures, step_url=url, step_label=words.step[2] if words.step else "")
