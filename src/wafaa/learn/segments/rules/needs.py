"""What a tree asks for, so that only that is loaded; trees within trees; circles of segments."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.judging import make_judge
from wafaa.learn.segments.rules.person import Person
from wafaa.learn.segments.rules.windows import Ever, Last, Moment, Window, find_start

# These look only at what lies in their window; the first and the last are found among all.
COUNTED = (t.Measure.COUNT, t.Measure.SUM, t.Measure.AVERAGE)


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What has to be known of somebody to judge some trees. `events`: names, with the properties that are asked for; `windows`:
    in which windows each name is asked for: an older event can change no answer.
    """

    own: frozenset[str] = frozenset()
    events: Mapping[str, frozenset[str]]
    windows: Mapping[str, frozenset[Window]]
    consents: frozenset[tuple[str, str]] = frozenset()
    orders: bool = False
    lines: bool = False
    tags: bool = False
    standing: bool = False
    lists: bool = False


def find_needs(trees: Iterable[t.Tree]) -> Needs:
    own: set[str] = set()
    consents: set[tuple[str, str]] = set()
    kinds: set[type[t.Tree] | str] = set()
    events: dict[str, set[str]] = {}
    windows: dict[str, set[Window]] = {}
    lines = False
    for condition in (one for tree in trees for one in list_conditions(tree)):
        history = t.as_history(condition) if isinstance(condition, t.AtStore) else condition
        kinds.add(type(history))
        match history:
            case t.Profile(field, _):
                kinds.add(field)
                own |= {field.removeprefix(t.OWN)} if field.startswith(t.OWN) else set()
            case t.Orders():
                lines = lines or history.where.asks_for_lines
            case t.Events(name, measure, where, window):
                events.setdefault(name, set()).update(one.name for one in where)
                windows.setdefault(name, set()).add(window if measure in COUNTED else Ever())
            case t.Consent(channel, purpose, _):
                consents.add((channel, purpose))
    return Needs(
        own=frozenset(own),
        events={name: frozenset(asked) for name, asked in events.items()},
        windows={name: frozenset(asked) for name, asked in windows.items()},
        consents=frozenset(consents),
        orders=t.Orders in kinds,
        lines=lines,
        tags="tags" in kinds,
        standing=bool(kinds & {t.Rfm, t.Pareto}),
        lists=t.Listed in kinds,
    )


def find_first(windows: Iterable[Window], moments: Iterable[Moment]) -> datetime | None:
    """Before this nothing lies in any of the windows, in none of the calendars; None where nothing is too early."""
    starts = [find_start(window, moment) for window in windows for moment in moments]
    known = [start for start in starts if start is not None]
    return min(known) if known and len(known) == len(starts) else None


def list_sources(tree: t.Tree, moment: Moment) -> list[str]:
    """Whose rows the answer hangs on, as the database's triggers name them, sorted; "anybody" says that it may hold for
    somebody of whom nothing is known.
    """
    needs = find_needs([tree])
    profile = [one for one in list_conditions(tree) if isinstance(one, t.Profile) and one.field != "tags"]
    nobody = Person(customer_id=0, texts=dict.fromkeys(t.TEXT_FIELDS, ""), created_at=moment.now)
    asked = {
        "anybody": make_judge(tree)(nobody, moment).holds,
        "profile": bool(profile),
        "tags": needs.tags,
        "orders": needs.orders,
        "categories": needs.lines,
        "ids": bool(needs.events or needs.consents),
        "consents": bool(needs.consents),
        "standings": needs.standing,
    }
    return sorted(name for name, is_asked in asked.items() if is_asked)


def list_conditions(tree: t.Tree) -> Iterator[t.Condition]:
    """From left to right."""
    match tree:
        case t.All(parts) | t.Some(parts):
            for part in parts:
                yield from list_conditions(part)
        case t.Not(part):
            yield from list_conditions(part)
        case _:
            yield tree


def can_flip(tree: t.Tree) -> bool:
    """Whether time alone may change the answer."""
    return any(map(_hangs_on_time, list_conditions(tree)))


def _hangs_on_time(condition: t.Condition) -> bool:
    match condition:
        case t.Orders() | t.Events() | t.AtStore():
            return isinstance(condition.window, Last)
        case t.Profile(field, test):
            return field == "age" or isinstance(test, t.Within | t.Yearly)
    return False


def list_segments(tree: t.Tree) -> set[uuid.UUID]:
    """Those that the tree names."""
    return {one.uuid for one in list_conditions(tree) if isinstance(one, t.InSegment)}


class Circle(ValueError):
    """A segment would ask for itself; `uuid` is where the circle closes."""

    def __init__(self, segment: uuid.UUID) -> None:
        super().__init__(str(segment))
        self.uuid = segment


def expand(
    tree: t.Tree, find: Callable[[uuid.UUID], t.Tree], above: AbstractSet[uuid.UUID] = frozenset()
) -> t.Tree:
    """The tree with other segments' definitions in the place of their names; `find` gives a Listed for a static list.

    `above` are the segments whose definitions are being written out. Raises Circle, and what `find` raises.
    """
    match tree:
        case t.All(parts):
            return t.All(tuple(expand(part, find, above) for part in parts))
        case t.Some(parts):
            return t.Some(tuple(expand(part, find, above) for part in parts))
        case t.Not(part):
            return t.Not(expand(part, find, above))
        case t.InSegment(other, is_in):
            if other in above:
                raise Circle(other)
            inner = expand(find(other), find, above | {other})
            return inner if is_in else t.Not(inner)
    return tree
