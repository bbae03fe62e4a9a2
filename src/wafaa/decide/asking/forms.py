"""What is asked of a rule: after what, whom, what, how rarely; with defaults that serve most shops."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wafaa.act.messages.models import Template
from wafaa.act.messages.template_queries import list_templates
from wafaa.decide.asking.actions import Plan
from wafaa.decide.asking.models import Rule
from wafaa.decide.asking.rules import (
    COOL_DOWN_DAYS,
    COOL_DOWN_DAYS_MAX,
    EVERYBODY_BP,
    PATIENCE_HOURS,
    PATIENCE_HOURS_MAX,
    REMIND_DAYS,
    REMINDERS_MAX,
    TEXT_MAX,
    Kind,
    Sort,
)
from wafaa.decide.asking.words import EVENTS, MOMENTS, name_event
from wafaa.know.consents.models import say_channel
from wafaa.know.journey.words import LABELS
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import list_segments
from wafaa.listen.surveys.models import Survey
from wafaa.listen.surveys.queries import list_surveys
from wafaa.listen.surveys.rules import SurveyState
from wafaa.stream.queries import list_event_names

REVIEW: Final = "review"
MINUTES: Final = {"minutes": 1, "hours": 60, "days": 24 * 60}
HEARD_MAX: Final = 100
DEFAULT_CHANNEL: Final = "email"
CHANNELS: Final = ("email", "sms", "whatsapp")
_NOT_OFFERED: Final = {"page", "screen", "identify"}

Choices = list[Any]


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What a rule may choose from."""

    surveys: Sequence[Survey]
    templates: Sequence[Template]
    segments: Choices

    @classmethod
    def read(cls) -> "Offers":
        return cls(
            surveys=list(list_surveys().exclude(state=SurveyState.CLOSED)),
            templates=list(list_templates(state="ready").order_by("name", "id")),
            segments=[(str(one.uuid), name_segment(one)) for one in list_segments()],
        )

    def list_asked(self) -> Choices:
        return [
            *((str(one.uuid), one.name) for one in self.surveys),
            (REVIEW, _("A review of what was bought")),
        ]

    def list_templates(self) -> Choices:
        return [("", _("The ready text for it")), *((str(one.uuid), one.name) for one in self.templates)]


def list_events(rule: Rule | None) -> list[tuple[str, str]]:
    """Those that are usual first, then those that have words, those heard of, and the rule's own."""
    heard = list_event_names().values_list("name", flat=True)[:HEARD_MAX]
    others = sorted(
        {*LABELS, *EVENTS, *heard, *(rule.names if rule else ())} - {*MOMENTS} - _NOT_OFFERED,
        key=lambda name: str(name_event(name)),
    )
    return [(name, str(name_event(name))) for name in (*MOMENTS, *others)]


class ShareField(forms.DecimalField):
    """In per cent, kept in basis points."""

    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=Decimal("0.01"), max_value=Decimal(100), decimal_places=2, **more)

    def clean(self, value: Any) -> int:
        return int(super().clean(value) * 100)

    def prepare_value(self, value: Any) -> Any:
        return (Decimal(value) / 100).normalize().__format__("f") if isinstance(value, int) else value


