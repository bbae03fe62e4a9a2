"""Writing experiments: begin, end, who comes in; the universal control group; erasing."""

import secrets
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.decide.experiments.errors import (
    ExperimentNotRunning,
    ExperimentStarted,
    MetricUnknown,
    PlanWrong,
    VariantsWrong,
    WindowWrong,
)
from wafaa.decide.experiments.models import Experiment, Exposure, Variant, list_arms
from wafaa.decide.experiments.queries import Assigned, assign_rows, find_universal
from wafaa.decide.experiments.rules import (
    EXPOSED,
    SOURCE,
    UNIVERSAL_SHARE,
    UNIVERSAL_WINDOW_DAYS,
    WINDOW_DAYS,
    WINDOW_DAYS_MAX,
    Arm,
    Costs,
    Kind,
    State,
    Verdict,
    find_fault,
    find_metric,
    make_arms,
)
from wafaa.kit import clock
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent


@transaction.atomic
def create_experiment(
    *,
    name: str,
    kind: Kind,
    arms: Sequence[Arm],
    by: Staff | None,
    main_metric: str = "revenue",
    window_days: int = WINDOW_DAYS,
    planned_until: datetime | None = None,
    salt: str = "",
    costs: Costs | None = None,
) -> Experiment:
    """A draft. `arms` are the variants in order, the control first, with shares in basis points that add up to 10,000
    (rules.make_arms divides them). `salt` is only given where people must fall as in another experiment, `costs`
    where what is tried awards points.

    Raises VariantsWrong, MetricUnknown, WindowWrong, PlanWrong.
    """
    _check(
        arms=arms,
        main_metric=main_metric,
        window_days=window_days,
        planned_until=planned_until,
    )
    experiment = Experiment.objects.create(
        name=name,
        kind=kind,
        salt=salt or secrets.token_hex(16),
        main_metric=main_metric,
        window_days=window_days,
        planned_until=planned_until,
        costs=asdict(costs) if costs else None,
        created_at=clock.now(),
        created_by=by,
    )
    Variant.objects.bulk_create(
        Variant(experiment=experiment, position=place, key=arm.key, name=arm.name, share_bp=arm.share_bp)
        for place, arm in enumerate(arms)
    )
    record_change(staff=by, deed="create_experiment", subject=name, after=_tell(experiment, arms))
    return experiment


def _check(
    *, arms: Sequence[Arm], main_metric: str, window_days: int, planned_until: datetime | None
) -> None:
    if find_fault(arms):
        raise VariantsWrong
    if find_metric(main_metric) is None:
        raise MetricUnknown(metric=main_metric)
    if not 1 <= window_days <= WINDOW_DAYS_MAX:
        raise WindowWrong(most=WINDOW_DAYS_MAX)
    if planned_until is not None and planned_until <= clock.now():
        raise PlanWrong


def _tell(experiment: Experiment, arms: Sequence[Arm]) -> dict[str, Any]:
    return {
        "kind": str(experiment.kind),
        "variants": {arm.key: arm.share_bp for arm in arms},
        "main_metric": experiment.main_metric,
        "window_days": experiment.window_days,
        "planned_until": experiment.planned_until.isoformat() if experiment.planned_until else "",
    }


@transaction.atomic
def start_experiment(*, experiment: Experiment, by: Staff | None) -> Experiment:
    """From now on people come in. Starting twice is starting once. Raises ExperimentStarted for a finished one."""
    experiment = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if experiment.state == State.FINISHED:
        raise ExperimentStarted
    if experiment.state == State.DRAFT:
        experiment.state, experiment.started_at = State.RUNNING, clock.now()
        experiment.save(update_fields=["state", "started_at"])
        record_change(staff=by, deed="start_experiment", subject=experiment.name)
    return experiment


@transaction.atomic
def finish_experiment(*, experiment: Experiment, by: Staff | None) -> Experiment:
    """Nobody comes in any more; those who did are watched to the end of their window. Finishing twice is finishing once."""
    experiment = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if experiment.state == State.DRAFT:
        raise ExperimentNotRunning(name=experiment.name)
    if experiment.state == State.RUNNING:
        experiment.state, experiment.finished_at = State.FINISHED, clock.now()
        experiment.save(update_fields=["state", "finished_at"])
        record_change(staff=by, deed="finish_experiment", subject=experiment.name)
    return experiment


@transaction.atomic
def plan_end(*, experiment: Experiment, planned_until: datetime) -> Experiment:
    """When the last people come in, for a sending whose end is known only once it runs. Raises ExperimentStarted where an
    end was planned already: one that is moved after looking is no plan.
    """
    experiment = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if experiment.planned_until is not None and experiment.planned_until != planned_until:
        raise ExperimentStarted
    experiment.planned_until = planned_until
    experiment.save(update_fields=["planned_until"])
    return experiment


