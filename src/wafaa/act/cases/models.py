"""Cases, the unhappy signals that each collects, and what was done about it line by line."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.act.cases.rules import CAUSE_LETTERS_MAX, KEY_LETTERS_MAX, Cause, Deed, Kind, Severity, count_hours
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer

__all__ = ["CAUSES", "KINDS", "SEVERITIES", "Case", "CaseLine", "CaseSettings", "Signal"]

KINDS: dict[str, Promise] = {
    Kind.ANSWER: _("A low answer in a survey"),
    Kind.REVIEW: _("A low review"),
    Kind.COMMENT: _("A good score with unhappy words"),
}
SEVERITIES: dict[int, Promise] = {
    Severity.HIGH: pgettext_lazy("case", "very unhappy"),
    Severity.NORMAL: pgettext_lazy("case", "unhappy"),
    Severity.LOW: pgettext_lazy("case", "to be looked at"),
}
CAUSES: dict[str, Promise] = {
    Cause.DELIVERY: _("Delivery late or lost"),
    Cause.PRODUCT: _("Product faulty or other than described"),
    Cause.PRICE: _("Price or charge"),
    Cause.STAFF: _("How staff behaved"),
    Cause.WAITING: _("Waiting too long"),
    Cause.ORDERING: _("Website or ordering"),
    Cause.RETURNS: _("Return or refund"),
    Cause.PLACE: _("State of the place"),
    Cause.PROMISE: _("A promise that was not kept"),
    Cause.MISUNDERSTANDING: _("A misunderstanding"),
    Cause.CHANGED: _("The customer changed the answer"),
    Cause.UNREACHABLE: _("The customer could not be reached"),
    Cause.OTHER: pgettext_lazy("cause", "Something else"),
}


class Case(models.Model):
    """Somebody is unhappy: who sees to it, until when, and how it ended. One open case for each customer.

    The customer's key is held by the migration: a customer who goes takes it along. Without a customer nobody knows who
    answered, and nobody may find out.
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    severity = models.PositiveSmallIntegerField(
        choices=[(one.value, SEVERITIES[one]) for one in Severity]
    )  # of its worst signal
    kind = models.CharField(
        max_length=10, choices=[(one.value, KINDS[one]) for one in Kind]
    )  # of its first signal
    opened_at = models.DateTimeField()  # when the customer spoke
    due_at = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    contacted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.TextField(blank=True)
    cause = models.CharField(
        max_length=CAUSE_LETTERS_MAX, blank=True, choices=[(one.value, CAUSES[one]) for one in Cause]
    )
    # Of two that were open when their customers were merged, this one's signals went to the other.
    joined_to = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(closed_at=None, joined_to=None, customer__isnull=False),
                name="case_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["customer", "-opened_at"], name="case_of_customer"),
            models.Index(fields=["due_at"], condition=models.Q(closed_at=None), name="case_open"),
            models.Index(
                fields=["-closed_at"], condition=models.Q(closed_at__isnull=False), name="case_done"
            ),
            models.Index(
                fields=["owner", "due_at"], condition=models.Q(closed_at=None), name="case_of_owner"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)[:8]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def hours_over(self, now: datetime) -> float:
        """0 for what is done or not due yet."""
        return 0.0 if self.closed_at else max(count_hours(self.due_at, now), 0.0)


class Signal(models.Model):
    """What somebody said that made a case: an answer, a review or a comment, once each."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="signals", db_constraint=False)
    source_key = models.CharField(max_length=KEY_LETTERS_MAX, unique=True)
    kind = models.CharField(max_length=10, choices=[(one.value, KINDS[one]) for one in Kind])
    severity = models.PositiveSmallIntegerField(choices=[(one.value, SEVERITIES[one]) for one in Severity])
    distinct_id = models.CharField(max_length=200, db_index=True)
    at = models.DateTimeField()
    survey = models.UUIDField(null=True)
    response = models.UUIDField(null=True)
    order_ref = models.CharField(max_length=100, blank=True)
    product_ref = models.CharField(max_length=100, blank=True)
    store = models.CharField(max_length=100, blank=True)
    agent = models.CharField(max_length=100, blank=True)
    touchpoint = models.CharField(max_length=100, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    content = models.JSONField(default=dict)  # rules.Heard.content
    search_text = models.TextField(blank=True)  # kit.text.fold of what was said

    class Meta:
        indexes = [models.Index(fields=["case", "-at"], name="signal_of_case")]

    def __str__(self) -> str:
        return self.source_key


class CaseLine(models.Model):
    """One deed about a case. `before` is what stood in the case until then, so that it can be undone."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="lines", db_constraint=False)
    deed = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Deed])
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    whom = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    key = models.UUIDField(null=True, unique=True)  # of the form that was sent, so that twice is once
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-id"], name="line_of_case")]

    def __str__(self) -> str:
        return f"{self.deed} {self.at:%Y-%m-%d %H:%M}"


class CaseSettings(models.Model):
    """By when cases are to be answered. One row; what it leaves out is as rules.read_target has it."""

    told = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="case_settings_are_one")]
