"""Events, the ids that make them unique, how far each consumer has read, and what it had to park."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.kit.fields import AnyField, TransactionIdField
from wafaa.kit.ids import new_id


class JsonField(AnyField):
    """A column of type json: the text as it came, checked for form.

    Ten times cheaper to write than jsonb, and handlers want text.
    """

    def db_type(self, connection: Any) -> str:
        return "json"


class Event(models.Model):
    """Something that happened. Append-only; only erasure ever changes or removes one.

    The table is partitioned by the month of `received_at`. Readers follow (xid, position): a transaction that
    is still in flight can only add rows at or above the oldest running transaction id, so below it nothing is
    ever added.
    """

    position = models.BigIntegerField(primary_key=True)  # from the sequence stream_event_position
    xid = TransactionIdField()
    message_id = models.CharField(max_length=200)
    type = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    distinct_id = models.CharField(max_length=200)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    properties = JsonField()
    context = JsonField()
    source = models.CharField(max_length=50)

    def __str__(self) -> str:
        return f"{self.name} {self.position}"


class MessageId(models.Model):
    """The duplicate key, for good: in a table of its own because partitions share no unique index."""

    message_id = models.CharField(max_length=200, primary_key=True)

    def __str__(self) -> str:
        return self.message_id


class Checkpoint(models.Model):
    """One consumer has handled (or parked) every event that it hears up to and including (xid, position)."""

    consumer = models.CharField(max_length=100, primary_key=True)
    xid = TransactionIdField(db_default=None)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.consumer


class ParkedEvent(models.Model):
    """An event that made its handler fail, or that waits behind such a one of the same distinct_id."""

    consumer = models.CharField(max_length=100)
    xid = TransactionIdField(db_default=None)
    position = models.BigIntegerField()
    name = models.CharField(max_length=200)
    distinct_id = models.CharField(max_length=200)
    error = models.TextField(blank=True)  # empty: it only waits behind an earlier one
    parked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "xid", "position"], name="parked_once")]
        indexes = [models.Index(fields=["consumer", "distinct_id"], name="parked_by_distinct_id")]

    def __str__(self) -> str:
        return f"{self.consumer} {self.position}"


class Replay(models.Model):
    """A range of the stream that a consumer is given again: what was asked for, and how far it is.

    Like a checkpoint, its place moves in the transaction of the effects.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("about to begin")
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    consumer = models.CharField(max_length=100)
    since = models.DateTimeField(null=True)  # received at or after
    until = models.DateTimeField(null=True)  # received before
    first_position = models.BigIntegerField(null=True)
    last_position = models.BigIntegerField(null=True)
    names = models.JSONField(default=list)  # empty: all that the consumer hears
    distinct_ids = models.JSONField(default=list)  # empty: all
    xid = TransactionIdField(db_default=None, null=True)  # the place that is reached, none before it begins
    position = models.BigIntegerField(default=0)
    end_xid = TransactionIdField(db_default=None, null=True)  # none: goes on to the newest event
    end_position = models.BigIntegerField(default=0)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    total = models.BigIntegerField(default=0)  # as counted when it began
    done = models.BigIntegerField(default=0)  # handled, or parked
    parked = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consumer"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="one_replay_at_once",
            )
        ]
        indexes = [models.Index(fields=["-created_at"], name="replay_by_time")]

    def __str__(self) -> str:
        return f"{self.consumer} {self.uuid}"

    @property
    def is_active(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}


class RefusedMessage(models.Model):
    """What a program sent and what could not become an event, as it came, so that nothing is lost silently."""

    body = models.TextField()
    around = models.JSONField(default=dict)  # what it takes from around it: type, sentAt, context
    reason = models.CharField(max_length=20)
    detail = models.TextField(blank=True)
    source = models.CharField(max_length=50)
    received_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


class EventName(models.Model):
    """A name that events came by, known to the catalogue or not."""

    name = models.CharField(max_length=200, primary_key=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    count = models.BigIntegerField(
        default=0
    )  # a replay of the stream does not count twice, an erasure not back

    def __str__(self) -> str:
        return self.name


class EventProblem(models.Model):
    """A known property that came with another type than the catalogue has. The events were kept as they are."""

    name = models.CharField(max_length=200)
    property = models.CharField(max_length=100)  # `price`, or `products[].price`
    expected = models.CharField(max_length=20)
    found = models.CharField(max_length=20)
    count = models.BigIntegerField(default=0)
    example = models.CharField(max_length=200)  # the message id of the latest
    source = models.CharField(max_length=50)  # which told it
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "property", "expected", "found"], name="one_problem_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.property}"


class Epoch(models.Model):
    """Changes whenever history is rewritten, so that facts kept outside the database know to start anew.

    One row.
    """

    epoch = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="epoch_is_one")]

    def __str__(self) -> str:
        return str(self.epoch)


class ErasedMessage(models.Model):
    """The id of a message that was erased with its person, as a salted digest: sent again, it stays a duplicate."""

    digest = models.UUIDField(primary_key=True)


class ErasureSalt(models.Model):
    """What makes the digests of erased ids say nothing to who tries likely ones. One row."""

    salt = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="erasure_salt_is_one")]


class GoneRow(models.Model):
    """A row that facts were made from and that is no more: its part is to be written anew, though no row says so."""

    table = models.CharField(max_length=50)  # of the facts
    key = models.BigIntegerField()
    changed_in = TransactionIdField()

    class Meta:
        indexes = [models.Index(fields=["table", "changed_in"], name="gone_row_changed_in")]


class Destination(models.Model):
    """Where effects go, and how it fares: what is slow or fails there delays nothing that goes elsewhere."""

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    is_paused = models.BooleanField(default=False)
    is_slow = models.BooleanField(default=False)  # its last answer took long, so it gets one at a time
    failures = models.PositiveIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Effect(models.Model):
    """Something to be done outside, once the transaction that asked for it has committed; once per key."""

    class State(models.TextChoices):
        PENDING = "pending", pgettext_lazy("effect", "waiting")
        IN_FLIGHT = "in_flight", pgettext_lazy("effect", "being sent")
        DELIVERED = "delivered", pgettext_lazy("effect", "delivered")
        PARKED = "parked", pgettext_lazy("effect", "given up")
        CANCELLED = "cancelled", pgettext_lazy("effect", "cancelled")

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="effects")
    subject = models.CharField(max_length=200, blank=True)  # the distinct id of whom it is about
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)  # since it was asked for, or asked for again
    due_at = models.DateTimeField()
    retry_until = models.DateTimeField()
    sender = models.UUIDField(null=True)  # who has it in flight
    leased_until = models.DateTimeField(null=True)  # past that, its sender counts as dead
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["destination", "due_at", "id"], condition=models.Q(state="pending"), name="effect_due"
            ),
            models.Index(
                fields=["destination"], condition=models.Q(state="in_flight"), name="effect_in_flight"
            ),
            models.Index(fields=["destination", "-id"], name="effect_log"),
            models.Index(fields=["subject"], condition=~models.Q(subject=""), name="effect_subject"),
            models.Index(
                fields=["settled_at"], condition=models.Q(settled_at__isnull=False), name="effect_settled"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Attempt(models.Model):
    """One try at an effect, and what came of it."""

    effect = models.ForeignKey(Effect, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(default=0)
    status = models.PositiveIntegerField(null=True)  # as the other side numbers its answers
    answer = models.TextField(blank=True)  # the beginning
    error = models.CharField(max_length=40, blank=True)  # a code of the kind

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.effect_id} {self.status or self.error}"
