"""What is asked of a campaign: who, what, when, and how many are kept aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wafaa.act.messages.models import Template
from wafaa.act.messages.template_queries import list_templates
from wafaa.decide.journeys.models import CAMPAIGN_STATES, Campaign
from wafaa.decide.journeys.rules import CONTROL_BP, CONTROL_BP_MAX
from wafaa.design.formats import format_days, format_number
from wafaa.know.consents.models import say_channel
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import find_sizes, list_segments

NOW, MOMENT, CLOCK = "now", "moment", "clock"
WINDOWS: Final = (7, 14, 30, 60, 90)
DEFAULT_CHANNEL: Final = "email"
READY_STATE: Final = "ready"
MINUTE: Final = "%Y-%m-%dT%H:%M"

Choices = list[Any]


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What a campaign or an automation may choose from: segments with their sizes, and messages that are ready."""

    segments: Sequence[Segment]
    sizes: dict[int, int]
    templates: Sequence[Template]

    @classmethod
    def read(cls) -> "Offers":
        segments = list(list_segments())
        return cls(
            segments=segments,
            sizes=find_sizes(segments),
            templates=list(list_templates(state=READY_STATE).order_by("name", "id")),
        )

    def list_segments(self) -> Choices:
        """Those of the business first, the ready-made ones apart."""
        own = [(str(one.uuid), self._label(one)) for one in self.segments if one.kind != Segment.Kind.READY]
        ready = [(str(one.uuid), self._label(one)) for one in self.segments if one.kind == Segment.Kind.READY]
        return [*own, *([(_("Ready-made"), ready)] if ready else [])]

    def list_boxes(self) -> Choices:
        """The same to be ticked, where names can be set apart."""
        return [
            (str(one.uuid), format_html("<bdi>{}</bdi> · {}", name_segment(one), self._size(one)))
            for one in sorted(self.segments, key=lambda one: one.kind == Segment.Kind.READY)
        ]

    def _label(self, segment: Segment) -> str:
        return f"{name_segment(segment)} · {self._size(segment)}"

    def _size(self, segment: Segment) -> str:
        return format_number(self.sizes[segment.pk]) if segment.build_id else _("being counted")

    def list_templates(self) -> Choices:
        return [(str(one.uuid), f"{one.name} · {one.get_purpose_display()}") for one in self.templates]

    def list_channels(self) -> list[tuple[str, str]]:
        """The ways by which any ready message speaks."""
        spoken = {channel for one in self.templates for channel in list_ways(one)} | {DEFAULT_CHANNEL}
        return [(channel, str(say_channel(channel))) for channel in sorted(spoken, key=_place_of)]

    def find_template(self, told: UUID | str) -> Template | None:
        return next((one for one in self.templates if str(one.uuid) == str(told)), None)


def _place_of(channel: str) -> tuple[bool, str]:
    return channel != DEFAULT_CHANNEL, channel


def list_ways(template: Template) -> set[str]:
    """The channels by which a template says something."""
    compiled = template.latest.compiled if template.latest else {}
    return {channel for ways in compiled.values() for channel in ways}


def offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class ControlField(forms.DecimalField):
    """A share in per cent, kept in basis points."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            min_value=Decimal(0), max_value=Decimal(CONTROL_BP_MAX) / 100, decimal_places=2, **more
        )

    def clean(self, value: Any) -> int:
        return int(super().clean(value) * 100)

    def prepare_value(self, value: Any) -> Any:
        return (Decimal(value) / 100).normalize().__format__("f") if isinstance(value, int) else value


class MomentInput(forms.DateTimeInput):
    """A day and a time of the business's clock, as browsers ask for them."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=MINUTE)


