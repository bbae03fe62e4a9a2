"""Rules of asking as sentences, and why somebody was not asked, in people's language."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from wafaa.act.messages.words import say_why as say_message_why
from wafaa.decide.asking.models import Rule
from wafaa.decide.asking.rules import EVERYBODY_BP, MESSAGE, Kind, Why
from wafaa.design.formats import format_days, format_number, format_percent
from wafaa.know.journey.words import HOUSE, LABELS

WHYS: Final[Mapping[str, Promise]] = {
    Why.NOT_DRAWN: gettext_lazy("The customer is not in the share of people who are asked."),
    Why.COOL_DOWN: gettext_lazy("The customer was asked something not long ago."),
    Why.OPEN_CASE: gettext_lazy("A case of the customer is open: first it is put right."),
    Why.NOT_MEMBER: gettext_lazy("The customer is not in the segment."),
    Why.RETURNED: gettext_lazy("The order was returned or cancelled first."),
    Why.LATE: gettext_lazy("It was too late."),
    Why.SWITCHED_OFF: gettext_lazy("The rule was switched off."),
    Why.SURVEY_CLOSED: gettext_lazy("The survey was not open."),
    Why.NO_TEMPLATE: gettext_lazy("There is no message to send."),
    Why.NOTHING_TO_REVIEW: gettext_lazy(
        "There is nothing to review: no such order, or all of it is reviewed."
    ),
    Why.UNKNOWN: gettext_lazy("The customer is not known any more."),
}
# Events that people are asked after, in the order in which they are offered.
MOMENTS: Final = (
    "Order Delivered",
    "Order Completed",
    "Checkout Completed",
    "Support Call Ended",
    "Support Conversation Ended",
    "Store Exited",
    "Return Requested",
    "Order Refunded",
)
EVENTS: Final[Mapping[str, Promise]] = {
    "Checkout Completed": pgettext_lazy("event", "Checkout finished"),
    **HOUSE,
}


def say_why(code: str) -> str:
    """What messages say of theirs is a clause; here it is a sentence of its own."""
    if code.startswith(MESSAGE):
        said = say_message_why(code.removeprefix(MESSAGE))
        return _("The message did not go: %(why)s.") % {"why": said} if said else _("The message did not go.")
    return str(WHYS.get(code, code))


def name_event(name: str) -> "str | Promise":
    return EVENTS[name] if name in EVENTS else LABELS.get(name, name)


def say_delay(minutes: int) -> str:
    if not minutes:
        return _("at once")
    if minutes % (24 * 60) == 0:
        return format_days(minutes // (24 * 60))
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": format_number(hours)}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": format_number(minutes)}


def _isolate(name: str) -> SafeString:
    return format_html("<bdi>{}</bdi>", name)


def say_rule(rule: Rule, *, segment: str = "") -> SafeString:
    """One sentence: after what, how long later, who, what; and a second: how rarely."""
    events = [conditional_escape(str(name_event(name))) for name in rule.names]
    joined = events[0]
    for one in events[1:]:
        joined = format_html(_("{first} or {second}"), first=joined, second=one)
    asked = (
        _("a review is asked for")
        if rule.kind == Kind.REVIEW
        else format_html(_("“{survey}” is asked"), survey=_isolate(rule.survey.name if rule.survey else ""))
    )
    when = (
        format_html(_("As soon as this happens: {events}, {asked}"), events=joined, asked=asked)
        if not rule.delay_minutes
        else format_html(
            _("{delay} after this: {events}, {asked}"),
            delay=say_delay(rule.delay_minutes),
            events=joined,
            asked=asked,
        )
    )
    parts = [when]
    if rule.segment:
        parts.append(
            format_html(
                _("of whoever is in {segment}"), segment=_isolate(segment or _("a segment that is gone"))
            )
        )
    if rule.share_bp < EVERYBODY_BP:
        share = format_percent(rule.share_bp / EVERYBODY_BP)
        parts.append(format_html(_("of {share} of the people"), share=share))
    comma = _(", ")
    sentence = parts[0]
    for one in parts[1:]:
        sentence = format_html("{}{}{}", sentence, comma, one)
    return format_html("{}. {}", sentence, say_pace(rule))


def say_pace(rule: Rule) -> str:
    rest = (
        _("Nobody who was asked anything in the last %(days)s.") % {"days": format_days(rule.cool_down_days)}
        if rule.cool_down_days
        else _("Also people who were asked lately.")
    )
    if not rule.reminders:
        return f"{rest} {_('Nobody is reminded.')}"
    reminded = ngettext(
        "Whoever does not answer is reminded once, after %(days)s.",
        "Whoever does not answer is reminded up to %(count)s times, each after %(days)s.",
        rule.reminders,
    ) % {"count": format_number(rule.reminders), "days": format_days(rule.remind_days)}
    return f"{rest} {reminded}"
