"""What happened to a message, in people's language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wafaa.act.messages.models.sending import MESSAGE_STATES, SUPPRESSION_CAUSES
from wafaa.act.messages.rules import Answer, Gate
from wafaa.design.formats import format_moment, format_number
from wafaa.know.consents.models import say_channel

GATES: dict[str, Promise] = {
    Gate.ADDRESS: pgettext_lazy("gate", "address"),
    Gate.CONSENT: pgettext_lazy("gate", "consent"),
    Gate.SUPPRESSION: pgettext_lazy("gate", "blocked addresses"),
    Gate.BLOCKER: pgettext_lazy("gate", "reasons to leave somebody alone"),
    Gate.CONTROL: pgettext_lazy("gate", "control group"),
    Gate.HOURS: pgettext_lazy("gate", "quiet hours"),
    Gate.BUDGET: pgettext_lazy("gate", "contact budget"),
    Gate.CONTENT: pgettext_lazy("gate", "content"),
}
WHYS: dict[str, str | Promise] = {
    "no_address": _("there is no address for this channel"),
    "no_consent": _("the customer has not agreed to it"),
    "topic_refused": _("the customer does not want to hear of this topic"),
    "control": _("the customer is in the control group"),
    "hours": _("it is quiet time where the customer lives"),
    "budget": _("the customer got enough messages lately"),
    "due": _("its time has not come"),
    "paused": _("the sending is paused"),
    "deadline": _("it would have come too late"),
    "cancelled": _("the sending was cancelled"),
    "merged": _("the customer got it under another name"),
    "needless": _("what it was about has happened meanwhile"),
    "switched_off": _("the automation was switched off"),
    "changed": _("the automation was changed"),
    "message_gone": _("the message was erased"),
    "missing_values": _("a value of the text is not known"),
    "missing_content": _("the template says nothing by this channel"),
    "missing_limits": _("the text would be too long"),
    "missing_broken": _("the template cannot be read any more"),
    "not_prepared": _("it could not be prepared; the log of the server says why"),
    "mail_refused": _("the mail server of the customer refuses it"),
    "not_now": _("the mail server did not take it in time"),
    "no_server": _("our mail server could not be reached"),
    "server_busy": _("our mail server was busy for too long"),
    "sign_in_refused": _("our mail server refused to let us in"),
    "line_lost": _("the line broke before the other side answered"),
    "push_gone": _("none of the customer's browsers takes notifications any more"),
    "push_refused": _("the browser's push service refuses it"),
    "push_busy": _("the browser's push service did not take it in time"),
    "push_unreachable": _("the browser's push service could not be reached"),
    "push_key_unreadable": _("the key of our notifications was sealed with a secret key that was lost"),
    "gave_way": _("it gave way to a more important message"),
    "provider_off": _("its provider is turned off"),
    "provider_busy": _("the provider asked us to wait for too long"),
    "provider_refused": _("the provider refuses it"),
    "no_provider": _("the provider could not be reached"),
    "no_such_address": _("there is nobody at this number"),
    "reader_stopped": _("the customer told the provider to stop"),
    "window_closed": _("free text on WhatsApp goes only within 24 hours of the customer's last message"),
    "secret_unreadable": _("the provider's secrets cannot be read any more; enter them again"),
}
# Why a request to one of our addresses was not taken.
REFUSALS: dict[str, str | Promise] = {
    "signature": _("its signature or word is not right"),
    "no_secret": _("the secret to check it with is not entered"),
    "unreadable": _("it could not be read"),
    "secret_unreadable": _("the provider's secrets cannot be read any more; enter them again"),
}


def say_refusal(code: str) -> str:
    return str(REFUSALS.get(code, code))


def say_way(channel: str) -> Any:
    """A channel; behind a webhook stands a system of the shop's own, of which consents know nothing."""
    return _("Webhook") if channel == "webhook" else say_channel(channel)


def say_why(code: str) -> str:
    """Empty where there is nothing to say; a blocker's own word as it is."""
    if not code:
        return ""
    if code.startswith("suppressed_"):
        cause = str(SUPPRESSION_CAUSES.get(code.removeprefix("suppressed_"), ""))
        return gettext("the address is blocked: %(cause)s") % {"cause": cause}
    if code.startswith("refused_"):
        return gettext("we don't call this address: %(why)s") % {"why": code.removeprefix("refused_")}
    if code.startswith("blocked_"):
        return gettext("it is held back: %(reason)s") % {"reason": code.removeprefix("blocked_")}
    return str(WHYS.get(code, code))


def say_trace(trace: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Each time that the gate was asked: when, what followed, and every answer."""
    return [
        {
            "at": datetime.fromisoformat(line["at"]),
            "then": MESSAGE_STATES.get(line.get("then", ""), ""),
            "answers": [_say_answer(told, zone) for told in line.get("asked", ())],
        }
        for line in trace
    ]


def _say_answer(told: Sequence[Any], zone: ZoneInfo) -> dict[str, Any]:
    name, answer, *rest = told
    facts: Mapping[str, Any] = rest[0] if rest else {}
    return {
        "gate": GATES.get(name, name),
        "passes": answer == Answer.PASSES,
        "waits": answer == Answer.WAITS,
        "detail": " · ".join(_say_facts(facts, zone)) if answer != Answer.PASSES else "",
    }


def _say_facts(facts: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    said = [say_why(facts["why"])] if facts.get("why") else []
    if until := facts.get("until"):
        moment = datetime.fromisoformat(until).astimezone(zone)
        said.append(gettext("until %(moment)s") % {"moment": format_moment(moment, get_language() or "")})
    if limit := facts.get("limit"):
        said.append(
            ngettext("%(limit)s message in %(hours)s hours", "%(limit)s messages in %(hours)s hours", limit)
            % {"limit": format_number(limit), "hours": format_number(facts["hours"])}
        )
    if hours := facts.get("hours") if facts.get("zone") else None:
        said.append(gettext("allowed from %(hours)s") % {"hours": f"\u2066{hours}\u2069"})
    if names := facts.get("names"):
        said.append(", ".join(f"\u2066{name}\u2069" for name in names))
    return said
