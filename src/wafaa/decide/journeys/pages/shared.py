"""What the pages of campaigns and automations have in common: who may open them, the trail, names of what they speak of."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.errors import SendingMissing
from wafaa.act.messages.queries import count_whys, get_sending, name_templates
from wafaa.act.messages.rules import State
from wafaa.act.points.queries import list_units
from wafaa.act.points.words import name_unit
from wafaa.decide.experiments.models import Experiment
from wafaa.decide.experiments.queries import get_effect
from wafaa.decide.experiments.showing import show_reading
from wafaa.decide.journeys.forms import Offers, list_ways
from wafaa.decide.journeys.words import (
    GROUPS,
    TONES,
    Names,
    name_segments,
    say_foreseen_why,
    say_message_state,
    sort_foreseen,
)
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import say_customer
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.queries import list_segments

# Whoever may read what campaigns brought sees them; whoever may send messages makes them.
sees = requires(Capability.SEE_EXPERIMENTS)
sends = requires(Capability.SEND_MESSAGES)
# In this order the states of messages are told.
ORDER = (State.SENT, State.QUEUED, State.HELD, State.REFUSED, State.FAILED, State.LAPSED, State.CANCELLED)
STATE_TONES = {State.SENT: "good", State.QUEUED: "accent", State.HELD: "warn", State.FAILED: "bad"}


def make_trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Campaigns"), reverse("campaigns")), *more]


def make_automation_trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return make_trail((_("Automations"), reverse("automations")), *more)


def read_names(templates: Iterable[UUID | None]) -> Names:
    """What all segments and these templates are called."""
    return Names(
        segments=name_segments(list(list_segments())),
        templates=name_templates({one for one in templates if one is not None}),
        units={one.code: name_unit(one) for one in list_units()},
    )


def find_segments(uuids: Iterable[UUID | str]) -> dict[str, Segment]:
    """By their uuids as text, without those that are gone."""
    return {str(one.uuid): one for one in list_segments().filter(uuid__in=list(uuids))}


def show_counts(counts: dict[tuple[str, str], int]) -> list[dict[str, Any]]:
    """A dry run's or a simulation's counts by group, each with its reasons, the commonest first."""
    groups: dict[str, dict[str, Any]] = {
        key: {"key": key, "title": title, "tone": TONES[key], "many": 0, "whys": []}
        for key, title in GROUPS.items()
    }
    for (then, why), many in sorted(counts.items(), key=lambda item: -item[1]):
        group = groups[sort_foreseen(then, why)]
        group["many"] += many
        if said := say_foreseen_why(then, why):
            group["whys"].append({"then": then, "why": why, "said": said, "many": many})
    return [group for group in groups.values() if group["many"]]


def show_states(reason: str, states: dict[str, int]) -> list[dict[str, Any]]:
    """What became of the messages of a reason, each state with its reasons."""
    whys: dict[str, list[dict[str, Any]]] = {}
    for state, why, many in count_whys(reason):
        whys.setdefault(state, []).append({"said": say_foreseen_why(state, why), "many": many})
    return [
        {
            "label": say_message_state(state),
            "tone": STATE_TONES.get(state, ""),
            "many": states[state],
            "whys": whys.get(state, []),
        }
        for state in ORDER
        if states.get(state)
    ]


def find_sending(reason: str) -> UUID | None:
    """The page of its messages."""
    try:
        return get_sending(reason).uuid
    except SendingMissing:
        return None


def read_results(experiment: Experiment | None, metric: str = "") -> dict[str, Any]:
    """For journeys/results.html. Raises MetricUnknown."""
    if experiment is None:
        return {"experiment": None}
    asked = metric or experiment.main_metric
    reading = show_reading(get_effect(experiment, asked))
    return {"experiment": experiment, "is_main": asked == experiment.main_metric, **reading}


def name_customers(customer_ids: Iterable[int], sees_personal: bool) -> dict[int, tuple[str, UUID]]:
    """How each customer is called, and by which uuid their page is opened."""
    found = Customer.objects.in_bulk(list(set(customer_ids)))
    return {pk: (say_customer(one, sees_personal), one.uuid) for pk, one in found.items()}


def read_chosen(request: StaffRequest, offers: Offers) -> dict[str, str]:
    """What a new campaign or automation begins with: ?segment= and ?template=, and by which channel that speaks."""
    told = {name: request.GET.get(name, "") for name in ("segment", "template")}
    template = offers.find_template(told["template"])
    ways = list_ways(template) if template else set()
    channels = [channel for channel, _label in offers.list_channels() if channel in ways]
    return {**told, **({"channel": channels[0]} if channels else {})}
