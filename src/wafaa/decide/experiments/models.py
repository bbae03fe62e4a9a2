"""Experiments, their variants, and who came into them."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wafaa.decide.experiments.rules import CONTROL, SHARE_WHOLE, WINDOW_DAYS, Arm, Kind, Span, State
from wafaa.kit.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence


class Experiment(models.Model):
    """Something that is done to some and not to others, so that the difference can be read.

    Once it has started only its end may change: other shares would move people from one variant to another.
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(max_length=20)  # rules.Kind
    salt = models.CharField(max_length=64, editable=False)
    state = models.CharField(max_length=10, default=State.DRAFT.value)  # rules.State
    main_metric = models.CharField(max_length=220, default="revenue")  # rules.find_metric
    window_days = models.PositiveSmallIntegerField(_("days watched"), default=WINDOW_DAYS)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # What points cost that somebody was awarded by what is tried, as it was agreed before: rules.Costs; None: nothing.
    costs = models.JSONField(null=True, editable=False)
    started_at = models.DateTimeField(null=True)
    planned_until = models.DateTimeField(_("planned until"), null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                name="experiment_universal_runs_once",
                condition=models.Q(kind=Kind.UNIVERSAL.value, state=State.RUNNING.value),
            ),
            models.CheckConstraint(
                condition=models.Q(window_days__gte=1), name="experiment_watches_a_day_at_least"
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.DRAFT.value) | models.Q(started_at__isnull=False),
                name="experiment_has_started",
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="experiment_created")]

    def __str__(self) -> str:
        return self.name

    @property
    def span(self) -> Span:
        return Span(
            started_at=self.started_at,
            planned_until=self.planned_until,
            finished_at=self.finished_at,
            window_days=self.window_days,
        )


class Variant(models.Model):
    """One of the things that are done; the control is the one that is not."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="variants")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=100, blank=True)
    share_bp = models.PositiveSmallIntegerField()  # basis points of the people

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["experiment", "key"], name="variant_once"),
            models.UniqueConstraint(fields=["experiment", "position"], name="variant_has_a_place"),
            models.CheckConstraint(
                condition=models.Q(share_bp__gte=1, share_bp__lte=SHARE_WHOLE), name="variant_has_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.key

    @property
    def is_control(self) -> bool:
        return self.key == CONTROL


class Exposure(models.Model):
    """A distinct id met a variant, first at `at`. Whose it is says know.customers' DistinctId at the time of reading, so
    that linking and merging move nothing here. Order of arrival doesn't matter, nor how often it is told.
    """

    pk = models.CompositePrimaryKey("experiment_id", "distinct_id", "variant_id")
    # Not checked by the database: only the handler writes here, by the ids that it has just looked up.
    experiment = models.ForeignKey(
        Experiment, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    distinct_id = models.CharField(max_length=200)
    variant = models.ForeignKey(
        Variant, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["distinct_id"], name="exposure_of_id")]

    def __str__(self) -> str:
        return f"{self.distinct_id} {self.at}"


def list_arms(experiment: Experiment) -> "Sequence[Arm]":
    """The variants as plain data, in their order."""
    return [Arm(key=one.key, share_bp=one.share_bp, name=one.name) for one in experiment.variants.all()]
