"""Trees and conditions as expressions of SQL: (holds, flips_at) each, as rules/judging.py has them."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from wafaa.know.consents.rules import is_allowed_unasked
from wafaa.learn.segments.compiling.happening import say_history
from wafaa.learn.segments.compiling.parts import UNKNOWN, Flips, Parts, fill
from wafaa.learn.segments.compiling.profile import say_profile
from wafaa.learn.segments.rules import tree as t
from wafaa.learn.segments.rules.needs import can_flip
from wafaa.learn.segments.rules.windows import Moment

NEVER: Final = "'infinity'::timestamptz"
_ALWAYS: Final = "'-infinity'::timestamptz"


class Said(NamedTuple):
    """Expressions of boolean and timestamptz, never null; of what begins at `flips_at` and then stays, null where it may be
    either.
    """

    holds: str
    flips_at: str = NEVER
    then: str = UNKNOWN


def compile_tree(
    tree: t.Tree,
    moment: Moment,
    *,
    ids: Sequence[int] | None = None,
    counts_only: bool = False,
    foresees: bool = False,
) -> tuple[str, dict[str, Any]]:
    """A statement and its values, for an expanded tree; rows are (customer_id, holds, flips_at or null).

    With `ids`: of these customers, those that exist, exactly as the closure says. Without: everybody in whom it holds or may
    come to hold by itself; there `flips_at` may lie before the closure's (never behind), because the exact one of counts would
    need every customer's history sorted. `counts_only` leaves out who is not in, and when that changes. `foresees` adds
    what holds from `flips_at` on, up to when (both null where that must be looked at then).
    """
    flips = Flips.NONE if counts_only else Flips.ROUGH if ids is None else Flips.EXACT
    parts = Parts(ids, moment, flips)
    still: list[str] = []
    if ids is None or counts_only:
        tree, own, still = _part_still(tree, counts_only, parts)
        parts.narrow = own
    findings: dict[str, str] = {}
    said = _say(tree, parts, findings)
    kept = "WHERE holds" if counts_only else "" if ids is not None else "WHERE holds OR flips_at < 'infinity'"
    sql = fill(
        "judge",
        {
            "holds": said.holds,
            "flips_at": NEVER if counts_only else said.flips_at,
            "findings": "".join(f", {expression} AS {name}" for expression, name in findings.items()),
            "then": _foresee(tree, parts, findings) if foresees else "",
            "joins": parts.write_joins(),
            "ids": f" AND person.id = ANY ({parts.ids})" if parts.ids else "",
            "narrow": parts.write_narrow() + "".join(f" AND {one}" for one in still),
            "kept": kept,
        },
    )
    return sql, parts.values


def _part_still(tree: t.Tree, counts_only: bool, parts: Parts) -> tuple[t.Tree, list[str], list[str]]:
    """What must hold anyway and does not change by itself, told apart from the rest of the tree: of the customer's own row,
    and of everything else. In whom it does not hold, nothing more is looked for.
    """
    own: list[str] = []
    still: list[str] = []
    rest: list[t.Tree] = []
    for part in tree.parts if isinstance(tree, t.All) else (tree,):
        if can_flip(part) and not counts_only:
            rest.append(part)
            continue
        holds = _say(part, parts, None).holds
        (own if _is_own(part) else still).append(holds)
    return t.All(tuple(rest)), own, still


def _is_own(tree: t.Tree) -> bool:
    inner = tree.part if isinstance(tree, t.Not) else tree
    return isinstance(inner, t.Profile) and inner.field != "tags"


def _say(tree: t.Tree, parts: Parts, findings: dict[str, str] | None) -> Said:
    """Of conditions the names of columns, whose expressions are added to `findings`; the expressions themselves without."""
    match tree:
        case t.All(inner):
            return _join([_say(one, parts, findings) for one in inner], wanted=True)
        case t.Some(inner):
            return _join([_say(one, parts, findings) for one in inner], wanted=False)
        case t.Not(inner):
            said = _say(inner, parts, findings)
            then = said.then if said.then == UNKNOWN else f"(NOT {said.then})"
            return Said(f"(NOT {said.holds})", said.flips_at, then)
    said = _say_condition(tree, parts)
    if findings is None:
        return said
    names = (
        expression
        if expression in {NEVER, UNKNOWN}
        else findings.setdefault(expression, f"f{len(findings) + 1}")
        for expression in said
    )
    return Said(*names)


def _foresee(tree: t.Tree, parts: Parts, findings: dict[str, str]) -> str:
    """judging._foresee of the tree's own parts, as two more columns; of trees within it nothing is known beforehand."""
    inner = tree.parts if isinstance(tree, t.All | t.Some) else (tree,)
    wanted = not isinstance(tree, t.Some)
    saids = [_say(one, parts, findings) for one in inner]
    if all(said.flips_at == NEVER for said in saids):
        return f", {UNKNOWN} AS then_holds, NULL::timestamptz AS then_flips_at"
    later = [_say_state(said) for said in saids]
    turn = "" if wanted else "NOT "
    joined = _join(later, wanted=wanted)
    decided = " OR ".join(
        f"(NOT {turn}{state.holds})" if state.flips_at == NEVER else f"(NOT {turn}{state.holds} AND {state.flips_at} = {NEVER})"
        for state in later
    )  # fmt: skip
    unknown = " OR ".join(f"{state.holds} IS NULL" for state in later)
    known = f"flips_at < 'infinity' AND (({decided}) IS TRUE OR NOT ({unknown}))"
    return (
        f", CASE WHEN {known} THEN {joined.holds} END AS then_holds"
        f", CASE WHEN {known} THEN nullif({joined.flips_at}, 'infinity') END AS then_flips_at"
    )


