"""Events, the ids that make them unique, how far each consumer has read, and what it had to park."""

from typing import Any

from django.db import models

from wafaa.kit.fields import AnyField, TransactionIdField


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


class RefusedMessage(models.Model):
    """What a program sent and what could not become an event, as it came, so that nothing is lost silently."""

    body = models.TextField()
    reason = models.CharField(max_length=20)
    detail = models.TextField(blank=True)
    source = models.CharField(max_length=50)
    received_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


class Epoch(models.Model):
    """Changes whenever history is rewritten, so that facts kept outside the database know to start anew.

    One row.
    """

    epoch = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="epoch_is_one")]

    def __str__(self) -> str:
        return str(self.epoch)
