"""One product over time: what is said of it, beside what it sells and what comes back."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from wafaa.learn.scores.counting.groups import merge_csat
from wafaa.learn.scores.counting.results import PIECES_MAX
from wafaa.learn.scores.counting.satisfaction import STARS, list_reviews, list_sold
from wafaa.learn.scores.counting.sifting import Sift
from wafaa.learn.scores.figures import lay_out, make_score, make_trend
from wafaa.learn.scores.rules import ProductPath, ScoreFigure, Sold, TrendPoint

Pieces = Mapping[int, Sequence[int]]


def count_product(sift: Sift) -> ProductPath:
    """The sieve's product in weeks or months, of which all three ways of looking at it are told."""
    said = _count_said(sift) if sift.is_told else {}
    stars = _count_stars(sift)
    gross = _sum_lines(sift, "orders", "order_lines", "order_id")
    refunds = _sum_lines(sift, "refunds", "refund_lines", "refund_id")
    numbers = sorted({*said, *stars, *gross, *refunds})
    span = range(max(numbers[0], numbers[-1] - PIECES_MAX + 1), numbers[-1] + 1) if numbers else range(0)
    satisfied, satisfied_trend = _score(sift, said, span, 2)
    rated, stars_trend = _score(sift, stars, span, STARS)
    return ProductPath(
        grain=sift.grain,
        satisfied=replace(satisfied, kind="csat"),
        stars=rated,
        satisfied_trend=[replace(one, score=replace(one.score, kind="csat")) for one in satisfied_trend],
        stars_trend=stars_trend,
        sold=[
            Sold(
                start=sift.start_of_piece(number),
                gross_minor=gross.get(number, 0),
                refunds_minor=refunds.get(number, 0),
            )
            for number in span
        ],
        receipt=sift.write_receipt(),
    )


def _score(sift: Sift, pieces: Pieces, span: range, length: int) -> tuple[ScoreFigure, list[TrendPoint]]:
    """Of the whole and of every piece: of two counts the share, of more the mean."""
    kind = "share" if length == 2 else "mean"
    empty = [0] * length
    filled: dict[date, Sequence[int]] = {
        sift.start_of_piece(number): pieces.get(number, empty) for number in span
    }
    whole = [sum(column) for column in zip(*filled.values(), strict=True)] or empty
    return make_score(whole, kind), make_trend(filled, kind)  # type: ignore[arg-type]


def _count_said(sift: Sift) -> Pieces:
    """Satisfied or not, by the surveys about the product."""
    answers = sift.answers
    answers = answers.filter(answers.type == "csat", answers.value.notnull())
    told = answers.select("points", "value", piece=sift.number_piece(answers.day))
    rows = sift.run(told.group_by(["piece", "points", "value"]).aggregate(n=told.count()))
    by_piece: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_piece[row["piece"]].append(row)
    return {number: merge_csat(found) for number, found in by_piece.items()}


def _count_stars(sift: Sift) -> Pieces:
    """The stars of its reviews."""
    reviews = list_reviews(sift)
    if reviews is None:
        return {}
    told = reviews.select("rating", piece=sift.number_piece(reviews.day))
    rows = sift.run(told.group_by(["piece", "rating"]).aggregate(n=told.count()))
    by_piece: dict[int, Counter[int]] = defaultdict(Counter)
    for row in rows:
        by_piece[row["piece"]][row["rating"]] += row["n"]
    return {number: lay_out(values, "mean", STARS) for number, values in by_piece.items()}


def _sum_lines(sift: Sift, head: str, lines: str, key: str) -> dict[int, int]:
    """What the product's lines brought, or what was given back of them, by week or month."""
    if not {head, lines} <= set(sift.facts.tables):
        return {}
    heads = sift.within(list_sold(sift, head, sift.sieve.currency), sift.period)
    heads = heads.select(key, piece=sift.number_piece(heads.day))
    told = sift.facts.tables[lines]
    kept = [told.product_id == sift.sieve.product]
    if lines == "order_lines":
        kept.append(told.counted)
    both = told.filter(*kept).join(heads, key)
    rows = sift.run(both.group_by("piece").aggregate(amount=both.amount_minor.sum()))
    return {row["piece"]: int(row["amount"] or 0) for row in rows}
