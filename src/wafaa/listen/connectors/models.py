"""Connections to other systems, what they sent, what is fetched of their past, and what they must not tell twice."""

from django.conf import settings as project
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.kit.ids import new_id
from wafaa.listen.connectors.rules import Place


class Connection(models.Model):
    """One shop, help desk or gateway that speaks to us at /hooks/<uuid>/."""

    class State(models.TextChoices):
        ON = "on", pgettext_lazy("connection", "on")
        PAUSED = "paused", pgettext_lazy("connection", "paused")  # deliveries are kept and read later
        DISCONNECTED = "disconnected", pgettext_lazy("connection", "disconnected")

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    system = models.CharField(max_length=40)
    label = models.CharField(_("name"), max_length=100)
    settings = models.JSONField(default=dict)
    sealed = models.TextField(blank=True)  # the secrets, by kit.sealing
    state = models.CharField(max_length=15, choices=State.choices, default=State.ON)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        project.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    last_received_at = models.DateTimeField(null=True)
    received = models.PositiveBigIntegerField(default=0)  # deliveries that were rightly signed
    repeated = models.PositiveBigIntegerField(default=0)  # of these, deliveries that had come before
    recorded = models.PositiveBigIntegerField(default=0)  # events that were new
    refused = models.PositiveBigIntegerField(default=0)  # unsigned or wrongly signed
    last_refused_at = models.DateTimeField(null=True)
    last_refusal = models.CharField(max_length=20, blank=True)  # rules.Why
    pushed_in = models.CharField(
        max_length=40, blank=True
    )  # up to which transaction customers were given back

    def __str__(self) -> str:
        return self.label

    @property
    def uuid8(self) -> str:
        """The last 8 letters: the first ones of a time-ordered id are the same for a whole minute."""
        return self.uuid.hex[-8:]

    @property
    def place(self) -> Place:
        return Place(system=self.system, uuid8=self.uuid8)

    @property
    def source(self) -> str:
        return self.place.source


class Delivery(models.Model):
    """One request that was rightly signed. The body is kept of those that could not be read, or wait; all for 14 days."""

    class Status(models.TextChoices):
        TAKEN = "taken", pgettext_lazy("delivery", "taken")
        FAILED = "failed", pgettext_lazy("delivery", "could not be read")
        WAITING = "waiting", pgettext_lazy("delivery", "waits for the connection to go on")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="deliveries")
    delivery_id = models.CharField(max_length=200, blank=True)
    topic = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices)
    why = models.CharField(max_length=20, blank=True)  # rules.Why
    detail = models.CharField(max_length=200, blank=True)
    events = models.PositiveIntegerField(default=0)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)  # of those with a body, what reading needs; never credentials

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "delivery_id"],
                condition=~models.Q(delivery_id=""),
                name="delivery_once",
            )
        ]
        indexes = [
            models.Index(fields=["connection", "-received_at", "-id"], name="delivery_by_time"),
            models.Index(
                fields=["connection", "id"], condition=~models.Q(status="taken"), name="delivery_open"
            ),
            models.Index(fields=["received_at"], name="delivery_age"),
        ]


class ObjectVersion(models.Model):
    """The newest version that was told of something over there, and whose it is: what comes late must not win."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    object = models.CharField(max_length=200)
    version = models.DateTimeField()
    fingerprint = models.UUIDField()
    distinct_id = models.CharField(max_length=200, db_index=True)
    happened_at = models.DateTimeField()  # of an order: when it was placed

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "object"], name="object_version_once"),
        ]


class OpenCheckout(models.Model):
    """A checkout that was begun; without an order it is told as abandoned after some hours."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    checkout_id = models.CharField(max_length=200)
    distinct_id = models.CharField(max_length=200, db_index=True)
    updated_at = models.DateTimeField()
    content = models.JSONField(default=dict)  # the properties of Checkout Abandoned
    ended_at = models.DateTimeField(null=True)  # ordered, or told as abandoned

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "checkout_id"], name="open_checkout_once"),
        ]
        indexes = [
            models.Index(
                fields=["updated_at"],
                condition=models.Q(ended_at__isnull=True),
                name="open_checkout_age",
            )
        ]


class Backfill(models.Model):
    """The past of a system, fetched page by page; what a page tells and the next cursor commit together."""

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("backfill", "running")
        PAUSED = "paused", pgettext_lazy("backfill", "paused")
        DONE = "done", pgettext_lazy("backfill", "done")
        FAILED = "failed", pgettext_lazy("backfill", "failed")
        CANCELLED = "cancelled", pgettext_lazy("backfill", "cancelled")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="backfills")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    cursor = models.TextField()
    pages = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)  # events that the pages hold
    recorded = models.PositiveIntegerField(default=0)  # of these, those that were new
    total = models.PositiveIntegerField(null=True)
    attempts = models.PositiveIntegerField(default=0)  # at the present page
    wait_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # a running one that stands still is taken up again
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=20, blank=True)  # rules.Why
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=models.Q(state__in=["running", "paused"]),
                name="backfill_one_at_a_time",
            )
        ]


class Wish(models.Model):
    """Something that a system asks for and that only people may do, such as erasing somebody."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="wishes")
    key = models.CharField(max_length=200)
    what = models.CharField(max_length=20)  # rules.Wanted
    distinct_id = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        project.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="wish_once")]


class Stay(models.Model):
    """Somebody in a store: from the first sighting to the exit, told or concluded from silence."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    distinct_id = models.CharField(max_length=200, db_index=True)
    store = models.CharField(max_length=100)
    entered_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    exited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "distinct_id", "store"],
                condition=models.Q(exited_at__isnull=True),
                name="stay_one_at_a_time",
            )
        ]
        indexes = [
            models.Index(fields=["seen_at"], condition=models.Q(exited_at__isnull=True), name="stay_open")
        ]
