"""Campaigns, automations with their versions, who is on which occasion, and how far a set of people was gone through."""

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.decide.experiments.models import Experiment
from wafaa.decide.journeys.rules import (
    APPROVAL_ABOVE,
    CONTROL_BP,
    AutomationState,
    CampaignState,
    Plan,
    RunState,
    Why,
    read_plan,
)
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer

CAMPAIGN_STATES: dict[str, Promise] = {
    CampaignState.DRAFT: pgettext_lazy("campaign", "draft"),
    CampaignState.WAITING: pgettext_lazy("campaign", "waits for a second agreement"),
    CampaignState.SCHEDULED: pgettext_lazy("campaign", "scheduled"),
    CampaignState.SENDING: pgettext_lazy("campaign", "under way"),
    CampaignState.PAUSED: pgettext_lazy("campaign", "paused"),
    CampaignState.SENT: pgettext_lazy("campaign", "sent"),
    CampaignState.CANCELLED: pgettext_lazy("campaign", "cancelled"),
}
AUTOMATION_STATES: dict[str, Promise] = {
    AutomationState.OFF: pgettext_lazy("automation", "off"),
    AutomationState.ON: pgettext_lazy("automation", "on"),
    AutomationState.PAUSED: pgettext_lazy("automation", "paused"),
}
RUN_STATES: dict[str, Promise] = {
    RunState.WAITING: pgettext_lazy("run", "waits"),
    RunState.SENT: pgettext_lazy("run", "handed over to be sent"),
    RunState.CONTROL: pgettext_lazy("run", "kept aside"),
    RunState.ENDED: pgettext_lazy("run", "ended"),
}
RUN_WHYS: dict[str, Promise] = {
    Why.UNLESS: _("What makes the message needless happened first."),
    Why.LATE: _("It was too late."),
    Why.NOT_MEMBER: _("The customer is not in the segment."),
    Why.SWITCHED_OFF: _("The automation was switched off."),
    Why.CHANGED: _("The automation was changed."),
    Why.MERGED: _("The customer was merged into another who had the same."),
    Why.NO_TEMPLATE: _("There is no message to send."),
}


class Campaign(models.Model):
    """One message to one segment, once. What is left out of it is excluded by other segments."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    template = models.UUIDField()
    # By their uuids: a segment may go, and then the campaign says so instead of writing to whom it left out.
    segment = models.UUIDField()
    exclusions = models.JSONField(default=list, blank=True)
    channel = models.CharField(max_length=20, blank=True)
    priority = models.SmallIntegerField(default=0)
    control_bp = models.PositiveSmallIntegerField(default=CONTROL_BP)
    salt = models.CharField(max_length=64, editable=False)  # of its experiment, known before there is one
    window_days = models.PositiveSmallIntegerField(default=7)
    # None: as soon as it is launched. Else a moment; or, `by_own_clock`, what the clock shows that stands in `local_at`.
    starts_at = models.DateTimeField(null=True)
    local_at = models.CharField(max_length=16, blank=True)  # 2026-11-22T10:00
    patience_hours = models.PositiveIntegerField(default=72)
    state = models.CharField(
        max_length=10,
        choices=[(one.value, CAMPAIGN_STATES[one]) for one in CampaignState],
        default=CampaignState.DRAFT.value,
    )
    why = models.CharField(max_length=40, blank=True)  # a code: why it stands still
    experiment = models.ForeignKey(Experiment, null=True, on_delete=models.PROTECT, related_name="+")
    after = models.BigIntegerField(default=0)  # up to this customer's id everybody was asked about
    size = models.PositiveIntegerField(default=0)  # of the audience when it was launched
    ceiling = models.PositiveIntegerField(default=0)  # so many were agreed to
    # What the text was when somebody agreed to it (audience.digest_text); "" where nobody had to.
    agreed_text = models.CharField(max_length=64, blank=True, default="", editable=False)
    people = models.PositiveIntegerField(default=0)  # asked about
    excluded = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    launched_at = models.DateTimeField(null=True)
    launched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    begins_at = models.DateTimeField(null=True)  # when people are gone through
    walked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["begins_at"],
                condition=models.Q(state__in=["scheduled", "sending"]),
                name="campaign_under_way",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reason(self) -> str:
        """By which messages know it."""
        return f"campaign:{self.uuid}"


class Automation(models.Model):
    """Something that is sent by itself; its versions say when, to whom and what."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    key = models.CharField(max_length=40, blank=True, editable=False)  # of the ready one that it is
    state = models.CharField(
        max_length=10,
        choices=[(one.value, AUTOMATION_STATES[one]) for one in AutomationState],
        default=AutomationState.OFF.value,
    )
    latest = models.ForeignKey(
        "AutomationVersion", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    salt = models.CharField(max_length=64, editable=False)  # of its present or next experiment
    experiment = models.ForeignKey(Experiment, null=True, on_delete=models.PROTECT, related_name="+")
    live_since = models.DateTimeField(null=True)  # what happened before begins nothing
    swept_to = models.DateField(null=True)  # up to this yearly day everybody was looked for
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="automation_ready_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reason(self) -> str:
        """By which messages know it."""
        return f"automation:{self.uuid}"


class AutomationVersion(models.Model):
    """What an automation did from a moment on. Never changed; who is on the way by it stays with it."""

    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()  # rules.read_plan
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["automation", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["automation", "number"], name="automation_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.automation_id}.{self.number}"

    @property
    def plan(self) -> Plan:
        return read_plan(self.definition)


class Run(models.Model):
    """One customer on one occasion of an automation: once for good, whatever becomes of it."""

    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="runs", db_index=False)
    version = models.ForeignKey(AutomationVersion, on_delete=models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    what = models.CharField(max_length=120)  # the occasion, and the step of its message
    about = models.CharField(max_length=200, blank=True)  # the order, the cart, the product
    state = models.CharField(max_length=10, default=RunState.WAITING.value)
    why = models.CharField(max_length=40, blank=True)
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()
    deadline = models.DateTimeField()
    values = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["automation", "customer", "what"], name="run_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in RunState]), name="run_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["automation", "due_at", "id"], condition=models.Q(state="waiting"), name="run_due"
            ),
            models.Index(fields=["customer", "-id"], name="run_of_customer"),
            models.Index(fields=["automation", "-id"], name="run_log"),
        ]

    def __str__(self) -> str:
        return f"{self.automation_id} {self.what}"


class Sweep(models.Model):
    """A set of people that an automation goes through: whose day comes, or who bought goods of a kind."""

    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="sweeps")
    version = models.ForeignKey(AutomationVersion, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=130)  # the day, or what the event was about
    day = models.DateField(null=True)
    category = models.CharField(max_length=200, blank=True)
    what = models.CharField(max_length=120)
    began_at = models.DateTimeField()
    values = models.JSONField(default=dict)
    after = models.BigIntegerField(default=0)  # up to this customer's id everybody was asked about
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["automation", "key"], name="sweep_once")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(done_at__isnull=True), name="sweep_under_way")
        ]

    def __str__(self) -> str:
        return f"{self.automation_id} {self.key}"


class JourneySettings(models.Model):
    """From how many people on a second member of staff has to agree. One row."""

    approval_above = models.PositiveIntegerField(default=APPROVAL_ABOVE)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="journey_settings_are_one")]
