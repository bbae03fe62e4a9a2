"""Rules of asking, and who was asked by them on which occasion: once for good, whatever became of it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.decide.asking.rules import (
    EVERYBODY_BP,
    PATIENCE_HOURS,
    REMIND_DAYS,
    AskState,
    Kind,
    RuleState,
    Sort,
    Trigger,
)
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer
from wafaa.listen.reviews.models import ReviewInvitation
from wafaa.listen.surveys.models import Invitation, Survey

ASK_STATES: dict[str, Promise] = {
    AskState.WAITING: pgettext_lazy("ask", "waits"),
    AskState.HELD: pgettext_lazy("ask", "handed over to be sent"),
    AskState.SENT: pgettext_lazy("ask", "asked"),
    AskState.ANSWERED: pgettext_lazy("ask", "answered"),
    AskState.SKIPPED: pgettext_lazy("ask", "not asked"),
    AskState.LAPSED: pgettext_lazy("ask", "too late"),
}


class Rule(models.Model):
    """When what happens who is asked what."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Kind])
    sort = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in Sort], default=Sort.TRANSACTION.value
    )
    survey = models.ForeignKey(
        Survey, null=True, on_delete=models.CASCADE, related_name="+"
    )  # null: a review
    names = models.JSONField(default=list)  # of events
    where = models.JSONField(default=dict)
    segment = models.UUIDField(null=True)  # by its uuid: it may go, and then nobody is a member
    delay_minutes = models.PositiveIntegerField(default=0)
    patience_hours = models.PositiveIntegerField(default=PATIENCE_HOURS)
    cool_down_days = models.PositiveSmallIntegerField()
    share_bp = models.PositiveSmallIntegerField(default=EVERYBODY_BP)
    template = models.UUIDField(null=True)
    reminder = models.UUIDField(null=True)
    reminders = models.PositiveSmallIntegerField(default=1)  # so many at most
    remind_days = models.PositiveSmallIntegerField(default=REMIND_DAYS)
    channel = models.CharField(max_length=20, blank=True)  # the usual one
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in RuleState], default=RuleState.OFF.value
    )
    live_since = models.DateTimeField(null=True)  # what happened before is not asked about
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=Kind.REVIEW.value, survey__isnull=True)
                | models.Q(kind=Kind.SURVEY.value, survey__isnull=False),
                name="rule_asks_a_survey_or_a_review",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reason(self) -> str:
        """By which messages know it."""
        return f"asking:{self.uuid}"

    @property
    def trigger(self) -> Trigger:
        return Trigger(names=tuple(self.names), where=tuple(sorted(self.where.items())))

    @property
    def patience(self) -> timedelta:
        return timedelta(hours=self.patience_hours)

    @property
    def is_on(self) -> bool:
        return self.state == RuleState.ON


class Ask(models.Model):
    """One customer asked, or not, on one occasion by one rule."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="asks", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    occasion_key = models.CharField(max_length=120)
    about = models.CharField(max_length=200, blank=True)  # the order
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()
    deadline = models.DateTimeField()
    told = models.JSONField(default=dict)  # what the event said that the message or the survey says again
    state = models.CharField(max_length=10, default=AskState.WAITING.value)
    why = models.CharField(max_length=60, blank=True)  # a code; see words.py
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.SET_NULL, related_name="+")
    review_invitation = models.ForeignKey(
        ReviewInvitation, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(null=True)  # handed to messages
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "occasion_key"], name="ask_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in AskState]), name="ask_state_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=models.Q(state="waiting"), name="ask_due"),
            models.Index(
                fields=["remind_at", "id"],
                condition=models.Q(state="sent", remind_at__isnull=False),
                name="ask_remind",
            ),
            models.Index(fields=["customer", "-asked_at"], name="ask_of_customer"),
            models.Index(fields=["rule", "-id"], name="ask_log"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.occasion_key}"

    @property
    def reminder_step(self) -> str:
        """By which the message of its last reminder is known."""
        return f"{self.occasion_key}{REMINDER}{self.reminded}"


REMINDER = "~r"