def _say_state(said: Said) -> Said:
    """How a part stands when the whole may change, at the column flips_at; null where that is not known."""
    if said.flips_at == NEVER:
        return said
    return Said(
        f"(CASE WHEN {said.flips_at} > flips_at THEN {said.holds} ELSE {said.then} END)",
        f"(CASE WHEN {said.flips_at} > flips_at THEN {said.flips_at} ELSE {NEVER} END)",
    )


def _say_condition(tree: t.Tree, parts: Parts) -> Said:
    match tree:
        case t.AtStore():
            return _say_condition(t.as_history(tree), parts)
        case t.Orders() | t.Events():
            return Said(*say_history(tree, parts))
        case t.Profile():
            return Said(*say_profile(tree, parts))
    return Said(_say_standing(tree, parts))


def _join(saids: Sequence[Said], *, wanted: bool) -> Said:
    """As judging.join."""
    if not saids:
        return Said("true" if wanted else "false")
    holds = "(" + (" AND " if wanted else " OR ").join(said.holds for said in saids) + ")"
    if all(said.flips_at == NEVER for said in saids):
        return Said(holds)
    settled = holds if wanted else f"NOT {holds}"
    first = ", ".join(dict.fromkeys(said.flips_at for said in saids if said.flips_at != NEVER))
    last = ", ".join(
        f"CASE WHEN {'' if wanted else 'NOT '}{said.holds} THEN {_ALWAYS} ELSE {said.flips_at} END"
        for said in saids
    )
    return Said(holds, f"(CASE WHEN {settled} THEN least({first}) ELSE greatest({last}) END)")


def _say_standing(tree: t.Tree, parts: Parts) -> str:
    """What time does not change."""
    match tree:
        case t.Consent(channel, purpose, stands):
            return _say_consent(channel, purpose, stands, parts)
        case t.Rfm(groups):
            alias = parts.get_join("join_standings")
            return f"coalesce({alias}.rfm_group = ANY ({parts.add(list(groups), 'varchar[]')}), false)"
        case t.Pareto(classes):
            alias = parts.get_join("join_standings")
            wanted = parts.add([str(one) for one in classes], "varchar[]")
            return f"coalesce({alias}.pareto_class = ANY ({wanted}), false)"
        case t.Listed(uuid):
            alias = parts.get_join("join_list", list=parts.add(uuid, "uuid"))
            return f"({alias}.is_in IS NOT NULL)"
    raise AssertionError("segments within segments are written out before they are compiled")


def _say_consent(channel: str, purpose: str, stands: t.ConsentIs, parts: Parts) -> str:
    file = "join_consents_each" if parts.ids else "join_consents"
    alias = parts.get_join(file, channel=parts.add(channel, "varchar"), purpose=parts.add(purpose, "varchar"))
    word = f"{alias}.is_given"
    match stands:
        case t.ConsentIs.REFUSED:
            return f"coalesce(NOT {word}, false)"
        case t.ConsentIs.UNASKED:
            return f"({word} IS NULL)"
        case t.ConsentIs.ALLOWED if is_allowed_unasked(channel, purpose):
            return f"coalesce({word}, true)"
    return f"coalesce({word}, false)"
