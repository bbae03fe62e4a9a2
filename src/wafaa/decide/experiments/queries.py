"""Reading experiments: which there are, whose variant is which, and what a treatment brought."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from wafaa.decide.experiments.errors import ExperimentMissing, MetricUnknown
from wafaa.decide.experiments.models import Experiment, Exposure, list_arms
from wafaa.decide.experiments.reading import foresee, read_effect
from wafaa.decide.experiments.rules import (
    CONTROL,
    WINDOW_DAYS,
    Foresight,
    Kind,
    Metric,
    Reading,
    State,
    find_cuts,
    find_metric,
)
from wafaa.kit import clock
from wafaa.kit.sql import load_sql


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """A customer's variant; `distinct_id` is the one to tell the stream by, None for somebody without any."""

    customer_id: int
    uuid: uuid.UUID
    variant: str
    distinct_id: str | None
    is_told: bool


def list_experiments(*, kind: str = "", state: str = "", search: str = "") -> QuerySet[Experiment]:
    """The newest first, with their variants; what is left out doesn't narrow."""
    found = Experiment.objects.prefetch_related("variants").order_by("-created_at", "-id")
    wanted = {"kind": kind, "state": state, "name__icontains": search}
    return found.filter(**{field: value for field, value in wanted.items() if value})


def get_experiment(experiment_uuid: uuid.UUID) -> Experiment:
    """Raises ExperimentMissing."""
    found = list_experiments().filter(uuid=experiment_uuid).first()
    if found is None:
        raise ExperimentMissing
    return found


def find_universal() -> Experiment | None:
    """The universal control group that runs, else the last one; None before the first."""
    found = Experiment.objects.filter(kind=Kind.UNIVERSAL).order_by("-created_at", "-id")
    return found.filter(state=State.RUNNING).first() or found.first()


def in_universal_control(customer_ids: Collection[int]) -> set[int]:
    """Those of the customers who are kept aside of all marketing; nobody where no such group runs."""
    universal = find_universal()
    if universal is None or universal.state != State.RUNNING:
        return set()
    return {row.customer_id for row in assign_rows(universal, customer_ids) if row.variant == CONTROL}


def assign_rows(
    experiment: Experiment, customer_ids: Collection[int], *, asks_told: bool = False
) -> list[Assigned]:
    """Each customer's variant, without telling anybody; with `asks_told` whether the customer met the variant before. By customer
    id. The universal group is not asked here.
    """
    arms = list_arms(experiment)
    values: dict[str, Any] = {
        "experiment_id": experiment.pk,
        "salt": experiment.salt,
        "keys": [arm.key for arm in arms],
        "cuts": find_cuts(arms),
        "customer_ids": list(customer_ids),
        "asks_told": asks_told,
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.decide.experiments", "assign"), values)
        return [
            Assigned(
                customer_id=customer_id,
                uuid=customer_uuid,
                variant=variant,
                distinct_id=distinct_id,
                is_told=bool(is_told),
            )
            for customer_id, customer_uuid, variant, distinct_id, is_told in cursor.fetchall()
        ]


def count_exposed(experiments: Collection[Experiment]) -> dict[int, int]:
    """How many distinct ids came into each, by the experiment's id; an id that met two variants counts for both."""
    found = {one.pk: 0 for one in experiments}
    for pk in found:
        found[pk] = Exposure.objects.filter(experiment=pk).count()
    return found


def get_effect(experiment: Experiment, metric: str = "", *, as_of: datetime | None = None) -> Reading:
    """What the experiment brought, in its main metric unless another one is named, as far as is known at `as_of`.

    Raises MetricUnknown.
    """
    wanted = _get_metric(metric or experiment.main_metric)
    return read_effect(experiment, list_arms(experiment), wanted, as_of or clock.now())


def foresee_effect(
    *,
    control_bp: int,
    metric: str = "revenue",
    window_days: int = WINDOW_DAYS,
    customer_ids: Sequence[int] | None = None,
    as_of: datetime | None = None,
) -> Foresight:
    """What an experiment with these customers (None: all) could see, from what they did in the last `window_days` days.

    To be shown before anything is sent. Raises MetricUnknown.
    """
    return foresee(
        metric=_get_metric(metric),
        control_bp=control_bp,
        window_days=window_days,
        customer_ids=customer_ids,
        as_of=as_of or clock.now(),
    )


def _get_metric(key: str) -> Metric:
    metric = find_metric(key)
    if metric is None:
        raise MetricUnknown(metric=key)
    return metric


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Which experiments the person came into, as which variant, as plain values."""
    found = Exposure.objects.filter(distinct_id__in=list(distinct_ids)).order_by("at", "experiment_id")
    names = ("experiment__name", "variant__key", "at", "distinct_id")
    return {"experiments": [dict(row) for row in found.values(*names)]}