def ensure_universal() -> Experiment:
    """The universal control group; made with its usual share where there has never been one.

    Where staff ended it there is none, and the last one is returned: ask for its state.
    """
    present = find_universal()
    if present is not None:
        return present
    try:
        return _open_universal(share_bp=UNIVERSAL_SHARE, salt="", by=None)
    except IntegrityError:  # somebody else was first
        return Experiment.objects.filter(kind=Kind.UNIVERSAL).latest("created_at", "id")


@transaction.atomic
def set_universal_share(*, share_bp: int, by: Staff | None) -> Experiment:
    """Another share is another experiment, because people change sides; the salt stays, so that as few as can do.

    Zero ends the group. Returns the one that holds now (finished for zero). Raises VariantsWrong.
    """
    if not 0 <= share_bp <= 5_000:
        raise VariantsWrong
    present = ensure_universal()
    arms = list_arms(present)
    if present.state == State.RUNNING and arms[0].share_bp == share_bp:
        return present
    if present.state == State.RUNNING:
        present = finish_experiment(experiment=present, by=by)
    return _open_universal(share_bp=share_bp, salt=present.salt, by=by) if share_bp else present


@transaction.atomic
def _open_universal(*, share_bp: int, salt: str, by: Staff | None) -> Experiment:
    experiment = create_experiment(
        name=gettext("Universal control group"),
        kind=Kind.UNIVERSAL,
        arms=make_arms(control_bp=share_bp),
        by=by,
        window_days=UNIVERSAL_WINDOW_DAYS,
        salt=salt,
    )
    return start_experiment(experiment=experiment, by=by)


@transaction.atomic
def expose_customers(
    *,
    experiment: Experiment,
    customer_ids: Collection[int],
    obeys_universal: bool = True,
    moments: Mapping[int, datetime] | None = None,
) -> dict[int, Verdict]:
    """Says of each customer which variant is theirs, and tells the stream that they came in, once per person: now, or at the
    moment that is named for them.

    Ask for those who would really be treated otherwise (consented, not blocked): treated and control alike, else the two can't
    be compared. Whoever belongs to the universal control group stays out of `experiment`; everybody asked about comes into
    the universal one. Customers that are no more are left out. Give some thousands at a time: readers of the stream wait for
    the transaction. Raises ExperimentNotRunning.
    """
    if experiment.state != State.RUNNING:
        raise ExperimentNotRunning(name=experiment.name)
    verdicts: dict[int, Verdict] = {}
    now = clock.now()
    events: list[NewEvent] = []
    left = list(customer_ids)
    universal = ensure_universal() if obeys_universal and experiment.kind != Kind.UNIVERSAL else None
    for one in (universal, experiment):
        if one is None or one.state != State.RUNNING:
            continue
        rows = assign_rows(one, left, asks_told=True)
        events += _make_events(one, rows, dict.fromkeys(left, now) | dict(moments or {}))
        decided = {row.customer_id: Verdict(variant=row.variant, experiment=one.uuid) for row in rows}
        if one is universal:
            decided = {who: verdict for who, verdict in decided.items() if verdict.is_control}
            left = [row.customer_id for row in rows if row.customer_id not in decided]
        verdicts |= decided
    record_events(events=events)
    return verdicts


def _make_events(
    experiment: Experiment, rows: Sequence[Assigned], moments: Mapping[int, datetime]
) -> list[NewEvent]:
    """Message ids are made of who and what, so that a second telling is a duplicate."""
    names = {arm.key: arm.name or arm.key for arm in list_arms(experiment)}
    return [
        NewEvent(
            message_id=make_exposure_id(experiment.uuid, row.uuid),
            type="track",
            name=EXPOSED,
            distinct_id=row.distinct_id,
            occurred_at=moments[row.customer_id],
            properties={
                "experiment_id": str(experiment.uuid),
                "experiment_name": experiment.name,
                "variation_id": row.variant,
                "variation_name": names[row.variant],
            },
            source=SOURCE,
        )
        for row in rows
        if row.distinct_id and not row.is_told
    ]


def make_exposure_id(experiment: uuid.UUID, customer: uuid.UUID) -> str:
    """One for good for each person and experiment; it outlives an erased person, so it does not name them."""
    return f"exposure:{uuid.uuid5(experiment, str(customer))}"


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """Deletes that these ids came into experiments; what is read afterwards is without them. Returns what -> how many."""
    return {"exposures": Exposure.objects.filter(distinct_id__in=list(distinct_ids)).delete()[0]}


@transaction.atomic
def remove_source(*, source: str) -> None:
    """Takes out who came in of a source's customers, for demo data that gives way; before the customers themselves go."""
    customers = Customer.objects.filter(source=source)
    ids = DistinctId.objects.filter(customer__in=customers).values("distinct_id")
    Exposure.objects.filter(distinct_id__in=ids).delete()
