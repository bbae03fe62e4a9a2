"""From who came in to what it brought: PostgreSQL reduces to a row of sums per variant, science decides. See decision 32."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isfinite, sqrt
from typing import Any

import msgspec
from django.db import connection

from wafaa.access.business.queries import get_business
from wafaa.decide.experiments.models import Experiment, Exposure
from wafaa.decide.experiments.rules import (
    ACTIVE_MIN,
    COVARIATE_DAYS,
    MARGINS,
    NET_MARGIN,
    PEOPLE_MIN,
    SHARE_WHOLE,
    UNKNOWN_COSTS_MAX,
    Answer,
    Arm,
    Comparison,
    Costs,
    Foresight,
    Group,
    Metric,
    Reading,
    Receipt,
    Seen,
    judge,
)
from wafaa.kit.sql import load_sql
from wafaa.know.customers.models import Customer
from wafaa.science.effects import ALPHA, TUNING, Pairs, compare_adjusted, compare_means, compare_rates
from wafaa.science.intervals import Interval, mean_interval, wilson_interval
from wafaa.science.power import find_detectable, find_reach
from wafaa.science.sample_ratio import check_ratio

ROOM = "wafaa.decide.experiments"
# The detectable effect of a larger audience is reckoned from a part of it: it is a forecast anyway.
FORESEEN_MAX = 50_000


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One variant's sums, as the database reduced them; variant None are those who met several."""

    people: int = 0
    n: int = 0
    active: int = 0
    y: int = 0
    x: int = 0
    yy: int = 0
    xx: int = 0
    xy: int = 0
    ours: int = 0
    others: int = 0
    without_cost: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def pairs(self) -> Pairs:
        return Pairs(n=self.n, y=self.y, x=self.x, yy=self.yy, xx=self.xx, xy=self.xy)


@dataclass(kw_only=True)
class _Sums:
    """What one question to the database brought."""

    rows: dict[str | None, _Row] = field(default_factory=dict)
    query: str = ""

    def add(self, name: str) -> int:
        return sum(getattr(row, name) for row in self.rows.values())


def read_effect(experiment: Experiment, arms: Sequence[Arm], metric: Metric, as_of: datetime) -> Reading:
    """See queries.get_effect."""
    started = time.perf_counter()
    span = experiment.span
    sums = _reduce(
        metric,
        "people_exposed",
        {variant.pk: variant.key for variant in experiment.variants.all()},
        {
            "experiment_id": experiment.pk,
            "until": span.until or datetime.max.replace(tzinfo=as_of.tzinfo),
            "window": span.window,
            "as_of": as_of,
        },
        Costs(**experiment.costs) if experiment.costs else None,
    )
    rows = [sums.rows.get(arm.key, _Row()) for arm in arms]
    is_planned_look = span.is_planned_look(as_of)
    alpha = ALPHA / max(1, len(arms) - 1)
    comparisons = _compare_all(
        arms,
        rows,
        metric,
        alpha=alpha,
        tuning=None if is_planned_look else TUNING,
        is_adjusted=not _divides_as_before(experiment),
    )
    ratio = check_ratio([row.people for row in rows], [arm.share_bp for arm in arms])
    enough = _has_enough(arms, rows, metric, is_planned_look)
    answer = judge(
        Seen(
            has_control=arms[0].is_control,
            is_ratio_broken=ratio.is_broken,
            has_enough=enough,
            costs_known=metric.key not in MARGINS
            or sums.add("without_cost") <= UNKNOWN_COSTS_MAX * sums.add("ours"),
            is_effect_seen=any(one.effect.is_seen for one in comparisons),
            is_planned_look=is_planned_look,
            has_plan=span.planned_look_at is not None,
        )
    )
    may_show = enough and answer in {Answer.EFFECT, Answer.NO_EFFECT_SEEN, Answer.TOO_EARLY}
    shown = comparisons if may_show else ()
    return Reading(
        answer=answer,
        metric=metric,
        groups=tuple(_make_group(arm, row, metric) for arm, row in zip(arms, rows, strict=True)),
        comparisons=shown,
        ratio=ratio,
        ready_at=_find_ready(answer, span.planned_look_at, sums, span.window, as_of),
        is_planned_look=is_planned_look,
        receipt=_write_receipt(
            experiment=experiment,
            metric=metric,
            sums=sums,
            comparisons=shown,
            alpha=alpha,
            as_of=as_of,
            started=started,
        ),
    )


