"""Messages that are there from the first day: each a file with its texts in both languages, written for each, not translated."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.act.messages.rendering.rules import Texts

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class ReadyText:
    """What it is called, when it is meant to go out, and what it says."""

    key: str
    purpose: str
    topic: str
    name: Promise
    about: Promise

    @property
    def content(self) -> Texts:
        return _read(self.key)


@cache
def _read(key: str) -> Texts:
    told = tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8"))
    return {
        language: {
            channel: {name: text.strip() for name, text in fields.items()}
            for channel, fields in channels.items()
        }
        for language, channels in told.items()
    }


_ALL = (
    ReadyText(
        "receipt",
        "service",
        "",
        pgettext_lazy("message", "Receipt"),
        _("After an order is paid: its lines, tax and total."),
    ),
    ReadyText(
        "thanks",
        "service",
        "",
        _("Thank you, with use and care"),
        _("A day after an order: thanks, how to use what was bought and how to care for it."),
    ),
    ReadyText(
        "delay",
        "service",
        "",
        _("Honest notice of a delay"),
        _("As soon as a promised day cannot be kept: why, the new day, and the way out."),
    ),
    ReadyText(
        "delivered",
        "service",
        "",
        _("After the delivery"),
        _("Two days after delivery: is everything as it should be?"),
    ),
    ReadyText(
        "cart",
        "marketing",
        "offers",
        _("Abandoned cart"),
        _("Some hours after goods were left in a cart; once."),
    ),
    ReadyText(
        "win_back",
        "marketing",
        "offers",
        _("Win back the inactive"),
        _("When somebody who used to buy has not come for longer than the lapse window."),
    ),
    ReadyText(
        "birthday",
        "marketing",
        "occasions",
        _("Birthday"),
        _("On the birthday, by the Gregorian or the Hijri calendar."),
    ),
    ReadyText(
        "anniversary",
        "marketing",
        "occasions",
        _("Anniversary of the first purchase"),
        _("On the day of the first order, each year."),
    ),
    ReadyText(
        "new_product",
        "marketing",
        "news",
        _("New goods of a kind that was bought"),
        _("When goods of a category arrive, for those who bought of it."),
    ),
    ReadyText(
        "survey_delivery",
        "surveys",
        "",
        _("Survey after the delivery"),
        _("Two hours after delivery: how was it? The first question can be answered from the mail."),
    ),
    ReadyText(
        "survey_call",
        "surveys",
        "",
        _("Survey after a call"),
        _("Some minutes after a call with your people: did it help?"),
    ),
    ReadyText(
        "survey_nps",
        "surveys",
        "",
        _("Survey of the relationship"),
        _("A few times a year: would they recommend you?"),
    ),
    ReadyText(
        "review_request",
        "surveys",
        "",
        _("Request for a review"),
        _("Some days after delivery, to everybody alike: stars and words about what was bought."),
    ),
    ReadyText(
        "survey_reminder",
        "surveys",
        "",
        _("Reminder of a survey or a review"),
        _("Three days later, once, to those who have not answered."),
    ),
    ReadyText(
        "gift",
        "marketing",
        "offers",
        pgettext_lazy("message", "A gift"),
        _("When somebody was given a gift: what it is, from whom, and the note."),
    ),
    ReadyText(
        "suggestion_done",
        "surveys",
        "",
        _("You said, we did"),
        _("When something was changed, to everybody who had asked for it."),
    ),
    ReadyText(
        "points_earned",
        "service",
        "",
        pgettext_lazy("message", "Points earned"),
        _("After an order has earned points: how many, from when on, and what all of them are worth."),
    ),
    ReadyText(
        "points_expiring",
        "service",
        "",
        pgettext_lazy("message", "Points about to expire"),
        _("Some days before points end: how many, and the last day."),
    ),
    ReadyText(
        "birthday_gift",
        "marketing",
        "occasions",
        pgettext_lazy("message", "Birthday gift in points"),
        _("On the birthday, when the programme has given points for it."),
    ),
    ReadyText(
        "programme_welcome",
        "service",
        "",
        pgettext_lazy("message", "Welcome to the programme"),
        _("When somebody becomes a member of the loyalty programme."),
    ),
    ReadyText(
        "tier_up",
        "service",
        "",
        pgettext_lazy("message", "New tier"),
        _("When a member reaches a higher tier."),
    ),
    ReadyText(
        "reward_redeemed",
        "service",
        "",
        pgettext_lazy("message", "Reward redeemed"),
        _("When points were redeemed for a reward: what it is, and its code."),
    ),
)
READY: Mapping[str, ReadyText] = {text.key: text for text in _ALL}
