"""Notes, tasks and attached files of a customer; what is deleted can be brought back for some days."""

from datetime import date
from typing import TypeVar

from django.conf import settings
from django.db import models

from wafaa.access.staff.models import Staff
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer
from wafaa.know.notes.rules import DUE_FIRST, DUE_LAST, NAME_LETTERS_MAX, WHAT_LETTERS_MAX, may_change


class Kept(models.Model):
    """What the three have in common. The customer's key is held by the migration: a customer who goes takes it along."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="%(class)ss", db_constraint=False, db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True

    def may_be_changed_by(self, staff: Staff) -> bool:
        return may_change(author_id=self.author_id, staff_id=staff.pk, role=staff.role)


K = TypeVar("K", bound=Kept)


def _undeleted_of_customer(name: str) -> models.Index:
    return models.Index(fields=["customer", "-created_at"], name=name)


def _deleted(name: str) -> models.Index:
    """Few rows at any time, and all that the daily cleaning looks at."""
    return models.Index(fields=["deleted_at"], name=name, condition=models.Q(deleted_at__isnull=False))


class Note(Kept):
    text = models.TextField()
    edited_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        indexes = [_undeleted_of_customer("note_of_customer"), _deleted("note_deleted")]


class Task(Kept):
    what = models.CharField(max_length=WHAT_LETTERS_MAX)
    due_on = models.DateField()  # a day of the business's time zone
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_on__gte=DUE_FIRST) & models.Q(due_on__lt=DUE_LAST),
                name="task_day_is_plausible",
            )
        ]
        indexes = [
            _undeleted_of_customer("task_of_customer"),
            _deleted("task_deleted"),
            models.Index(fields=["assignee", "due_on"], name="task_of_assignee"),
            models.Index(
                fields=["due_on"],
                name="task_open",
                condition=models.Q(done_at__isnull=True, deleted_at__isnull=True),
            ),
        ]

    def days_overdue(self, today: date) -> int:
        """0 for what is done or not due yet."""
        return 0 if self.done_at else max((today - self.due_on).days, 0)


class Attachment(Kept):
    name = models.CharField(max_length=NAME_LETTERS_MAX)  # as people named it, made harmless
    kind = models.CharField(max_length=10)  # of its content: a key of kinds.KINDS
    bytes = models.PositiveBigIntegerField()
    stored_as = models.CharField(max_length=64, unique=True)  # below settings.FILES_ROOT/attachments

    class Meta:
        indexes = [_undeleted_of_customer("attachment_of_customer"), _deleted("attachment_deleted")]
