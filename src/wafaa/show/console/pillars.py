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
        missing=_("Nobody has been asked yet. Surveys come with a later version of Wafaa."),
        step=None,
    ),
)


def show_pillars(journey: Journey, staff: Staff, currency: str, query: str) -> list[Pillar]:
    return [_show(words, list_known(journey, words.measures, currency, query), staff) for words in PILLARS]


def list_known(journey: Journey, keys: Sequence[str], currency: str, query: str) -> list[FigureCard]:
    """Cards of the measures that there is something to count for."""
    return [
        show_figure(key, journey.total, currency, query=query)
        for key in keys
        if key in journey.total.figures and journey.total.figures[key].n
    ]


def _show(words: PillarWords, figures: list[FigureCard], staff: Staff) -> Pillar:
    url = ""
    if words.step and not figures and staff.may(words.step[1]):
        try:
            url = reverse(words.step[0])
        except NoReverseMatch:  # that room has no page in this installation
            url = ""
    return Pillar(words=words, figures=figures, step_url=url, step_label=words.step[2] if words.step else "")
