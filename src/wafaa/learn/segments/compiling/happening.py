"""Orders and events as expressions of SQL: aggregates of each customer's history, and when their windows let go of it."""

from datetime import datetime
from typing import Final

from wafaa.learn.segments.compiling.parts import UNKNOWN, Flips, Items, Parts, fill
from wafaa.learn.segments.compiling.profile import (
    as_texts,
    say_exit,
    say_leaving,
    say_moment,
    say_test,
    say_within,
)
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.windows import Last, Moment, Window, find_exit, find_start

_NEVER: Final = "'infinity'::timestamptz"
# No history is longer.
RANK_MAX: Final = 10**9
# Where a window is cut to find roughly when a count falls, from its newest part to its oldest: see _say_rank_roughly.
LANDMARKS: Final = (0.75, 0.5, 0.25)


def say_history(condition: t.Orders | t.Events, parts: Parts) -> tuple[str, str, str]:
    """Expressions (holds, flips_at, then)."""
    if isinstance(condition, t.Orders):
        items = parts.get_orders(condition.where)
        fits = _say_where(condition, parts)
    else:
        items = parts.get_events(condition.name)
        fits = [say_test(one.test, _say_property(one.name, parts), parts) for one in condition.where]
    window = condition.window
    if condition.measure in {t.Measure.FIRST, t.Measure.LAST}:
        items.starts.append(None)
        edge = "min" if condition.measure == t.Measure.FIRST else "max"
        return say_moment(window, items.add(_filtered(f"{edge}(at)", fits)), parts)
    start = find_start(window, parts.moment)
    items.starts.append(parts.add(start, "timestamptz") if start else None)
    fits = [*fits, say_within(window, "at", parts)]
    if condition.measure == t.Measure.COUNT:
        return _say_count(condition, items, fits, parts)
    return _say_money(condition, items, fits, parts)


def _filtered(aggregate: str, fits: list[str]) -> str:
    return f"{aggregate} FILTER (WHERE {' AND '.join(fits)})" if fits else aggregate


def _say_property(name: str, parts: Parts) -> str:
    return f"learn_segments_text(properties #> {parts.add(name.split('.'), 'text[]')})"


def _say_where(condition: t.Orders, parts: Parts) -> list[str]:
    where = condition.where
    fits = []
    if where.stores:
        codes = parts.add(list(where.stores), "varchar[]")
        fits.append(fill("at_stores", {"codes": codes}))
    if where.channels:
        fits.append(f"channel = ANY ({parts.add(list(where.channels), 'varchar[]')})")
    needs_money = condition.measure in {t.Measure.SUM, t.Measure.AVERAGE}
    if currency := where.currency or (parts.moment.currency if needs_money else ""):
        fits.append(f"currency = {parts.add(currency, 'varchar')}")
    return fits


def _say_money(
    condition: t.Orders | t.Events, items: Items, fits: list[str], parts: Parts
) -> tuple[str, str, str]:
    total = f"coalesce({items.add(_filtered('sum(amount)', fits))}, 0)"
    low, high = condition.range.low, condition.range.high
    if condition.measure == t.Measure.SUM:
        unit, known = "", "true"
    else:
        count = items.add(_filtered("count(*)", fits))
        unit, known = f" * {count}", f"coalesce({count} > 0, false)"
    ends = [
        f"{total} {sign} {parts.add(end, 'numeric')}{unit}"
        for sign, end in ((">=", low), ("<=", high))
        if end is not None
    ]
    # where nobody bought, an average is null: not known, so it does not hold
    holds = f"coalesce({' AND '.join([known, *ends])}, false)"
    if parts.flips == Flips.NONE or not isinstance(condition.window, Last):
        return holds, _NEVER, UNKNOWN
    oldest = items.add(_filtered("min(at)", fits))
    return holds, f"coalesce({say_exit(condition.window, oldest, parts)}, {_NEVER})", UNKNOWN


def _say_count(
    condition: t.Orders | t.Events,
    items: Items,
    fits: list[str],
    parts: Parts,
) -> tuple[str, str, str]:
    """judging.judge_count."""
    low, high = condition.range.low, condition.range.high
    count = f"coalesce({items.add(_filtered('count(*)', fits))}, 0)"
    not_over = f"{count} <= {parts.add(high, 'bigint')}" if high is not None else ""
    enough = f"{count} >= {parts.add(low, 'bigint')}" if low else ""
    holds = "(" + (" AND ".join(one for one in (enough, not_over) if one) or "true") + ")"
    if parts.flips == Flips.NONE or not isinstance(condition.window, Last):
        return holds, _NEVER, UNKNOWN
    falls = _say_rank if parts.flips == Flips.EXACT else _say_rank_roughly
    cases, later = [], []
    if high is not None:
        over, is_certain = falls(int(high) + 1, condition.window, items, fits, parts)
        cases.append(f"WHEN NOT {not_over} THEN {over}")
        # with a lower end too, it may fall below that in the same moment
        is_certain = "false" if low else is_certain
        later.append(f"WHEN NOT {not_over} THEN CASE WHEN {is_certain} THEN true END")
    if low:
        under, is_certain = falls(int(low), condition.window, items, fits, parts)
        cases.append(f"WHEN {enough} THEN {under}")
        later.append(f"WHEN {enough} THEN CASE WHEN {is_certain} THEN false END")
    if not cases:
        return holds, _NEVER, UNKNOWN
    return holds, f"(CASE {' '.join(cases)} ELSE {_NEVER} END)", f"(CASE {' '.join(later)} END)"


def _say_rank(rank: int, window: Last, items: Items, fits: list[str], parts: Parts) -> tuple[str, str]:
    """When the rank-th newest leaves the window, and whether that changes the answer."""
    if rank > RANK_MAX:
        return _NEVER, "false"
    if rank == 1:
        time = items.add(_filtered("max(at)", fits))
    else:
        time = f"{items.add(_filtered('array_agg(at ORDER BY at DESC)', fits))}[{rank}]"
    return say_exit(window, time, parts), say_leaving(window, time, parts)


def _say_rank_roughly(
    rank: int, window: Last, items: Items, fits: list[str], parts: Parts
) -> tuple[str, str]:
    """No later than that, and by counts alone: sorting everybody's history would cost several times the whole statement.

    If at least `rank` lie behind a landmark, the rank-th newest does too, so it leaves no earlier than the landmark would;
    where fewer do, no earlier than the oldest. Who is looked at then is looked at exactly.
    """
    if rank == 1:
        return _say_rank(rank, window, items, fits, parts)
    cases = []
    for landmark in _list_landmarks(window, parts.moment):
        place = parts.add(as_texts([landmark])[0], "timestamptz")
        behind = items.add(_filtered("count(*)", [*fits, f"at >= {place}"]))
        leaves = parts.add(as_texts([find_exit(window, landmark, parts.moment)])[0], "timestamptz")
        cases.append(f"WHEN {behind} >= {rank} THEN {leaves}")
    oldest = items.add(_filtered("min(at)", fits))
    return f"(CASE {' '.join(cases)} ELSE {say_exit(window, oldest, parts)} END)", "false"


def _list_landmarks(window: Window, moment: Moment) -> list[datetime]:
    start = find_start(window, moment)
    assert start is not None, "the last days and hours have a beginning"
    return [start + (moment.now - start) * share for share in LANDMARKS]
