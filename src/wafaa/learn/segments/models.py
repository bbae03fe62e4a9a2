"""Segments, their builds and members, whose rows were touched, how large segments were, and where customers stand."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer


class Segment(models.Model):
    """Customers who have something in common: by conditions, by a list that somebody brought, or a ready one of this house."""

    class Kind(models.TextChoices):
        DYNAMIC = "dynamic", pgettext_lazy("segment", "by conditions")
        LIST = "list", pgettext_lazy("segment", "list")
        READY = "ready", pgettext_lazy("segment", "ready-made")

    class State(models.TextChoices):
        BUILDING = "building", pgettext_lazy("segment", "being built")  # nobody is shown before it is whole
        LIVE = "live", pgettext_lazy("segment", "kept up to date")
        PAUSED = "paused", pgettext_lazy("segment", "paused")  # its members stay as they were

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("description"), max_length=500, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DYNAMIC)
    key = models.CharField(max_length=50, blank=True)  # of a ready one, by which it is named
    definition = models.JSONField(default=dict)  # rules.read_tree; {} of a list
    version = models.PositiveIntegerField(default=1)  # of the definition
    state = models.CharField(max_length=10, choices=State.choices, default=State.BUILDING)
    build = models.ForeignKey(
        "Build", null=True, on_delete=models.SET_NULL, related_name="+"
    )  # which is shown
    built_at = models.DateTimeField(null=True)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="segment_ready_once")
        ]

    def __str__(self) -> str:
        return self.name


class Build(models.Model):
    """One full count of a segment. It becomes the one that is shown in one step, once it is whole."""

    class State(models.TextChoices):
        COMING = "coming", pgettext_lazy("build", "under way")
        SHOWN = "shown", pgettext_lazy("build", "shown")
        GONE = "gone", pgettext_lazy("build", "to be removed")

    # none: of a segment that was removed, to be swept
    segment = models.ForeignKey(Segment, null=True, on_delete=models.CASCADE, related_name="builds")
    version = models.PositiveIntegerField()
    definition = models.JSONField()  # expanded: no other segment's name stands in it, lists aside
    # rules.list_sources: what the database's triggers watch for it; [] where nothing is to be kept up to date
    sources = models.JSONField(default=list)
    zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.COMING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["segment"], condition=models.Q(state="coming"), name="segment_built_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.version}"


class Membership(models.Model):
    """Who is in by a build, and who will be or may be without anything being said: others have no row.

    Not checked by the database, as there are millions; touching (the migration's triggers) sweeps behind whoever goes.
    """

    pk = models.CompositePrimaryKey("build_id", "customer_id")
    build = models.ForeignKey(
        Build, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="memberships"
    )
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    is_member = models.BooleanField()
    since = models.DateTimeField()  # that it is as it is
    flips_at = models.DateTimeField(null=True)  # up to then it stays so, unless something is said
    # How it is from then on, and up to when; null where that must be looked at then.
    then_member = models.BooleanField(null=True)
    then_flips_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["build", "flips_at"],
                condition=models.Q(flips_at__isnull=False),
                name="membership_flips",
            )
        ]


class Touched(models.Model):
    """A customer whose rows somebody wrote, to be looked at again; written by the database's triggers in the same transaction.

    Without a customer: something that many segments may hang on (`what`).
    """

    customer_id = models.BigIntegerField(null=True)
    what = models.CharField(max_length=20, blank=True, db_default="")
    build_id = models.BigIntegerField(null=True)  # by this build only, which is under way

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(build_id__isnull=True), name="touched_in_order"),
            models.Index(
                fields=["build_id", "id"], condition=models.Q(build_id__isnull=False), name="touched_of_build"
            ),
        ]


class Size(models.Model):
    """How many were in a segment on a day of the business's zone."""

    pk = models.CompositePrimaryKey("segment_id", "day")
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, db_index=False, related_name="sizes")
    day = models.DateField()
    members = models.PositiveIntegerField()


class Standing(models.Model):
    """Where a customer with a counted order stands among all: scores with hysteresis, see sql/refresh_standings.sql."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    recency = models.PositiveSmallIntegerField()
    frequency = models.PositiveSmallIntegerField()
    monetary = models.PositiveSmallIntegerField()
    rfm_group = models.CharField(max_length=30)
    pareto_class = models.CharField(max_length=1)
    since = models.DateTimeField()  # that group and class are these


class Version(models.Model):
    """A definition that a segment has or had; going back to one makes a new version of it."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    via = models.CharField(max_length=200, blank=True)  # a program's key
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "number"], name="segment_version_once")]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.number}"


class SetAside(models.Model):
    """A segment that somebody removed: out of sight and out of use, and to be had back for a while."""

    segment = models.OneToOneField(
        Segment, primary_key=True, on_delete=models.CASCADE, related_name="set_aside"
    )
    was_paused = models.BooleanField()
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
