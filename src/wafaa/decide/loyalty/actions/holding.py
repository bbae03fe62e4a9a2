"""Programmes that begin with a control group: begun, kept, ended. See decision 62."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.decide.experiments.actions import (
    create_experiment,
    expose_customers,
    finish_experiment,
    start_experiment,
)
from wafaa.decide.experiments.models import Experiment
from wafaa.decide.experiments.rules import Costs, Kind, make_arms
from wafaa.decide.experiments.rules import State as ExperimentState
from wafaa.decide.loyalty.actions.making import publish
from wafaa.decide.loyalty.errors import ControlNotPossible, TrialMissing
from wafaa.decide.loyalty.models import Programme, Trial
from wafaa.decide.loyalty.queries.programmes import find_published
from wafaa.decide.loyalty.rules.content import Worth, read_content
from wafaa.decide.loyalty.statements import ROOM
from wafaa.kit import clock
from wafaa.kit.sql import load_sql

# Basis points of the customers. Fewer prove too little, more cost too much good will.
SHARES: Final = (500, 1_000, 1_500, 2_000)
# So long each customer is watched, and so long they come in.
WINDOW_DAYS: Final = 90
INTAKE_DAYS: Final = 90


@transaction.atomic
def launch(*, programme: Programme, control_bp: int, by: Staff | None) -> Trial:
    """The draft is published for the first time, and so many customers are kept aside, drawn by lot.

    Raises ControlNotPossible (it was live before, customers join by themselves, or another share), and what publish raises.
    """
    held = Programme.objects.select_for_update().get(pk=programme.pk)
    if held.started_at is not None or not held.is_automatic or control_bp not in SHARES:
        raise ControlNotPossible
    publish(programme=held, by=by)
    costs = _find_costs(held)
    experiment = create_experiment(
        name=str(held)[:150],
        kind=Kind.PROGRAMME,
        arms=make_arms(control_bp=control_bp),
        by=by,
        main_metric="net_margin" if costs else "orders",
        window_days=WINDOW_DAYS,
        planned_until=clock.now() + timedelta(days=INTAKE_DAYS),
        costs=costs,
    )
    experiment = start_experiment(experiment=experiment, by=by)
    return Trial.objects.create(programme=held, experiment=experiment)


def _find_costs(programme: Programme) -> Costs | None:
    """What a point is worth now holds for the whole trial; None where nobody says it, or says it in another currency."""
    version = find_published(programme)
    worth: Worth | None = read_content(version.content).worth if version else None
    if worth is None or worth.currency != get_business().currency:
        return None
    return Costs(
        unit=programme.unit_id, points=worth.points, minor=worth.minor, programme=str(programme.uuid)
    )


def come_in(order_ids: Sequence[int]) -> None:
    """Who buys for the first time since a programme with a control group began comes into its experiment, on either side. In the
    caller's transaction, before they join; told again it changes nothing.
    """
    if not Trial.objects.filter(experiment__state=ExperimentState.RUNNING).exists():
        return
    coming: dict[int, dict[int, datetime]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "list_coming"), {"orders": list(order_ids)})
        for experiment_id, customer_id, at in cursor.fetchall():
            coming[experiment_id][customer_id] = at
    for experiment_id, moments in coming.items():
        expose_customers(
            experiment=Experiment.objects.get(pk=experiment_id),
            customer_ids=list(moments),
            obeys_universal=False,  # points are no marketing
            moments=moments,
        )


@transaction.atomic
def end_trial(*, programme: Programme, by: Staff | None) -> Trial:
    """Nobody is kept aside any more: whoever was joins by their next purchase. Those who came in are read to the end of their
    window. Raises TrialMissing.
    """
    trial = Trial.objects.select_related("experiment").filter(programme=programme).first()
    if trial is None:
        raise TrialMissing
    trial.experiment = finish_experiment(experiment=trial.experiment, by=by)
    return trial
