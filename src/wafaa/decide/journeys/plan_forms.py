"""What is asked of an automation: when, for whom, after how long, unless what, which message, how often."""

from collections.abc import Iterator, Sequence
from datetime import time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wafaa.decide.journeys.forms import (
    DEFAULT_CHANNEL,
    ControlField,
    Offers,
    list_ways,
    offer,
)
from wafaa.decide.journeys.rules import (
    CONTROL_BP,
    Calendar,
    Delay,
    Once,
    OnDay,
    OnEvent,
    Plan,
    Reach,
    Yearly,
)
from wafaa.decide.journeys.rules.plan import (
    DAYS_BEFORE_MAX,
    DELAY_DAYS_MAX,
    NAME_CHARS_MAX,
    PATIENCE_HOURS,
    PATIENCE_HOURS_MAX,
)
from wafaa.decide.journeys.words import EVENTS, ONCES, name_event
from wafaa.know.journey.words import LABELS
from wafaa.stream.queries import list_event_names

EVENT, DAY = "event", "day"
AT_ONCE, AFTER, LATER_DAY = "at_once", "after", "later_day"
STAY, LEAVE = "stay", "leave"
UNLESS_ROWS: Final = 3
HEARD_MAX: Final = 100
# Events that are about a segment, which is chosen by its name.
OF_SEGMENT: Final = ("Segment Entered", "Segment Exited")
MINUTES: Final = {"minutes": 1, "hours": 60, "days": 24 * 60}


def list_events(plan: Plan | None) -> list[tuple[str, str]]:
    """Those that have words, those heard of, and those that the plan has."""
    names = [name for name in (*EVENTS, *LABELS) if name not in {"page", "screen"}]
    heard = list_event_names().values_list("name", flat=True)[:HEARD_MAX]
    own = plan.names if plan else ()
    known = dict.fromkeys((*names, *own, *(name for name in heard if name != "identify")))
    return sorted(((name, str(name_event(name))) for name in known), key=lambda one: one[1])


