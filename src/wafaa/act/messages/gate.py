"""The gate: may this message go to this person now? Asked for many at once, in one order, each answer with its reason.

Address, consent, suppression, blockers, control group, quiet hours, budget. Who is refused or must wait at one is not asked
at the next; so every answer costs one question to the database however many people it is about.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from wafaa.act.messages.consenting import list_allowing
from wafaa.act.messages.hours import choose_window, find_country, find_opening, find_zones, say_clock
from wafaa.act.messages.house import EXEMPT, House
from wafaa.act.messages.queries import list_refusing, list_spent, list_suppressed
from wafaa.act.messages.rules import Answer, Asked, Candidate, Decision, Gate, Spent, State, find_room

# Who says that a customer should be left alone now: takes ids, gives reasons by id. For what is held to hours and budget.
Blocker = Callable[[Collection[int]], Mapping[int, str]]


def list_blockers() -> tuple[Blocker, ...]:
    """Those that rooms have registered in the settings, MESSAGE_BLOCKERS."""
    return _load_blockers(tuple(settings.MESSAGE_BLOCKERS))


@cache
def _load_blockers(names: tuple[str, ...]) -> tuple[Blocker, ...]:
    return tuple(import_string(name) for name in names)


_PASSES = {gate: Asked(gate, Answer.PASSES) for gate in Gate}
_EXEMPT = {gate: Asked(gate, Answer.PASSES, {"exempt": True}) for gate in (Gate.HOURS, Gate.BUDGET)}


@dataclass(kw_only=True)
class Round:
    """One passing of many messages through the gate."""

    now: datetime
    house: House
    home: str  # the business's time zone
    asked: dict[Any, list[Asked]] = field(default_factory=lambda: defaultdict(list))
    decided: dict[Any, Decision] = field(default_factory=dict)

    def passes(self, one: Candidate, answer: Asked) -> None:
        """Answers without facts of their own are shared: thousands pass at once."""
        self.asked[one.key].append(answer)

    def refuses(self, one: Candidate, gate: Gate, why: str, **facts: Any) -> None:
        self.asked[one.key].append(Asked(gate, Answer.REFUSES, {"why": why, **facts}))
        self.decided[one.key] = Decision(state=State.REFUSED, why=why, asked=tuple(self.asked[one.key]))

    def waits(self, one: Candidate, gate: Gate, until: datetime, **facts: Any) -> None:
        """Until then, or until the deadline, at which it lapses."""
        told = {"until": until.isoformat(timespec="seconds"), **facts}
        self.asked[one.key].append(Asked(gate, Answer.WAITS, told))
        self.decided[one.key] = Decision(
            state=State.HELD,
            why=str(gate),
            due_at=min(until, one.deadline),
            asked=tuple(self.asked[one.key]),
        )

    def left(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        return [one for one in candidates if one.key not in self.decided]


def ask(
    candidates: Sequence[Candidate], *, now: datetime, house: House, home: str, with_budget: bool = True
) -> dict[Any, Decision]:
    """What becomes of each by its key. The weightier is asked before the lesser, so that it has the budget first.

    Whoever writes the answers down holds the lock of the budget (queries.lock_budget) from before until the commit.
    """
    asking = Round(now=now, house=house, home=home)
    ordered = sorted(candidates, key=lambda one: (-one.priority, one.message_id))
    for gate in (
        _ask_deadline,
        _ask_address,
        _ask_consent,
        _ask_suppression,
        _ask_blockers,
        _ask_control,
        _ask_hours,
    ):
        gate(asking, asking.left(ordered))
    rest = asking.left(ordered)
    if with_budget:
        _ask_budget(asking, rest)
    for one in asking.left(rest):
        asking.decided[one.key] = Decision(state=State.QUEUED, asked=tuple(asking.asked[one.key]), due_at=now)
    return asking.decided


def _ask_deadline(asking: Round, candidates: Sequence[Candidate]) -> None:
    for one in candidates:
        if one.deadline <= asking.now:
            asking.decided[one.key] = Decision(state=State.LAPSED, why="deadline", asked=())


def _ask_address(asking: Round, candidates: Sequence[Candidate]) -> None:
    for one in candidates:
        if not one.address:
            asking.refuses(one, Gate.ADDRESS, "no_address")


def _ask_consent(asking: Round, candidates: Sequence[Candidate]) -> None:
    for (channel, purpose), some in _group(candidates, lambda one: (one.channel, one.purpose)):
        allowed = list_allowing({one.customer_id for one in some}, channel, purpose)
        for one in some:
            if one.customer_id not in allowed:
                asking.refuses(one, Gate.CONSENT, "no_consent", purpose=purpose)
    for (channel, topic), some in _group(asking.left(candidates), lambda one: (one.channel, one.topic)):
        refusing = list_refusing({one.customer_id for one in some}, channel, topic) if topic else set()
        for one in some:
            if one.customer_id in refusing:
                asking.refuses(one, Gate.CONSENT, "topic_refused", topic=topic)
            else:
                asking.passes(one, _PASSES[Gate.CONSENT])


def _ask_suppression(asking: Round, candidates: Sequence[Candidate]) -> None:
    for channel, some in _group(candidates, lambda one: one.channel):
        suppressed = list_suppressed(channel, {one.address for one in some})
        for one in some:
            if cause := suppressed.get(one.address):
                asking.refuses(one, Gate.SUPPRESSION, f"suppressed_{cause}")
            else:
                asking.passes(one, _PASSES[Gate.SUPPRESSION])


def _ask_blockers(asking: Round, candidates: Sequence[Candidate]) -> None:
    held = [one for one in candidates if one.purpose not in EXEMPT]
    for blocker in list_blockers() if held else ():
        reasons = blocker({one.customer_id for one in asking.left(held)})
        for one in asking.left(held):
            if reason := reasons.get(one.customer_id):
                asking.refuses(one, Gate.BLOCKER, f"blocked_{reason}"[:60])
    for one in asking.left(candidates):
        asking.passes(one, _PASSES[Gate.BLOCKER])


def _ask_control(asking: Round, candidates: Sequence[Candidate]) -> None:
    for one in candidates:
        if one.verdict:
            asking.refuses(one, Gate.CONTROL, "control", group=one.verdict)
        else:
            asking.passes(one, _PASSES[Gate.CONTROL])


def _ask_hours(asking: Round, candidates: Sequence[Candidate]) -> None:
    for (country, city, channel), some in _group(
        candidates, lambda one: (one.country, one.city, one.channel)
    ):
        zones = find_zones(country=country, city=city, home=asking.home)
        code = find_country(country) or find_country_of(asking.home)
        window = choose_window(asking.house.windows, country=code, channel=channel)
        opening = find_opening(asking.now, zones, window)
        told = {"zone": zones[0], "hours": f"{say_clock(window.opens)}-{say_clock(window.closes)}"}
        passing = Asked(Gate.HOURS, Answer.PASSES, told)
        for one in some:
            if one.purpose in EXEMPT:
                asking.passes(one, _EXEMPT[Gate.HOURS])
            elif opening > asking.now:
                asking.waits(one, Gate.HOURS, opening, **told)
            else:
                asking.passes(one, passing)


@cache
def find_country_of(zone: str) -> str:
    from babel.core import get_global

    return str(get_global("zone_territories").get(zone, ""))


def _ask_budget(asking: Round, candidates: Sequence[Candidate]) -> None:
    """In the order of their weight; who passes counts for those behind."""
    counted = [one for one in candidates if one.purpose not in EXEMPT]
    for one in candidates:
        if one.purpose in EXEMPT:
            asking.passes(one, _EXEMPT[Gate.BUDGET])
    if not counted or not asking.house.budgets:
        return
    longest = timedelta(hours=max(budget.hours for budget in asking.house.budgets))
    spent = list_spent({one.customer_id for one in counted}, since=asking.now - longest, exempt=EXEMPT)
    for one in counted:
        theirs = spent[one.customer_id]
        room = find_room(
            channel=one.channel,
            priority=one.priority,
            spent=[other for other in theirs if other.message_id != one.message_id or not one.message_id],
            budgets=asking.house.budgets,
            now=asking.now,
        )
        if room.until is not None:
            asking.waits(one, Gate.BUDGET, room.until, **room.facts)
            continue
        asking.passes(one, _PASSES[Gate.BUDGET])
        theirs[:] = [other for other in theirs if other.message_id not in room.victims]
        theirs.append(Spent(one.message_id, one.channel, asking.now, one.priority, waits=False))
        asking.decided[one.key] = Decision(
            state=State.QUEUED, asked=tuple(asking.asked[one.key]), due_at=asking.now, withdraws=room.victims
        )


def _group(
    candidates: Iterable[Candidate], key: Callable[[Candidate], Any]
) -> list[tuple[Any, list[Candidate]]]:
    groups: dict[Any, list[Candidate]] = defaultdict(list)
    for one in candidates:
        groups[key(one)].append(one)
    return list(groups.items())


def ask_control(candidates: Sequence[Candidate], *, now: datetime, house: House) -> dict[Any, Decision]:
    """Of messages whose time has not come only this is asked: who is in the control group gets nothing, for good."""
    asking = Round(now=now, house=house, home="")
    _ask_control(asking, candidates)
    return asking.decided


def say_missing(names: Sequence[str], detail: str) -> Asked:
    """A message that could not be written for its reader: nobody gets an empty greeting."""
    facts: dict[str, Any] = {"why": "missing", "names": list(names)}
    return Asked(Gate.CONTENT, Answer.REFUSES, facts | ({"detail": detail} if detail else {}))