def foresee(
    *,
    metric: Metric,
    control_bp: int,
    window_days: int,
    customer_ids: Sequence[int] | None,
    as_of: datetime,
) -> Foresight:
    """See queries.foresee_effect."""
    if customer_ids is None:
        people = Customer.objects.filter(merged_into=None).count()
        asked, step = None, -(-people // FORESEEN_MAX) or 1
    else:
        people, step = len(customer_ids), 1
        asked = list(customer_ids[:: -(-people // FORESEEN_MAX) or 1])
    values = {
        "window": timedelta(days=window_days),
        "as_of": as_of,
        "customer_ids": asked,
        "step": step,
    }
    row = _reduce(metric, "people_asked", {0: ""}, values).rows.get("", _Row())
    control = people * control_bp // SHARE_WHOLE
    spread = _find_spread(row, metric)
    gain = compare_adjusted(row.pairs, row.pairs).gain if metric.shape == "mean" and row.n > 1 else None
    detectable = None
    if spread:
        detectable = find_detectable(
            treated=people - control, control=control, spread=spread * sqrt(1 - (gain or 0.0))
        )
    base = _find_mean(row, metric)
    known = detectable if detectable is not None and isfinite(detectable) else None
    return Foresight(
        treated=people - control,
        control=control,
        base=base,
        spread=spread,
        gain=gain or 0.0,
        detectable=known,
        relative=known / base.value if known and base.value and base.value > 0 else None,
    )


def _reduce(
    metric: Metric,
    people: str,
    variants: Mapping[int, str],
    values: Mapping[str, Any],
    costs: Costs | None = None,
) -> _Sums:
    """One question to the database: the sums by variant key."""
    name = (
        "reduce_events"
        if metric.event
        else "reduce_withdrawals"
        if metric.key == "unsubscribes"
        else "reduce_orders"
    )
    query = load_sql(ROOM, name).replace("{people}", load_sql(ROOM, people))
    business = get_business()
    asked = {
        **values,
        "metric": "margin" if metric.key in MARGINS else metric.key,
        "event": metric.event,
        "with_margin": metric.key in MARGINS,
        "with_costs": metric == NET_MARGIN and costs is not None,
        "cost_unit": costs.unit if costs else 0,
        "cost_points": costs.points if costs else 1,
        "cost_minor": costs.minor if costs else 0,
        "cost_cause": msgspec.json.encode({"programme": costs.programme if costs else ""}).decode(),
        "before": timedelta(days=COVARIATE_DAYS),
        "currency": business.currency,
        "time_zone": business.time_zone,
        "prices_include_tax": business.prices_include_tax,
        "tax_percent": business.tax_percent,
    }
    found = _Sums(query=f"{name} ({people})")
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        names = [column.name for column in cursor.description or ()][1:]
        for variant_id, *sums in cursor.fetchall():
            key = None if variant_id is None else variants[variant_id]
            found.rows[key] = _read_row(dict(zip(names, sums, strict=True)))
    return found


def _read_row(told: dict[str, Any]) -> _Row:
    """The database's sums are exact decimals of whole numbers."""
    first_at, last_at = told.pop("first_at"), told.pop("last_at")
    return _Row(first_at=first_at, last_at=last_at, **{name: int(value) for name, value in told.items()})


def _divides_as_before(experiment: Experiment) -> bool:
    """Whether people came into an earlier experiment on the same sides: what they did before this one is then its doing."""
    earlier = Experiment.objects.filter(salt=experiment.salt, pk__lt=experiment.pk)
    return Exposure.objects.filter(experiment__in=earlier).exists()


def _compare_all(
    arms: Sequence[Arm],
    rows: Sequence[_Row],
    metric: Metric,
    *,
    alpha: float,
    tuning: int | None,
    is_adjusted: bool,
) -> tuple[Comparison, ...]:
    if not arms[0].is_control:
        return ()
    control, found = rows[0], []
    for arm, row in zip(arms[1:], rows[1:], strict=True):
        if metric.shape == "share":
            effect = compare_rates(
                (row.active, row.n), (control.active, control.n), alpha=alpha, tuning=tuning
            )
            plain = effect
        else:
            plain = compare_means(row.pairs.plain, control.pairs.plain, alpha=alpha, tuning=tuning)
            effect = (
                compare_adjusted(row.pairs, control.pairs, alpha=alpha, tuning=tuning)
                if is_adjusted
                else plain
            )
        seen = None
        if effect.error:
            seen = find_reach(alpha=alpha, people=row.n + control.n, tuning=tuning) * effect.error
        found.append(Comparison(key=arm.key, effect=effect, plain=plain, detectable=seen))
    return tuple(found)


def _has_enough(arms: Sequence[Arm], rows: Sequence[_Row], metric: Metric, is_planned_look: bool) -> bool:
    """Whether the figures of every group may be taken for normally distributed; the planned look at a share needs no such
    thing (Newcombe's interval).
    """
    n = [row.n for row in rows]
    if min(n) < PEOPLE_MIN:
        return False
    if metric.shape == "share" and is_planned_look:
        return True
    active = sum(row.active for row in rows) / sum(n)
    least = min(n) * active
    return least >= ACTIVE_MIN and (metric.shape == "mean" or min(n) * (1 - active) >= ACTIVE_MIN)


def _find_ready(
    answer: Answer, planned_look_at: datetime | None, sums: _Sums, window: timedelta, as_of: datetime
) -> datetime | None:
    if answer is not Answer.TOO_EARLY:
        return None
    last = max((row.last_at for row in sums.rows.values() if row.last_at), default=None)
    ready = planned_look_at or (last + window if last else None)
    return ready if ready and ready > as_of else None


def _make_group(arm: Arm, row: _Row, metric: Metric) -> Group:
    return Group(
        key=arm.key,
        name=arm.name,
        share_bp=arm.share_bp,
        people=row.people,
        n=row.n,
        active=row.active,
        total=row.active if metric.shape == "share" else row.y,
        mean=_find_mean(row, metric),
    )


def _find_mean(row: _Row, metric: Metric) -> Interval:
    return (
        wilson_interval(row.active, row.n) if metric.shape == "share" else mean_interval(row.n, row.y, row.yy)
    )


def _find_spread(row: _Row, metric: Metric) -> float | None:
    """The standard deviation of one person's figure."""
    if row.n < 2:
        return None
    if metric.shape == "share":
        share = row.active / row.n
        return sqrt(share * (1 - share))
    return sqrt((row.n * row.yy - row.y * row.y) / (row.n * (row.n - 1)))


def _write_receipt(
    *,
    experiment: Experiment,
    metric: Metric,
    sums: _Sums,
    comparisons: Sequence[Comparison],
    alpha: float,
    as_of: datetime,
    started: float,
) -> Receipt:
    firsts = [row.first_at for row in sums.rows.values() if row.first_at]
    lasts = [row.last_at for row in sums.rows.values() if row.last_at]
    mixed = sums.rows.get(None, _Row())
    is_adjusted = any(one.effect.gain is not None for one in comparisons)
    return Receipt(
        experiment=str(experiment.uuid),
        metric=metric.key,
        currency=get_business().currency if metric.is_money else "",
        window_days=experiment.window_days,
        first_at=min(firsts, default=None),
        last_at=max(lasts, default=None),
        people=sums.add("people") - mixed.people,
        n=sums.add("n") - mixed.n,
        mixed=mixed.people,
        without_cost=sums.add("without_cost") if metric.key in MARGINS else 0,
        other_currency=sums.add("others") if metric.is_money else 0,
        method=comparisons[0].effect.method if comparisons else "",
        covariate_days=COVARIATE_DAYS if is_adjusted else 0,
        alpha=alpha,
        as_of=as_of,
        query=sums.query,
        computed_ms=round((time.perf_counter() - started) * 1000, 1),
    )