class CampaignForm(forms.Form):
    """Fields in the order of the page's steps."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=150, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    segment = forms.ChoiceField(label=gettext_lazy("Segment"))
    exclusions = forms.MultipleChoiceField(
        label=gettext_lazy("Leave out who is in"), required=False, widget=forms.CheckboxSelectMultiple
    )
    template = forms.ChoiceField(label=gettext_lazy("Message"))
    channel = forms.ChoiceField(label=gettext_lazy("Way"))
    when = forms.ChoiceField(
        label=pgettext_lazy("campaign", "When"),
        choices=[
            (NOW, gettext_lazy("As soon as it is launched")),
            (MOMENT, gettext_lazy("At a moment, for everybody at once")),
            (CLOCK, gettext_lazy("At an hour on each customer's own clock")),
        ],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    at = forms.DateTimeField(
        label=gettext_lazy("Day and time"),
        required=False,
        input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=MomentInput,
    )
    control_bp = ControlField(
        label=gettext_lazy("Control group, in per cent"),
        initial=CONTROL_BP,
        help_text=gettext_lazy(
            "So many are drawn by lot and don't get it: against them is read what it brought."
        ),
    )
    window_days = forms.TypedChoiceField(
        label=gettext_lazy("Watched afterwards"), coerce=int, initial=WINDOWS[0]
    )

    def __init__(self, *args: Any, offers: Offers, zone: ZoneInfo, **more: Any) -> None:
        super().__init__(*args, **more)
        self.offers, self.zone = offers, zone
        segments = offers.list_segments()
        offer(self, "segment", [("", _("Choose a segment")), *segments])
        offer(self, "exclusions", offers.list_boxes())
        offer(self, "template", [("", _("Choose a message")), *offers.list_templates()])
        offer(self, "channel", offers.list_channels())
        offer(self, "window_days", [(str(days), format_days(days)) for days in WINDOWS])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        template = self.offers.find_template(given.get("template", ""))
        if template is not None and given.get("channel") not in list_ways(template):
            self.add_error("channel", _("The message says nothing by this way."))
        if given.get("when") != NOW and not given.get("at") and "at" not in self.errors:
            self.add_error("at", _("A day and a time are needed."))
        if given.get("segment") in given.get("exclusions", ()):
            self.add_error("exclusions", _("Nobody would be left: this is the segment that it goes to."))
        return given

    def get_changes(self) -> dict[str, Any]:
        """What create_campaign and change_campaign take."""
        given = self.cleaned_data
        at: datetime | None = given["at"].replace(tzinfo=None) if given.get("at") else None
        return {
            "name": given["name"],
            "segment": UUID(given["segment"]),
            "exclusions": [UUID(one) for one in given["exclusions"]],
            "template": UUID(given["template"]),
            "channel": "" if given["channel"] == DEFAULT_CHANNEL else given["channel"],
            "control_bp": given["control_bp"],
            "window_days": given["window_days"],
            "starts_at": at.replace(tzinfo=self.zone) if at and given["when"] == MOMENT else None,
            "local_at": at.strftime(MINUTE) if at and given["when"] == CLOCK else "",
        }


def describe_campaign(campaign: Campaign, zone: ZoneInfo) -> dict[str, Any]:
    """A campaign as its form begins."""
    at = campaign.local_at or (
        campaign.starts_at.astimezone(zone).strftime(MINUTE) if campaign.starts_at else ""
    )
    return {
        "name": campaign.name,
        "segment": str(campaign.segment),
        "exclusions": list(campaign.exclusions),
        "template": str(campaign.template),
        "channel": campaign.channel or DEFAULT_CHANNEL,
        "when": CLOCK if campaign.local_at else MOMENT if campaign.starts_at else NOW,
        "at": at,
        "control_bp": campaign.control_bp,
        "window_days": campaign.window_days,
    }


class CampaignFilterForm(forms.Form):
    """A field that cannot be read narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Name of the campaign"), required=False, max_length=150)
    state = forms.ChoiceField(
        label=pgettext_lazy("campaign", "State"),
        required=False,
        choices=[("", pgettext_lazy("campaign", "Every state")), *CAMPAIGN_STATES.items()],
    )

    def get_asked(self) -> dict[str, str]:
        self.is_valid()
        read = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        return {"search": read["q"], "state": read["state"]}


class ApprovalForm(forms.Form):
    people = forms.IntegerField(
        label=gettext_lazy("A second agreement is needed from more people than"),
        min_value=0,
        max_value=1_000_000_000,
    )
