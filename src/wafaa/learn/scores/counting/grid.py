"""Satisfaction against loyalty: what each customer said last, and whether an order followed in time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

import ibis
from ibis.expr.types import Table

from wafaa.learn.scores.counting.results import find_points
from wafaa.learn.scores.counting.sifting import INTENTIONS, Sift
from wafaa.learn.scores.figures import (
    SAYS_NO_UP_TO,
    SAYS_YES_FROM,
    make_share,
    place_on_scale,
    write_difference,
    write_score,
)
from wafaa.learn.scores.rules import (
    CELLS,
    NOT_APPLICABLE,
    Cell,
    Grid,
    GridCell,
    Intention,
    Kind,
    People,
    Person,
)
from wafaa.science.satisfaction_grid import Did, Said, make_grid
from wafaa.science.scores import PASSIVE_FROM, PROMOTER_FROM, find_satisfied_from

# CSAT of the middle of the scale is neither.
UNHAPPY_UP_TO = 0.4
IN_CELL: Mapping[Cell, tuple[Said, Did]] = {
    "satisfied_who_return": ("satisfied", "returned"),
    "satisfied_who_leave": ("satisfied", "left"),
    "unhappy_who_stay": ("unhappy", "returned"),
    "unhappy_who_leave": ("unhappy", "left"),
}


def count_grid(sift: Sift, kind: Kind, lapse_window_days: int) -> Grid:
    """By the last answer of each known customer in the period; an order of any store, on a later day within the window."""
    counts: Counter[tuple[Said, Did]] = Counter()
    waiting = 0
    for row in _count_last(sift, [kind], lapse_window_days, "type") if sift.is_told else []:
        if row["is_over"]:
            did: Did = "returned" if row["has_returned"] else "left"
            counts[judge(kind, row["value"], row["points"]), did] += row["n"]
        else:
            waiting += row["n"]
    grid = make_grid(counts, waiting=waiting)
    return Grid(
        kind=kind,
        cells=[
            GridCell(
                name=name,
                n=grid.cells[name].count,
                of_row=write_score(grid.cells[name].of_row, "share"),
                of_all=write_score(grid.cells[name].of_all, "share"),
            )
            for name in CELLS
        ],
        neutral=write_score(grid.neutral_who_return, "share"),
        difference=write_difference(grid.difference, "share"),
        n=grid.n,
        waiting=grid.waiting,
        intentions=_count_intentions(sift, lapse_window_days) if sift.is_told else [],
        receipt=sift.write_receipt(),
    )


def judge(kind: Kind, value: int, points: int | None) -> Said:
    if kind == "nps":
        return "satisfied" if value >= PROMOTER_FROM else "neutral" if value >= PASSIVE_FROM else "unhappy"
    scale = find_points(kind, points)
    if value >= find_satisfied_from(scale):
        return "satisfied"
    return "unhappy" if value <= round(scale * UNHAPPY_UP_TO) else "neutral"


def _count_last(
    sift: Sift, asked: Sequence[str], lapse_window_days: int, column: Literal["type", "measure"]
) -> list[dict[str, Any]]:
    followed = _follow(sift, asked, lapse_window_days, column)
    keys = ["type", column, "points", "value", "choice", "is_over", "has_returned"]
    return sift.run(followed.group_by(list(dict.fromkeys(keys))).aggregate(n=followed.count()))


def _follow(
    sift: Sift, asked: Sequence[str], lapse_window_days: int, column: Literal["type", "measure"]
) -> Table:
    """A row per customer (and measure): what was said last and when, whether the time is over, whether an order followed."""
    last = _list_last(sift, asked, column)
    window = ibis.interval(days=lapse_window_days)
    orders = list_orders(sift)
    later = last.select("customer_id", "kind", answered="day").join(
        orders.select("customer_id", ordered="day"), "customer_id"
    )
    later = later.filter(later.ordered > later.answered, later.ordered <= later.answered + window)
    came = later.group_by(["customer_id", "kind"]).aggregate(returned_on=later.ordered.min())
    both = last.left_join(came, ["customer_id", "kind"])
    over = last.day <= ibis.literal(sift.sieve.as_of - timedelta(days=lapse_window_days + 1))
    return both.select(
        *(last[name] for name in ("customer_id", "type", "measure", "points", "value", "choice", "day")),
        is_over=over,
        has_returned=came.returned_on.notnull(),
    )


def _list_last(sift: Sift, asked: Sequence[str], column: Literal["type", "measure"]) -> Table:
    """The last answer of each known customer to what was asked."""
    answers = sift.answers
    answers = answers.filter(
        answers.customer_id.notnull(),
        answers[column].isin(list(asked)),
        answers.choice != NOT_APPLICABLE,
        answers.value.notnull(),
    )
    place = answers.answer_id
    return answers.group_by(["customer_id", answers[column].name("kind")]).aggregate(
        type=answers.type.argmax(place),
        measure=answers.measure.argmax(place),
        points=answers.points.fill_null(0).argmax(place),
        value=answers.value.argmax(place),
        choice=answers.choice.argmax(place),
        day=answers.day.argmax(place),
    )


def list_orders(sift: Sift) -> Table:
    """Whoever comes back to another store comes back: the page's filters narrow what was said only."""
    orders = sift.facts.tables["orders"]
    return orders.filter(
        orders.counted, orders.customer_id.notnull(), orders.day < ibis.literal(sift.sieve.as_of)
    )


