"""Why somebody is in a segment or out of it: every condition with what was wanted, what was found, and when that may change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from wafaa.learn.segments.rules import NEVER, Finding, Moment, Person, Tree, make_judge, write_tree
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.judging import join

# The kind of the one term of somebody whose history is too long to be listed: only whether the whole holds.
LONG: Final = "long"


@dataclass(frozen=True, kw_only=True)
class Term:
    """A node of the tree. `kind` is its key in JSON, `wanted` what stands there; `value` is what was found (a count, a text,
    a day ...), None of nodes that join others. `flips_at` None is never.
    """

    kind: str
    wanted: Mapping[str, Any]
    holds: bool
    value: Any
    flips_at: datetime | None
    parts: tuple["Term", ...] = ()


def explain(tree: Tree, person: Person, moment: Moment) -> Term:
    """Of an expanded tree (trees.expand_tree)."""
    return _explain(tree, person, moment)[1]


def _explain(tree: Tree, person: Person, moment: Moment) -> tuple[Finding, Term]:
    match tree:
        case t.All(parts) | t.Some(parts):
            explained = [_explain(part, person, moment) for part in parts]
            found = join([finding for finding, _term in explained], wanted=isinstance(tree, t.All))
            terms = tuple(term for _finding, term in explained)
        case t.Not(part):
            inner, term = _explain(part, person, moment)
            found, terms = Finding(not inner.holds, inner.flips_at), (term,)
        case _:
            found, terms = make_judge(tree)(person, moment), ()
    ((kind, wanted),) = write_tree(tree).items()
    return found, Term(
        kind=kind,
        wanted={} if terms or kind in {"all", "any"} else wanted,
        holds=found.holds,
        value=found.value,
        flips_at=None if found.flips_at == NEVER else found.flips_at,
        parts=terms,
    )
