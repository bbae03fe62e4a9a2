"""Automations as sentences, and what became of campaigns, runs and people, in people's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from wafaa.act.messages.models.sending import MESSAGE_STATES
from wafaa.act.messages.rules import State
from wafaa.act.messages.words import say_why as say_message_why
from wafaa.decide.journeys import errors
from wafaa.decide.journeys.actions.campaigns import GROWN, REWRITTEN
from wafaa.decide.journeys.models import RUN_WHYS
from wafaa.decide.journeys.queries.campaigns import EXCLUDED
from wafaa.decide.journeys.rules import (
    Calendar,
    Delay,
    Once,
    OnDay,
    OnEvent,
    Plan,
    Reach,
    RunState,
    Unless,
    Yearly,
)
from wafaa.decide.journeys.treating import UNIVERSAL
from wafaa.design.formats import format_number
from wafaa.know.journey.words import BEGINS, HOUSE, name_touchpoint
from wafaa.learn.segments.errors import SegmentMissing
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.offers import name_segment

Words = str | Promise

# Events that begin automations and are no touchpoints of the journey.
EVENTS: Final[dict[str, Words]] = {**BEGINS, **HOUSE}
ONCES: Final[dict[Once, Words]] = {
    Once.ORDER: gettext_lazy("at most once for each order"),
    Once.CART: gettext_lazy("at most once for each cart"),
    Once.PRODUCT: gettext_lazy("at most once for each product"),
    Once.EVENT: gettext_lazy("once each time"),
    Once.YEAR: gettext_lazy("at most once a year"),
    Once.EVER: gettext_lazy("only once ever"),
}
YEARLY: Final[dict[tuple[Yearly, Calendar], Words]] = {
    (Yearly.BIRTHDAY, Calendar.GREGORIAN): gettext_lazy("the birthday"),
    (Yearly.BIRTHDAY, Calendar.HIJRI): gettext_lazy("the birthday by the Hijri calendar"),
    (Yearly.PURCHASE, Calendar.GREGORIAN): gettext_lazy("the anniversary of the first order"),
    (Yearly.PURCHASE, Calendar.HIJRI): gettext_lazy(
        "the anniversary of the first order by the Hijri calendar"
    ),
}
# What a dry run and a simulation say of somebody, in few groups: (key, title).
GETS, LATER, ASIDE, OUT, NOT = "gets", "later", "aside", "out", "not"
GROUPS: Final[dict[str, Words]] = {
    GETS: pgettext_lazy("dry run", "get it"),
    LATER: pgettext_lazy("dry run", "get it later"),
    ASIDE: pgettext_lazy("dry run", "kept aside"),
    OUT: pgettext_lazy("dry run", "left out"),
    NOT: pgettext_lazy("dry run", "don't get it"),
}
TONES: Final[dict[str, str]] = {GETS: "good", LATER: "warn", ASIDE: "accent", OUT: "", NOT: ""}
CAMPAIGN_WHYS: Final[dict[str, Words]] = {
    GROWN: gettext_lazy("More people are in the segment by now than were agreed to."),
    REWRITTEN: gettext_lazy("The message was changed after it was agreed to."),
    errors.TimeOver.code: gettext_lazy("Its time is over. Copy it to send it at another time."),
    **{
        one.code: one.message
        for one in (errors.TemplateNotReady, errors.SegmentNotBuilt, errors.TimeUnreadable, SegmentMissing)
    },
}


@dataclass(frozen=True, kw_only=True)
class Names:
    """What segments and templates are called, by their uuids, and units of the ledger."""

    segments: Mapping[UUID, str] = field(default_factory=dict)
    templates: Mapping[UUID, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)  # by their codes


def put(words: str, **parts: Any) -> SafeString:
    """Our own words, which hold no markup, with parts in their places."""
    return SafeString(words % {name: conditional_escape(part) for name, part in parts.items()})


def told(value: Any) -> SafeString:
    """What somebody told: of unknown direction, and set apart from our words."""
    return format_html("<bdi>{}</bdi>", value)


def join_or(parts: Sequence[SafeString]) -> SafeString:
    words = pgettext("join", "%(first)s or %(second)s")
    return reduce(lambda first, second: put(words, first=first, second=second), parts)


def name_event(name: str) -> Words:
    """An event without words of its own is called as it came."""
    return EVENTS.get(name) or name_touchpoint(name)


def name_segments(segments: Sequence[Segment]) -> dict[UUID, str]:
    return {one.uuid: name_segment(one) for one in segments}


def say_plan(plan: Plan, names: Names, *, has_ready: bool = False) -> SafeString:
    """The whole of it in one sentence; `has_ready` where a ready message comes when it is switched on."""
    parts = {
        "when": say_trigger(plan.trigger, names),
        "whom": say_whom(plan, names),
        "what": say_template(plan, names, has_ready=has_ready),
        "delay": say_delay(plan),
        "once": ONCES[plan.once],
    }
    if not plan.unless:
        return put(_("%(when)s, %(whom)s: %(what)s %(delay)s; %(once)s."), **parts)
    words = _("%(when)s, %(whom)s: %(what)s %(delay)s, unless %(unless)s happens first; %(once)s.")
    return put(words, unless=join_or([say_unless(one, plan) for one in plan.unless]), **parts)


def say_trigger(trigger: OnEvent | OnDay, names: Names) -> SafeString:
    if isinstance(trigger, OnDay):
        day = YEARLY[trigger.day, trigger.calendar]
        if not trigger.days_before:
            return put(_("On %(day)s"), day=day)
        words = ngettext("%(days)s day before %(day)s", "%(days)s days before %(day)s", trigger.days_before)
        return put(words, days=_number(trigger.days_before), day=day)
    said = put(_("When %(event)s happens"), event=join_or([_quote(name_event(one)) for one in trigger.names]))
    if trigger.where:
        limits = [_say_where(key, value, names) for key, value in trigger.where]
        listed = reduce(
            lambda first, second: put(
                pgettext("join", "%(first)s and %(second)s"), first=first, second=second
            ),
            limits,
        )
        said = put(_("%(when)s (%(where)s)"), when=said, where=listed)
    return said


_SAID: Final[Mapping[tuple[str, str], Promise]] = {
    ("reason", "order"): gettext_lazy("because of an order"),
    ("reason", "birthday"): gettext_lazy("because of a birthday"),
    ("direction", "up"): gettext_lazy("upwards"),
    ("direction", "down"): gettext_lazy("downwards"),
}


def _say_where(key: str, value: str, names: Names) -> SafeString:
    if key == "segment":
        called = {str(own): name for own, name in names.segments.items()}
        return put(_("segment %(name)s"), name=_quote(called.get(value, value)))
    if said := _SAID.get((key, value)):
        return put(str(said))
    if key == "unit":
        return put(
            _("in %(unit)s"),
            unit=told(names.units.get(value) or (_("points") if value == "points" else value)),
        )
    return put("%(key)s = %(value)s", key=told(key), value=told(value))


def say_whom(plan: Plan, names: Names) -> SafeString:
    is_kind = isinstance(plan.trigger, OnEvent) and plan.trigger.reach is Reach.KIND
    if plan.segment is None:
        words = _("for whoever bought goods of that kind") if is_kind else _("for everybody")
        return put(words)
    name = _quote(names.segments.get(plan.segment, _("a segment that is gone")))
    if is_kind:
        return put(_("for whoever bought goods of that kind and is in %(segment)s"), segment=name)
    return put(_("for customers in %(segment)s"), segment=name)


def say_template(plan: Plan, names: Names, *, has_ready: bool) -> SafeString:
    if plan.template is None and has_ready:
        return put(_("send its ready message"))
    if plan.template is None:
        return put(_("send a message that is still to be chosen"))
    name = names.templates.get(plan.template, _("a message that is gone"))
    return put(_("send %(template)s"), template=_quote(name))


def say_delay(plan: Plan) -> SafeString:
    if isinstance(plan.trigger, OnDay):
        return put(_("at %(time)s by their own clock"), time=say_time(plan.trigger.at))
    return _say_wait(plan.delay)


def _say_wait(delay: Delay) -> SafeString:
    if delay.at is not None:
        time = say_time(delay.at)
        if delay.days == 0:
            return put(_("at the next %(time)s by their own clock"), time=time)
        if delay.days == 1:
            return put(_("the day after at %(time)s by their own clock"), time=time)
        words = ngettext(
            "%(days)s day later at %(time)s by their own clock",
            "%(days)s days later at %(time)s by their own clock",
            delay.days,
        )
        return put(words, days=_number(delay.days), time=time)
    if not delay.minutes:
        return put(_("at once"))
    count, words = _say_minutes(delay.minutes)
    return put(words, count=_number(count))


def _say_minutes(minutes: int) -> tuple[int, str]:
    if minutes % (24 * 60) == 0:
        count = minutes // (24 * 60)
        return count, ngettext("%(count)s day later", "%(count)s days later", count)
    if minutes % 60 == 0:
        count = minutes // 60
        return count, ngettext("%(count)s hour later", "%(count)s hours later", count)
    return minutes, ngettext("%(count)s minute later", "%(count)s minutes later", minutes)


def say_unless(unless: Unless, plan: Plan) -> SafeString:
    event = _quote(name_event(unless.name))
    if not unless.same:
        return event
    words = {
        Once.CART: _("%(event)s of the same cart"),
        Once.PRODUCT: _("%(event)s of the same product"),
    }.get(plan.once, _("%(event)s of the same order"))
    return put(words, event=event)


def say_time(minute: int) -> SafeString:
    """A minute of the day as clocks show it."""
    return format_html('<bdi dir="ltr">{}</bdi>', f"{minute // 60:02}:{minute % 60:02}")


def _quote(name: Words) -> SafeString:
    return put(_("“%(name)s”"), name=told(name))


def _number(value: int) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', format_number(value))


def say_occasion(what: str, about: str = "") -> SafeString:
    """Which occasion a run is about."""
    kind, _colon, own = what.partition(":")
    match kind:
        case "order":
            return put(_("order %(number)s"), number=told(own))
        case "cart":
            return put(_("cart %(number)s"), number=told(own))
        case "product":
            return put(_("product %(number)s"), number=told(own))
        case "year":
            return put(_("year %(number)s"), number=told(own))
        case "event":
            return put(_("order %(number)s"), number=told(about)) if about else put(_("one event"))
    return put(_("only once ever"))


def sort_foreseen(then: str, why: str) -> str:
    """Into which group somebody comes of whom a dry run or a simulation says this."""
    if then == EXCLUDED:
        return OUT
    if why in _SPARED or then == RunState.CONTROL:
        return ASIDE
    if then == State.HELD:
        return LATER
    return GETS if then in {State.QUEUED, State.SENT} else NOT


def say_foreseen_why(then: str, why: str) -> str:
    """Why somebody waits or gets nothing; empty where there is nothing to say."""
    if then == EXCLUDED:
        return _("they are in a segment that is left out")
    return (_SIMULATED.get(why, "") and str(_SIMULATED[why])) or say_message_why(why)


# By which reasons somebody is kept aside, of this one thing or of all marketing.
_SPARED: Final = frozenset({"control", "campaign", "automation", UNIVERSAL})
_SIMULATED: Final[dict[str, Words]] = {
    **RUN_WHYS,
    UNIVERSAL: gettext_lazy("They are kept aside of all marketing."),
    "automation": gettext_lazy("They are in the control group of this automation."),
    "campaign": gettext_lazy("They are in the control group of this campaign."),
}


def say_run_why(why: str) -> str:
    return str(RUN_WHYS.get(why, "")) or say_message_why(why)


def say_message_state(state: str) -> Words:
    return MESSAGE_STATES.get(state, state)


def say_campaign_why(code: str) -> str:
    """Why a campaign stands still by itself."""
    if not code:
        return ""
    return str(CAMPAIGN_WHYS.get(code) or _("It stopped by itself (%(code)s).") % {"code": code})