class RuleForm(forms.Form):
    """Fields in the order of the page's steps."""

    event = forms.ChoiceField(label=gettext_lazy("What happens"), initial=MOMENTS[0])
    event_or = forms.ChoiceField(label=gettext_lazy("Or"), required=False)
    where_key = forms.CharField(
        label=gettext_lazy("Only where this property"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    where_value = forms.CharField(
        label=gettext_lazy("says"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    after = forms.IntegerField(
        label=gettext_lazy("How long"),
        min_value=0,
        max_value=1_000,
        initial=2,
        help_text=gettext_lazy("0 is at once. At night it waits for the morning."),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[
            ("minutes", pgettext_lazy("unit", "minutes")),
            ("hours", pgettext_lazy("unit", "hours")),
            ("days", pgettext_lazy("unit", "days")),
        ],
        initial="hours",
    )
    asked = forms.ChoiceField(label=gettext_lazy("What is asked"))
    sort = forms.ChoiceField(
        label=gettext_lazy("It is about"),
        choices=[
            (Sort.TRANSACTION.value, gettext_lazy("one purchase, call or visit")),
            (Sort.RELATIONSHIP.value, gettext_lazy("the relationship as a whole")),
        ],
        widget=forms.RadioSelect,
        initial=Sort.TRANSACTION.value,
    )
    segment = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    share_bp = ShareField(
        label=gettext_lazy("Share of the people, in per cent"),
        initial=EVERYBODY_BP,
        help_text=gettext_lazy("It is always the same people, drawn by lot."),
    )
    cool_down_days = forms.IntegerField(
        label=gettext_lazy("Days of rest after any survey"),
        required=False,
        min_value=0,
        max_value=COOL_DOWN_DAYS_MAX,
        help_text=gettext_lazy(
            "Left empty: 7 days for a purchase, call or visit, 30 days for the relationship."
        ),
    )
    reminders = forms.TypedChoiceField(
        label=gettext_lazy("Reminders"),
        coerce=int,
        choices=[
            (0, gettext_lazy("none")),
            (1, gettext_lazy("one")),
            (2, gettext_lazy("two")),
        ],
        initial=1,
    )
    remind_days = forms.IntegerField(
        label=gettext_lazy("Days before a reminder"), min_value=1, max_value=30, initial=REMIND_DAYS
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=150, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    template = forms.ChoiceField(label=gettext_lazy("Message"), required=False)
    reminder = forms.ChoiceField(label=gettext_lazy("Message of the reminder"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Way"), initial=DEFAULT_CHANNEL)
    patience_hours = forms.IntegerField(
        label=gettext_lazy("Makes sense for so many hours"),
        min_value=1,
        max_value=PATIENCE_HOURS_MAX,
        initial=PATIENCE_HOURS,
        help_text=gettext_lazy("Whoever could not be asked by then is not asked at all."),
    )

    def __init__(self, *args: Any, offers: Offers, rule: Rule | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.rule = rule
        events = list_events(rule)
        self._offer("event", events)
        self._offer("event_or", [("", "–"), *events])
        asked = offers.list_asked()
        if rule and rule.survey and str(rule.survey.uuid) not in dict(asked):
            asked.insert(0, (str(rule.survey.uuid), rule.survey.name))
        self._offer("asked", asked)
        self._offer("segment", [("", _("Everybody")), *offers.segments])
        self._offer("template", offers.list_templates())
        self._offer("reminder", offers.list_templates())
        self._offer("channel", [(one, str(say_channel(one))) for one in CHANNELS])

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("where_key")) != bool(given.get("where_value")):
            self.add_error("where_value", _("A property and what it says belong together."))
        return given

    def get_plan(self) -> Plan:
        given = self.cleaned_data
        names = [given["event"], *([given["event_or"]] if given["event_or"] else [])]
        where = {given["where_key"]: given["where_value"]} if given["where_key"] else {}
        if self.rule is not None:  # what has no field of the form stays as it is
            names += self.rule.names[2:]
            where = {**dict(list(self.rule.where.items())[1:]), **where}
        is_review = given["asked"] == REVIEW
        return Plan(
            name=given["name"],
            kind=Kind.REVIEW if is_review else Kind.SURVEY,
            sort=Sort.TRANSACTION if is_review else Sort(given["sort"]),
            survey=None if is_review else UUID(given["asked"]),
            names=tuple(dict.fromkeys(names)),
            where=where,
            segment=_read_uuid(given["segment"]),
            delay_minutes=given["after"] * MINUTES[given["unit"]],
            patience_hours=given["patience_hours"],
            cool_down_days=given["cool_down_days"],
            share_bp=given["share_bp"],
            template=_read_uuid(given["template"]),
            reminder=_read_uuid(given["reminder"]),
            reminders=min(given["reminders"], REMINDERS_MAX),
            remind_days=given["remind_days"],
            channel="" if given["channel"] == DEFAULT_CHANNEL else given["channel"],
        )


def _read_uuid(told: str) -> UUID | None:
    return UUID(told) if told else None


def describe_rule(rule: Rule) -> dict[str, Any]:
    """A rule as its form begins."""
    unit = next(name for name in ("days", "hours", "minutes") if rule.delay_minutes % MINUTES[name] == 0)
    pair = next(iter(rule.where.items()), ("", ""))
    usual = rule.cool_down_days == COOL_DOWN_DAYS[rule.sort]
    return {
        "event": rule.names[0],
        "event_or": rule.names[1] if len(rule.names) > 1 else "",
        "where_key": pair[0],
        "where_value": pair[1],
        "after": rule.delay_minutes // MINUTES[unit],
        "unit": unit if rule.delay_minutes else "hours",
        "asked": str(rule.survey.uuid) if rule.survey else REVIEW,
        "sort": rule.sort,
        "segment": str(rule.segment or ""),
        "share_bp": rule.share_bp,
        "cool_down_days": None if usual else rule.cool_down_days,
        "reminders": rule.reminders,
        "remind_days": rule.remind_days,
        "name": rule.name,
        "template": str(rule.template or ""),
        "reminder": str(rule.reminder or ""),
        "channel": rule.channel or DEFAULT_CHANNEL,
        "patience_hours": rule.patience_hours,
    }
