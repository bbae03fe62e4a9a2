"""What a programme brought beyond what its control group did anyway."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Count

from wafaa.decide.experiments.queries import foresee_effect, get_effect
from wafaa.decide.experiments.rules import Foresight, Reading
from wafaa.decide.loyalty.models import Programme, Trial
from wafaa.decide.loyalty.statements import ROOM
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.know.orders.models import Order

# What can be seen is foreseen from so many at most: it is a forecast anyway.
FORESEEN_MAX: Final = 50_000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Members who asked by themselves: before they came in they are on no side; of the control group, they stay on theirs."""

    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class Coming:
    """Who would come in, by who bought in a span of the same length: how many, and what an experiment with them could see."""

    people: int
    foresight: Foresight


def find_trial(programme: Programme) -> Trial | None:
    """With its experiment and variants."""
    found = Trial.objects.select_related("experiment").prefetch_related("experiment__variants")
    return found.filter(programme=programme).first()


def read_trial(trial: Trial, metric: str = "", *, as_of: datetime | None = None) -> Reading:
    """Each customer counts on the side to which the lot put them, whatever they did then (intention to treat).

    Raises MetricUnknown.
    """
    return get_effect(trial.experiment, metric, as_of=as_of)


def count_asked(trial: Trial) -> Asked:
    values: dict[str, Any] = {
        "programme": trial.programme_id,
        "experiment": trial.experiment_id,
        "until": trial.experiment.finished_at or clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "count_trial"), values)
        before, after = cursor.fetchone() or (0, 0)
    return Asked(before=before, after=after)


def foresee_trial(*, control_bp: int, window_days: int, intake_days: int, metric: str = "orders") -> Coming:
    """From who bought in as many days before as people will come in, and what they did in the days after, as if those were the
    programme's.
    """
    until = clock.now() - timedelta(days=window_days)
    bought = Order.objects.filter(
        counted=True, ordered_at__gte=until - timedelta(days=intake_days), ordered_at__lt=until
    )
    people: int = bought.order_by().aggregate(n=Count("customer", distinct=True))["n"]
    sample = bought.order_by("customer_id").values_list("customer_id", flat=True).distinct()
    step = -(-people // FORESEEN_MAX) or 1
    ids = [one for one in sample if one is not None][::step]
    foresight = foresee_effect(
        control_bp=control_bp, metric=metric, window_days=window_days, customer_ids=ids
    )
    return Coming(people=people, foresight=foresight)
