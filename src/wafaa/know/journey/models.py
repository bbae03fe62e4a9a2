"""Who is on the way, what they touched, the visits that this makes, the milestones of orders and help, and goals."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wafaa.kit.fields import TransactionIdField
from wafaa.kit.ids import new_id


class Traveller(models.Model):
    """A distinct id that was on a way, as a small number.

    Whose it is says know.customers' DistinctId at the time of reading, so that linking and merging move nothing here.
    """

    distinct_id = models.CharField(max_length=200, unique=True)
    source = models.CharField(max_length=50)  # of the event that brought it first
    changed_in = TransactionIdField(db_index=True)

    def __str__(self) -> str:
        return self.distinct_id


class Touch(models.Model):
    """One thing that somebody did on a site or in an app. Never changed; the event's position makes it count once."""

    position = models.BigIntegerField(primary_key=True)
    traveller = models.ForeignKey(Traveller, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    name = models.CharField(max_length=200)
    at = models.DateTimeField()
    changed_in = TransactionIdField()

    class Meta:
        indexes = [models.Index(fields=["changed_in"], name="touch_changed_in")]

    def __str__(self) -> str:
        return f"{self.name} {self.at}"


class Visit(models.Model):
    """Touches without a silence between them: see rules.part_visits.

    A visit that was found to belong to another one stays as a row without events, so that the facts hear of it.
    """

    traveller = models.ForeignKey(
        Traveller, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="visits"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    pages = models.PositiveIntegerField()
    events = models.PositiveIntegerField()
    stages = models.PositiveSmallIntegerField()  # rules.BITS
    channel = models.CharField(max_length=20)
    entry_page = models.CharField(max_length=200, blank=True)
    referrer = models.CharField(max_length=200, blank=True)
    campaign = models.CharField(max_length=200, blank=True)
    changed_in = TransactionIdField()

    class Meta:
        indexes = [
            models.Index(fields=["traveller", "-ended_at"], name="visit_of_traveller"),
            models.Index(fields=["changed_in"], name="visit_changed_in"),
        ]

    def __str__(self) -> str:
        return f"{self.started_at} {self.events}"


class Milestone(models.Model):
    """A step of an order, a conversation, a call, a checkout or a stay in a store; the same told again is the same row."""

    traveller = models.ForeignKey(
        Traveller, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="milestones"
    )
    source = models.CharField(max_length=50)
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=200)  # of the order, the conversation ..., as its source numbers it
    step = models.CharField(max_length=50)  # the event's name
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # what was promised for a delivery
    reason = models.CharField(max_length=100, blank=True)  # folded, see save_milestones.sql
    seconds = models.PositiveIntegerField(null=True)  # of a call or a stay
    changed_in = TransactionIdField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["traveller", "kind", "number", "step", "at", "source"], name="milestone_once"
            )
        ]
        indexes = [
            models.Index(fields=["source", "number"], name="milestone_by_number"),
            models.Index(fields=["changed_in"], name="milestone_changed_in"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.number}"


class Goal(models.Model):
    """What should follow a touchpoint within a time: the shop's own aim for it."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    touchpoint = models.CharField(_("after this"), max_length=200)
    wanted = models.CharField(_("this should follow"), max_length=200)
    within_hours = models.PositiveIntegerField(_("within hours"))
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="goal_named_once"),
            models.CheckConstraint(condition=models.Q(within_hours__gte=1), name="goal_has_time"),
        ]

    def __str__(self) -> str:
        return self.name
