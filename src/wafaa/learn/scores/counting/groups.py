"""One question by stores, agents, touchpoints ..., two questions against each other, and one question in two periods."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import msgspec
from ibis.expr.types import Table

from wafaa.learn.measures.rules import Period
from wafaa.learn.scores.counting.dimensions import add_group
from wafaa.learn.scores.counting.results import find_points
from wafaa.learn.scores.counting.sifting import Sift
from wafaa.learn.scores.figures import (
    KIND_OF_TYPE,
    count_satisfied,
    lay_out,
    make_difference,
    make_score,
)
from wafaa.learn.scores.rules import (
    NOT_APPLICABLE,
    Breakdown,
    By,
    Comparison,
    CrossCell,
    Crosstab,
    GroupScore,
    Kind,
)
from wafaa.science.crosstabs import cross
from wafaa.science.spread import spread

# A table of more groups than this is read by nobody; those with most answers stay.
GROUPS_MAX = 200
# A crosstab wider or longer than this is no table any more.
CROSSED_MAX = 15


def count_breakdown(
    sift: Sift, by: By, question: str = "", kind: Kind | None = None, against: Sequence[str] = ()
) -> Breakdown:
    """The score of a question of one survey, or of one kind over all surveys, by groups; `against` names two to compare."""
    groups, found_kind = _count_groups(sift, by, question, kind) if sift.is_told else ({}, kind or "share")
    names = sorted(groups, key=lambda name: (-sum(groups[name]), name))[:GROUPS_MAX]
    shrunk = spread([groups[name] for name in names], found_kind)
    scores = []
    for name, member in zip(names, shrunk.members, strict=True):
        scores.append(
            GroupScore(
                group=name,
                score=make_score(groups[name], found_kind),
                fair=member.value if member else None,
                fair_low=member.low if member else None,
                fair_high=member.high if member else None,
                verdict="better"
                if member and member.is_better
                else "worse"
                if member and member.is_worse
                else "",
            )
        )
    pair = [name for name in against if name in groups]
    return Breakdown(
        by=by,
        kind=kind or found_kind,
        groups=scores,
        mean=shrunk.mean,
        between=shrunk.share,
        between_low=shrunk.share_low,
        between_high=shrunk.share_high,
        difference=make_difference(groups[pair[0]], groups[pair[1]], found_kind) if len(pair) == 2 else None,
        receipt=sift.write_receipt(),
    )


def _count_groups(sift: Sift, by: By, question: str, kind: Kind | None) -> tuple[dict[str, list[int]], Kind]:
    """The counts of every group, and what kind of score they make: CSAT over several scales is a share."""
    answers = sift.answers
    answers = (
        answers.filter(answers.question == question) if question else answers.filter(answers.type == kind)
    )
    answers = answers.filter(answers.value.notnull(), answers.choice != NOT_APPLICABLE)
    answers = add_group(sift, answers, by)
    rows = sift.run(answers.group_by(["group", "type", "points", "value"]).aggregate(n=answers.count()))
    rows = [row for row in rows if row["type"] in KIND_OF_TYPE]
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["group"] not in (None, ""):
            groups[str(row["group"])].append(row)
    found = kind or (KIND_OF_TYPE[rows[0]["type"]] if rows else "share")
    if found == "csat":
        return {name: merge_csat(told) for name, told in groups.items()}, "share"
    points = max((find_points(row["type"], row["points"]) for row in rows), default=2)
    return {name: lay_out(_count_values(told), found, points) for name, told in groups.items()}, found


def merge_csat(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Not satisfied and satisfied, on scales of any length."""
    return count_satisfied((row["value"], find_points("csat", row["points"]), row["n"]) for row in rows)


def _count_values(rows: Sequence[Mapping[str, Any]]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for row in rows:
        counts[row["value"]] += row["n"]
    return counts


def count_crosstab(sift: Sift, row: str, column: str) -> Crosstab:
    """What those who gave an answer to the one question said to the other."""
    counts: dict[tuple[str, str], int] = {}
    if sift.is_told:
        first, second = _pick(sift, row, "row"), _pick(sift, column, "column")
        both = first.join(second, "response_id")
        found = sift.run(both.group_by(["row", "column"]).aggregate(n=both.count()))
        counts = {(one["row"], one["column"]): one["n"] for one in found}
    rows, columns = _keep_most(counts, 0), _keep_most(counts, 1)
    table = [[counts.get((one, other), 0) for other in columns] for one in rows]
    judged = cross(table or [[0]])
    return Crosstab(
        rows=rows,
        columns=columns,
        cells=[
            [
                CrossCell(
                    n=cell.count,
                    share=cell.share,
                    side=0 if not cell.is_significant or cell.is_small else 1 if cell.residual > 0 else -1,
                    is_small=cell.is_small,
                )
                for cell in cells
            ]
            for cells in judged.cells
        ]
        if table
        else [],
        n=judged.n,
        p=judged.p,
        strength=judged.strength,
        is_significant=judged.is_significant,
        is_small=judged.is_small,
        receipt=sift.write_receipt(),
    )


def _pick(sift: Sift, question: str, name: str) -> Table:
    """(response, what was said): the option where there are options, else the number."""
    answers = sift.answers
    answers = answers.filter(answers.question == question, answers.choice != NOT_APPLICABLE)
    told = ibis.ifelse(answers.choice != "", answers.choice, answers.value.cast("string"))
    picked = answers.select("response_id", **{name: told})
    return picked.filter(picked[name].notnull())


def _keep_most(counts: Mapping[tuple[str, str], int], place: int) -> list[str]:
    """Numbers in their order, options by how often; the most frequent where there are too many."""
    totals: Counter[str] = Counter()
    for pair, n in counts.items():
        totals[pair[place]] += n
    kept = [name for name, _n in totals.most_common(CROSSED_MAX)]
    if all(name.lstrip("-").isdigit() for name in kept):
        return sorted(kept, key=int)
    return kept


def count_comparison(sift: Sift, question: str, before: Period, after: Period) -> Comparison:
    """Both periods of one question; without a score of its own (options, say) both are empty."""
    first, second = (msgspec.convert(msgspec.to_builtins(one), Period) for one in (before, after))
    kind: Kind = "share"
    found = [Counter[int](), Counter[int]()]
    points = 2
    if sift.is_told:
        answers = sift.narrow(sift.everything("answers"))
        answers = answers.filter(answers.question == question, answers.choice != NOT_APPLICABLE)
        for place, period in enumerate((first, second)):
            told = sift.within(answers, period).filter(answers.value.notnull())
            rows = sift.run(told.group_by(["type", "points", "value"]).aggregate(n=told.count()))
            for row in rows:
                if row["type"] in KIND_OF_TYPE:
                    kind = KIND_OF_TYPE[row["type"]]
                    points = max(points, find_points(row["type"], row["points"]))
                    found[place][row["value"]] += row["n"]
    counts = [lay_out(values, kind, points) for values in found]
    return Comparison(
        before=make_score(counts[0], kind),
        after=make_score(counts[1], kind),
        difference=make_difference(counts[1], counts[0], kind),
        receipt=sift.write_receipt(),
    )