def _count_intentions(sift: Sift, lapse_window_days: int) -> list[Intention]:
    """What was said of coming back and of other shops, beside what was done; whose time is not over is left out."""
    found: dict[tuple[str, str], list[int]] = {}
    for row in _count_last(sift, INTENTIONS, lapse_window_days, "measure"):
        said = read_intention(row["type"], row["value"], row["points"])
        if row["is_over"] and said:
            pair = found.setdefault((row["measure"], said), [0, 0])
            pair[0] += row["n"] if row["has_returned"] else 0
            pair[1] += row["n"]
    return [
        Intention(measure=measure, said=said, returned=make_share(*found[measure, said]))
        for measure in INTENTIONS
        for said in ("yes", "unsure", "no")
        if (measure, said) in found
    ]


def read_intention(type_: str, value: int, points: int | None) -> Literal["yes", "unsure", "no", ""]:
    """Yes, perhaps or no, from a scale or from yes and no; options in words are in nobody's order."""
    if type_ == "yes_no":
        return "yes" if value else "no"
    scale = find_points(type_, points)
    if not scale:
        return ""
    place = place_on_scale(value, scale, starts_at_zero=type_ == "nps")
    return "yes" if place >= SAYS_YES_FROM else "no" if place <= SAYS_NO_UP_TO else "unsure"


def list_people(
    sift: Sift, kind: Kind, cell: Cell, lapse_window_days: int, *, limit: int, offset: int = 0
) -> People:
    """The customers of a cell of the grid, who answered last first."""
    if not sift.is_told:
        return People(people=[], n=0, receipt=sift.write_receipt())
    followed = _follow(sift, [kind], lapse_window_days, "type")
    said, did = IN_CELL[cell]
    values = _list_values(kind, said)
    in_cell = followed.filter(
        followed.is_over,
        followed.has_returned == ibis.literal(did == "returned"),
        ibis.or_(
            *((followed.points == points) & followed.value.isin(found) for points, found in values.items())
        )
        if values
        else ibis.literal(False),
    )
    n = sift.run(in_cell.aggregate(n=in_cell.count()))[0]["n"]
    orders = list_orders(sift)
    last = orders.group_by("customer_id").aggregate(last_order=orders.day.max())
    page = in_cell.order_by([ibis.desc("day"), "customer_id"]).limit(limit, offset=offset)
    both = page.left_join(last, "customer_id").select(page, last.last_order)
    rows = sift.run(both.order_by([ibis.desc("day"), "customer_id"]))
    return People(
        people=[
            Person(
                customer=row["customer_id"],
                value=row["value"],
                points=find_points(kind, row["points"]),
                day=row["day"],
                last_order=row["last_order"],
            )
            for row in rows
        ],
        n=n,
        receipt=sift.write_receipt(),
    )


def _list_values(kind: Kind, said: Said) -> dict[int, list[int]]:
    """By what the facts say of the scale's length, the values that mean so."""
    lengths = (0, *range(3, 12)) if kind == "csat" else (0, 7, 11)
    return {
        points: [value for value in range(12) if judge(kind, value, points) == said] for points in lengths
    }
