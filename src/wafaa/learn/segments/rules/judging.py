"""A tree as a function of one person and a moment: whether it holds, and when that may change without anything being said.

compiling/ says the same in SQL; a property test holds the two together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from wafaa.know.consents.rules import is_allowed_unasked
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules import values
from wafaa.learn.segments.rules.person import Happening, Order, Person
from wafaa.learn.segments.rules.windows import (
    HORIZON_DAYS,
    NEVER,
    Last,
    Moment,
    Unit,
    Window,
    contains,
    find_age,
    find_end,
    find_exit,
    find_next_birthday,
    find_start,
    judge_day,
    judge_yearly,
)


class State(NamedTuple):
    """An answer, and up to when it stays unless something new is said; NEVER where only that could change it."""

    holds: bool
    flips_at: datetime = NEVER


class Finding(NamedTuple):
    """A State now, and `then` the one that begins at `flips_at`, where that is known already.

    `value` is what was found, for the explanation.
    """

    holds: bool
    flips_at: datetime = NEVER
    value: Any = None
    then: State | None = None


Judge = Callable[[Person, Moment], Finding]


def make_judge(tree: t.Tree) -> Judge:
    """The function of an expanded tree: no InSegment stands in it."""
    match tree:
        case t.All(parts):
            return _join(parts, wanted=True)
        case t.Some(parts):
            return _join(parts, wanted=False)
        case t.Not(part):
            return _turn(make_judge(part))
        case t.AtStore():
            return make_judge(t.as_history(tree))
    return _CONDITIONS[type(tree)](tree)


def _join(parts: Sequence[t.Tree], *, wanted: bool) -> Judge:
    """As `join`; what one part settles for good need not be asked of the others, so what is quickly told comes first."""
    judges = [make_judge(part) for part in sorted(parts, key=_walks_history)]
    settled = Finding(not wanted)

    def judge(person: Person, moment: Moment) -> Finding:
        findings = []
        for one in judges:
            finding = one(person, moment)
            if finding.holds != wanted and finding.flips_at == NEVER:
                return settled
            findings.append(finding)
        return join(findings, wanted=wanted)

    return judge


def _walks_history(tree: t.Tree) -> bool:
    """Whether orders or events are gone through to judge by it."""
    match tree:
        case t.All(parts) | t.Some(parts):
            return any(_walks_history(part) for part in parts)
        case t.Not(part):
            return _walks_history(part)
    return isinstance(tree, t.Orders | t.Events | t.AtStore)


def join(findings: Sequence[Finding], *, wanted: bool) -> Finding:
    """All (`wanted`) or some of them. While all are as wanted, the first to change changes the answer; else all of those that
    are not must change, so not before the last of them.
    """
    holds, flips_at = _join_states(findings, wanted=wanted)
    if flips_at == NEVER:
        return Finding(holds)
    return Finding(holds, flips_at, then=_foresee(findings, flips_at, wanted=wanted))


def _join_states(states: Iterable[Finding | State], *, wanted: bool) -> State:
    others = []
    first = NEVER
    for state in states:
        if state.holds != wanted:
            others.append(state.flips_at)
        first = min(first, state.flips_at)
    return State(not wanted, max(others)) if others else State(wanted, first)


def _foresee(findings: Sequence[Finding], at: datetime, *, wanted: bool) -> State | None:
    """How they stand together at a moment; None where one decides it of which that is not known."""
    states = [_find_state(finding, at) for finding in findings]
    if any(state == (not wanted, NEVER) for state in states):
        return State(not wanted)
    known = [state for state in states if state is not None]
    return _join_states(known, wanted=wanted) if len(known) == len(states) else None


def _find_state(finding: Finding, at: datetime) -> State | None:
    if finding.flips_at > at:
        return State(finding.holds, finding.flips_at)
    return finding.then if finding.then is not None and finding.then.flips_at > at else None


def _turn(judge: Judge) -> Judge:
    def turned(person: Person, moment: Moment) -> Finding:
        found = judge(person, moment)
        then = State(not found.then.holds, found.then.flips_at) if found.then else None
        return Finding(not found.holds, found.flips_at, then=then)

    return turned


def _judge_profile(condition: t.Profile) -> Judge:
    field, test = condition.field, condition.test
    if field in t.TEXT_FIELDS:
        fits = values.make_text_test(test)
        return lambda person, _moment: _of_text(fits, person.texts.get(field, ""))
    if field.startswith(t.OWN):
        return _judge_own(field.removeprefix(t.OWN), test)
    if field in {"owner", "tags"}:
        return _judge_ids(field, test)
    if isinstance(test, t.Range):
        return lambda person, moment: judge_age(test, person.birth_date, moment)
    if field == "birth_date":
        return lambda person, moment: _judge_date(test, person.birth_date, moment)
    assert isinstance(test, t.Within)
    return lambda person, moment: _judge_moment(test.window, person.created_at, moment)


def _judge_ids(field: str, test: t.Test) -> Judge:
    """Of the responsible, and of tags."""

    def find(person: Person) -> frozenset[int]:
        return (
            person.tags if field == "tags" else frozenset([person.owner] if person.owner is not None else [])
        )

    if isinstance(test, t.Known):
        return lambda person, _moment: Finding(
            bool(find(person)) == test.is_known, value=sorted(find(person))
        )
    assert isinstance(test, t.OneOf)
    wanted = frozenset(test.values)
    return lambda person, _moment: Finding(bool(find(person) & wanted), value=sorted(find(person)))


def _of_text(fits: Callable[[str | None], bool], text: str | None) -> Finding:
    return Finding(fits(text), value=text)


def _judge_own(key: str, test: t.Test) -> Judge:
    if isinstance(test, t.Within | t.Yearly):
        return lambda person, moment: _judge_date(test, values.read_day(person.own.get(key)), moment)
    fits = values.make_text_test(test)
    return lambda person, _moment: _of_text(fits, person.own.get(key))


def judge_age(wanted: t.Range, born: date | None, moment: Moment) -> Finding:
    """Ages change on birthdays; who is beyond the range stays beyond it, and who is in one without an end stays in."""
    if born is None:
        return Finding(False)
    age = find_age(born, moment.today)
    holds = in_range(wanted, age)
    stays = holds if wanted.high is None else age > wanted.high
    return Finding(holds, NEVER if stays else find_next_birthday(born, moment), age)


def _judge_date(test: t.Test, day: date | None, moment: Moment) -> Finding:
    if isinstance(test, t.Known):
        return Finding((day is not None) == test.is_known, value=day)
    if day is None:
        return Finding(False)
    if isinstance(test, t.Yearly):
        return Finding(*judge_yearly(test.first, test.last, day, moment, test.calendar), day)
    assert isinstance(test, t.Within)
    holds, flips_at = judge_day(test.window, day, moment)  # type: ignore[arg-type]  # reading.py lets no Ever through
    is_last = holds and flips_at < moment.in_days(HORIZON_DAYS)
    return Finding(holds, flips_at, day, State(False) if is_last else None)


def _judge_moment(window: Any, at: datetime | None, moment: Moment) -> Finding:
    if at is None or not contains(window, at, moment):
        return Finding(False, value=at)
    return Finding(True, find_exit(window, at, moment), at, _leave(window, at, moment, State(False)))


def _leave(window: Window, at: datetime, moment: Moment, then: State) -> State | None:
    """What begins when something leaves the window. What is told of a day to come may stay longer (find_exit)."""
    is_early = isinstance(window, Last) and window.unit != Unit.HOURS and at >= moment.tomorrow
    return then if isinstance(window, Last) and not is_early else None


def in_range(wanted: t.Range, value: int | Decimal) -> bool:
    low, high = wanted.low, wanted.high
    return (low is None or value >= low) and (high is None or value <= high)


def _judge_orders(condition: t.Orders) -> Judge:
    where, measure = condition.where, condition.measure
    needs_money = measure in {t.Measure.SUM, t.Measure.AVERAGE}

    def judge(person: Person, moment: Moment) -> Finding:
        currency = where.currency or (moment.currency if needs_money else "")
        items = [
            (order.at, amount)
            for order in person.orders
            if (amount := find_amount(where, order, currency)) is not None
        ]
        return measure_items(measure, condition.window, condition.range, items, moment)

    return judge


def find_amount(where: t.Where, order: Order, currency: str) -> int | None:
    """What of the order counts, in minor units; None where it is not meant."""
    if (
        (where.stores and order.store not in where.stores)
        or (where.channels and order.channel not in where.channels)
        or (currency and order.currency != currency)
    ):
        return None
    if not where.asks_for_lines:
        return order.gross_minor
    amounts = [
        line.amount_minor
        for line in order.lines
        if (not where.products or line.sku in where.products)
        and (not where.categories or line.category in where.categories)
    ]
    return sum(amounts) if amounts else None


def _judge_events(condition: t.Events) -> Judge:
    tests = [(one.name, values.make_text_test(one.test)) for one in condition.where]

    def fits(event: Happening) -> bool:
        return all(test(event.properties.get(name)) for name, test in tests)

    def judge(person: Person, moment: Moment) -> Finding:
        happened = person.events.get(condition.name, ())
        items = [(event.at, 0) for event in happened if not tests or fits(event)]
        return measure_items(condition.measure, condition.window, condition.range, items, moment)

    return judge


def measure_items(
    measure: t.Measure,
    window: Window,
    wanted: t.Range,
    items: Sequence[tuple[datetime, int]],
    moment: Moment,
) -> Finding:
    """Of moments with amounts."""
    if measure in {t.Measure.FIRST, t.Measure.LAST}:
        times = [at for at, _amount in items]
        edge = (min if measure == t.Measure.FIRST else max)(times, default=None)
        return _judge_moment(window, edge, moment)
    start, end = find_start(window, moment), find_end(window, moment)
    inside = items
    if start is not None:
        inside = [item for item in inside if item[0] >= start]
    if end is not None:
        inside = [item for item in inside if item[0] < end]
    if measure == t.Measure.COUNT:
        return judge_count(window, wanted, [at for at, _amount in inside], moment)
    total, count = sum(amount for _at, amount in inside), len(inside)
    if measure == t.Measure.SUM:
        holds = in_range(wanted, total)
        value: Decimal | None = Decimal(total)
    else:
        holds = count > 0 and is_average(wanted, total, count)
        value = Decimal(total) / count if count else None
    # whichever leaves first may change it
    flips_at = find_exit(window, min(at for at, _amount in inside), moment) if inside else NEVER
    return Finding(holds, flips_at, value)


def is_average(wanted: t.Range, total: int, count: int) -> bool:
    """In whole numbers: no division."""
    low, high = wanted.low, wanted.high
    return (low is None or total >= low * count) and (high is None or total <= high * count)


def judge_count(window: Window, wanted: t.Range, times: list[datetime], moment: Moment) -> Finding:
    """Counts only fall by themselves: to `high` when the (high + 1)th newest leaves, below `low` when the low-th newest does."""
    count = len(times)
    is_over = wanted.high is not None and count > wanted.high
    holds = not is_over and (wanted.low is None or count >= wanted.low)
    rank = int(wanted.high or 0) + 1 if is_over else int(wanted.low or 0) if holds else 0
    if not rank:
        return Finding(holds, NEVER, count)
    times.sort(reverse=True)
    at = times[rank - 1]
    # with a lower end too, it may fall below that in the same moment
    then = None if is_over and wanted.low else _leave(window, at, moment, State(is_over))
    return Finding(holds, find_exit(window, at, moment), count, then)


def _judge_consent(condition: t.Consent) -> Judge:
    key = (condition.channel, condition.purpose)
    is_allowed = condition.stands == t.ConsentIs.ALLOWED and is_allowed_unasked(*key)
    is_enough = condition.stands == t.ConsentIs.UNASKED or is_allowed  # not to have been asked
    wanted: set[bool | None] = {
        *([True] if condition.stands in {t.ConsentIs.GIVEN, t.ConsentIs.ALLOWED} else []),
        *([False] if condition.stands == t.ConsentIs.REFUSED else []),
        *([None] if is_enough else []),
    }

    def judge(person: Person, _moment: Moment) -> Finding:
        word = person.consents.get(key)
        return Finding(word in wanted, value=word)

    return judge


def _judge_rfm(condition: t.Rfm) -> Judge:
    return lambda person, _moment: Finding(person.rfm_group in condition.groups, value=person.rfm_group)


def _judge_pareto(condition: t.Pareto) -> Judge:
    return lambda person, _moment: Finding(
        person.pareto_class in condition.classes, value=person.pareto_class
    )


def _judge_listed(condition: t.Listed) -> Judge:
    return lambda person, _moment: Finding(condition.uuid in person.lists)


_CONDITIONS: Final[Mapping[type[t.Tree], Callable[[Any], Judge]]] = {
    t.Profile: _judge_profile,
    t.Orders: _judge_orders,
    t.Events: _judge_events,
    t.Consent: _judge_consent,
    t.Rfm: _judge_rfm,
    t.Pareto: _judge_pareto,
    t.Listed: _judge_listed,
}