class TimeInput(forms.TimeInput):
    """An hour, as browsers ask for it."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PlanForm(forms.Form):
    """Parts that a choice makes needless are hidden by the page and left out of what is read."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=150, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    starts = forms.ChoiceField(
        label=gettext_lazy("It begins"),
        choices=[
            (EVENT, gettext_lazy("when something happens")),
            (DAY, gettext_lazy("on a day that comes every year")),
        ],
        widget=forms.RadioSelect,
        initial=EVENT,
    )
    event = forms.ChoiceField(label=gettext_lazy("What happens"), initial="Order Completed")
    event_or = forms.ChoiceField(label=gettext_lazy("Or"), required=False)
    entered = forms.ChoiceField(label=gettext_lazy("Which segment"), required=False)
    where_key = forms.CharField(
        label=gettext_lazy("Only where this property"),
        required=False,
        max_length=NAME_CHARS_MAX,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    where_value = forms.CharField(
        label=gettext_lazy("says"),
        required=False,
        max_length=NAME_CHARS_MAX,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    is_kind = forms.BooleanField(
        label=gettext_lazy(
            "Write to everybody who bought goods of the same category, not to whom it happened to"
        ),
        required=False,
    )
    day = forms.ChoiceField(
        label=gettext_lazy("Which day"),
        choices=[
            (Yearly.BIRTHDAY.value, gettext_lazy("Birthday")),
            (Yearly.PURCHASE.value, gettext_lazy("Anniversary of the first order")),
        ],
        initial=Yearly.BIRTHDAY.value,
    )
    calendar = forms.ChoiceField(
        label=gettext_lazy("Calendar"),
        choices=[
            (Calendar.GREGORIAN.value, pgettext_lazy("calendar", "Gregorian")),
            (Calendar.HIJRI.value, pgettext_lazy("calendar", "Hijri (Umm al-Qura)")),
        ],
        initial=Calendar.GREGORIAN.value,
    )
    days_before = forms.IntegerField(
        label=gettext_lazy("Days before it"),
        min_value=0,
        max_value=DAYS_BEFORE_MAX,
        initial=0,
    )
    day_at = forms.TimeField(
        label=gettext_lazy("At, by the customer's clock"), widget=TimeInput, initial=time(9)
    )
    wait = forms.ChoiceField(
        label=gettext_lazy("Then"),
        choices=[
            (AT_ONCE, gettext_lazy("at once")),
            (AFTER, gettext_lazy("after a while")),
            (LATER_DAY, gettext_lazy("days later, at an hour by the customer's clock")),
        ],
        widget=forms.RadioSelect,
        initial=AT_ONCE,
    )
    after = forms.IntegerField(label=gettext_lazy("How long"), min_value=1, initial=1)
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[
            ("minutes", pgettext_lazy("unit", "minutes")),
            ("hours", pgettext_lazy("unit", "hours")),
            ("days", pgettext_lazy("unit", "days")),
        ],
        initial="hours",
    )
    later_days = forms.IntegerField(
        label=gettext_lazy("Days later"), min_value=0, max_value=DELAY_DAYS_MAX, initial=1
    )
    later_at = forms.TimeField(
        label=gettext_lazy("At, by the customer's clock"), widget=TimeInput, initial=time(10)
    )
    segment = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    template = forms.ChoiceField(label=gettext_lazy("Message"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Way"))
    once = forms.ChoiceField(label=gettext_lazy("How often"), initial=Once.ORDER.value)
    patience_hours = forms.IntegerField(
        label=gettext_lazy("Makes sense for so many hours"),
        min_value=1,
        max_value=PATIENCE_HOURS_MAX,
        initial=PATIENCE_HOURS,
        help_text=gettext_lazy(
            "What could not be sent by then, at night or over the budget, is not sent at all."
        ),
    )
    control_bp = ControlField(
        label=gettext_lazy("Control group, in per cent"),
        initial=CONTROL_BP,
        help_text=gettext_lazy(
            "So many are drawn by lot and don't get it: against them is read what it brought."
        ),
    )
    waiting = forms.ChoiceField(
        label=gettext_lazy("Who is on the way already"),
        choices=[
            (STAY, gettext_lazy("stays with the former version")),
            (LEAVE, gettext_lazy("leaves and gets nothing")),
        ],
        widget=forms.RadioSelect,
        initial=STAY,
        required=False,
    )

    def __init__(
        self, *args: Any, offers: Offers, plan: Plan | None = None, key: str = "", **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.offers, self.plan = offers, plan
        events = list_events(plan)
        for place in range(UNLESS_ROWS):
            self.fields[f"unless_{place}"] = forms.ChoiceField(
                label=_("Unless this happens first") if place == 0 else _("or this"), required=False
            )
            self.fields[f"same_{place}"] = forms.BooleanField(
                label=_("only about the same order, cart or product"), required=False
            )
            offer(self, f"unless_{place}", [("", "–"), *events])
        offer(self, "event", events)
        offer(self, "event_or", [("", "–"), *events])
        segments = offers.list_segments()
        offer(self, "entered", [("", _("Any segment")), *segments])
        offer(self, "segment", [("", _("Everybody")), *segments])
        nothing = _("The ready text for it") if key else _("Still to be chosen")
        offer(self, "template", [("", nothing), *offers.list_templates()])
        channels = offers.list_channels()
        if plan and plan.channel and plan.channel not in dict(channels):
            channels.append((plan.channel, plan.channel))
        offer(self, "channel", channels)
        offer(self, "once", [(one.value, ONCES[one]) for one in ONCES])

    def list_unless(self) -> Iterator[tuple[Any, Any]]:
        """The rows' fields, for the page."""
        for place in range(UNLESS_ROWS):
            yield self[f"unless_{place}"], self[f"same_{place}"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        template = self.offers.find_template(given.get("template", ""))
        if template is not None and given.get("channel") not in list_ways(template):
            self.add_error("channel", _("The message says nothing by this way."))
        if bool(given.get("where_key")) != bool(given.get("where_value")):
            self.add_error("where_value", _("A property and what it says belong together."))
        return given

    def get_definition(self) -> dict[str, Any]:
        """What create_automation and change_automation take."""
        given = self.cleaned_data
        is_day = given["starts"] == DAY
        return {
            "trigger": self._get_day() if is_day else self._get_event(),
            "template": given["template"] or None,
            "segment": given["segment"] or None,
            "delay": {} if is_day else self._get_delay(),
            "unless": [
                {"name": given[f"unless_{place}"], "same": given[f"same_{place}"]}
                for place in range(UNLESS_ROWS)
                if given[f"unless_{place}"]
            ]
            + self._keep_unless(),
            "once": Once.YEAR.value if is_day else Once.PRODUCT.value if given["is_kind"] else given["once"],
            "patience_hours": given["patience_hours"],
            "priority": self.plan.priority if self.plan else 0,
            "channel": "" if given["channel"] == DEFAULT_CHANNEL else given["channel"],
            "control_bp": given["control_bp"],
        }

    def _keep_unless(self) -> list[dict[str, Any]]:
        """What has no row of the form stays as it is."""
        further = self.plan.unless[UNLESS_ROWS:] if self.plan else ()
        return [{"name": one.name, "same": one.same} for one in further]

    def _get_event(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = [given["event"], *([given["event_or"]] if given["event_or"] else [])]
        where = {given["where_key"]: given["where_value"]} if given["where_key"] else {}
        if given["entered"] and given["event"] in OF_SEGMENT:
            where["segment"] = given["entered"]
        former = self.plan.trigger if self.plan else None
        if isinstance(former, OnEvent):
            names += former.names[2:]
            kept = [pair for pair in former.where if pair[0] != "segment"][1:]
            where = {**dict(kept), **where}
        return {
            "names": list(dict.fromkeys(names)),
            "where": where,
            "reach": str(Reach.KIND if given["is_kind"] else Reach.OWN),
        }

    def _get_day(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "day": given["day"],
            "calendar": given["calendar"],
            "days_before": given["days_before"],
            "at": _to_minute(given["day_at"]),
        }

    def _get_delay(self) -> dict[str, int]:
        given = self.cleaned_data
        if given["wait"] == AFTER:
            return {"minutes": given["after"] * MINUTES[given["unit"]]}
        if given["wait"] == LATER_DAY:
            return {"days": given["later_days"], "at": _to_minute(given["later_at"])}
        return {"minutes": 0}


def _to_minute(told: time) -> int:
    return told.hour * 60 + told.minute


def _to_time(minute: int) -> time:
    return time(minute // 60, minute % 60)


def describe_plan(name: str, plan: Plan) -> dict[str, Any]:
    """A plan as its form begins."""
    told: dict[str, Any] = {
        "name": name,
        "segment": str(plan.segment or ""),
        "template": str(plan.template or ""),
        "channel": plan.channel or DEFAULT_CHANNEL,
        "once": str(plan.once),
        "patience_hours": plan.patience_hours,
        "control_bp": plan.control_bp,
    }
    for place, one in enumerate(plan.unless[:UNLESS_ROWS]):
        told |= {f"unless_{place}": one.name, f"same_{place}": one.same}
    if isinstance(plan.trigger, OnDay):
        return told | _describe_day(plan.trigger)
    return told | _describe_event(plan.trigger) | _describe_delay(plan.delay)


def _describe_day(trigger: OnDay) -> dict[str, Any]:
    return {
        "starts": DAY,
        "day": str(trigger.day),
        "calendar": str(trigger.calendar),
        "days_before": trigger.days_before,
        "day_at": _to_time(trigger.at),
    }


def _describe_event(trigger: OnEvent) -> dict[str, Any]:
    where = dict(trigger.where)
    segment = where.pop("segment", "") if set(trigger.names) & set(OF_SEGMENT) else ""
    pair: Sequence[str] = next(iter(where.items()), ("", ""))
    return {
        "starts": EVENT,
        "event": trigger.names[0],
        "event_or": trigger.names[1] if len(trigger.names) > 1 else "",
        "entered": segment,
        "where_key": pair[0],
        "where_value": pair[1],
        "is_kind": trigger.reach is Reach.KIND,
    }


def _describe_delay(delay: Delay) -> dict[str, Any]:
    if delay.at is not None:
        return {"wait": LATER_DAY, "later_days": delay.days, "later_at": _to_time(delay.at)}
    if not delay.minutes:
        return {"wait": AT_ONCE}
    unit = next(name for name in ("days", "hours", "minutes") if delay.minutes % MINUTES[name] == 0)
    return {"wait": AFTER, "after": delay.minutes // MINUTES[unit], "unit": unit}
