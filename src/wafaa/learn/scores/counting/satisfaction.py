"""Satisfaction over the whole shop: the three scores, their trend, and what was sold and given back meanwhile."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import ibis
from ibis.expr.types import Table

from wafaa.learn.measures.periods import find_previous
from wafaa.learn.measures.rules import Period
from wafaa.learn.scores.counting.groups import merge_csat
from wafaa.learn.scores.counting.results import count_turnout, fill_pieces, find_points
from wafaa.learn.scores.counting.sifting import Sift
from wafaa.learn.scores.figures import lay_out, make_difference, make_score, make_trend
from wafaa.learn.scores.rules import (
    HEADLINES,
    NOT_APPLICABLE,
    Headline,
    Kind,
    Month,
    ProductSaid,
    Satisfaction,
    ScoreFigure,
)

# So many products stand beside their sales; those with most answers.
PRODUCTS_MAX = 25
STARS = 5
Rows = Sequence[Mapping[str, Any]]


def count_satisfaction(sift: Sift, currency: str) -> Satisfaction:
    """`currency` is that of the sales; orders in others stand nowhere here."""
    if not sift.is_told:
        return Satisfaction(
            grain=sift.grain, headlines=[], months=[], products=[], listed={}, receipt=sift.write_receipt()
        )
    _turnout, listed = count_turnout(sift)
    rows = _count_said(sift)
    before = _count_before(sift)
    return Satisfaction(
        grain=sift.grain,
        headlines=[
            headline for kind in HEADLINES if (headline := _write_headline(sift, kind, rows, before)).score.n
        ],
        months=_list_pieces(sift, rows, currency),
        products=_list_products(sift, currency),
        listed=listed,
        receipt=sift.write_receipt(),
    )


def _keep_headlines(answers: Table) -> Table:
    return answers.filter(
        answers.type.isin(list(HEADLINES)), answers.value.notnull(), answers.choice != NOT_APPLICABLE
    )


def _count_said(sift: Sift) -> Rows:
    said = _keep_headlines(sift.answers)
    return sift.run(
        said.select("type", "points", "value", piece=sift.number_piece(said.day))
        .group_by(["type", "points", "value", "piece"])
        .aggregate(n=ibis._.count())
    )


def _count_before(sift: Sift) -> Rows:
    """The same of the period before; nothing where everything was asked for."""
    if sift.sieve.period is None:
        return []
    answers = sift.within(sift.narrow(sift.everything("answers")), find_previous(sift.period))
    said = _keep_headlines(answers)
    return sift.run(said.group_by(["type", "points", "value"]).aggregate(n=said.count()))


def count_scale(rows: Rows, kind: Kind) -> list[int]:
    """What a score is made of: of CSAT the satisfied and the others, since its scales differ."""
    told = [row for row in rows if row["type"] == kind]
    if kind == "csat":
        return merge_csat(told)
    counts: Counter[int] = Counter()
    for row in told:
        counts[row["value"]] += row["n"]
    return lay_out(counts, kind, find_points(kind, None))


def name_kind(kind: Kind) -> Kind:
    """What the counts of `count_scale` are."""
    return "share" if kind == "csat" else kind


def _write_headline(sift: Sift, kind: Kind, rows: Rows, before: Rows) -> Headline:
    now, then = count_scale(rows, kind), count_scale(before, kind)
    by_piece: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["type"] == kind:
            by_piece[row["piece"]].append(row)
    pieces = {number: count_scale(told, kind) for number, told in by_piece.items()}
    return Headline(
        kind=kind,
        score=replace(make_score(now, name_kind(kind)), kind=kind),
        before=replace(make_score(then, name_kind(kind)), kind=kind) if sum(then) else None,
        change=replace(make_difference(now, then, name_kind(kind)), kind=kind) if sum(then) else None,
        trend=make_trend(fill_pieces(sift, pieces), name_kind(kind)),
    )


def _list_pieces(sift: Sift, rows: Rows, currency: str) -> list[Month]:
    """Every week or month with an answer, beside the shop's sales and refunds in it."""
    by_piece: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_piece[row["piece"]].append(row)
    gross = _sum_pieces(sift, "orders", "gross_minor", currency)
    refunds = _sum_pieces(sift, "refunds", "amount_minor", currency)
    found = []
    for number in sorted(by_piece):
        told = by_piece[number]
        scores: dict[str, ScoreFigure] = {
            kind: replace(make_score(count_scale(told, kind), name_kind(kind)), kind=kind)
            for kind in HEADLINES
            if any(row["type"] == kind for row in told)
        }
        found.append(
            Month(
                start=sift.start_of_piece(number),
                scores=scores,
                gross_minor=gross.get(number, 0),
                refunds_minor=refunds.get(number, 0),
            )
        )
    return found


def _sum_pieces(sift: Sift, name: str, amount: str, currency: str) -> dict[int, int]:
    table = list_sold(sift, name, currency)
    table = sift.within(table, sift.period)
    told = table.select(piece=sift.number_piece(table.day), amount=table[amount])
    rows = sift.run(told.group_by("piece").aggregate(amount=told.amount.sum()))
    return {row["piece"]: int(row["amount"] or 0) for row in rows}


def list_sold(sift: Sift, name: str, currency: str) -> Table:
    """Counted orders, or refunds, in the currency and of the stores that are asked for."""
    table, sieve = sift.facts.tables[name], sift.sieve
    kept = [table.currency == currency, table.day < ibis.literal(sieve.as_of)]
    if name == "orders":
        kept.append(table.counted)
    if sieve.stores is not None:
        kept.append(table.store_id.isin(list(sieve.stores)) if sieve.stores else ibis.literal(False))
    if sieve.store is not None:
        kept.append(table.store_id == sieve.store)
    return table.filter(*kept)


def _list_products(sift: Sift, currency: str) -> list[ProductSaid]:
    """What was said of products by surveys and reviews, beside their sales; those first of which most was said."""
    answers = sift.answers
    said = answers.filter(answers.product_id.notnull(), answers.type == "csat", answers.value.notnull())
    rows = sift.run(said.group_by(["product_id", "points", "value"]).aggregate(n=said.count()))
    by_product: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_product[row["product_id"]].append(row)
    counts = {product: merge_csat(told) for product, told in by_product.items()}
    stars = _count_stars(sift)
    said_of = Counter({product: sum(told) for product, told in counts.items()})
    said_of.update({product: sum(told) for product, told in stars.items()})
    chosen = sorted(said_of, key=lambda product: (-said_of[product], product))[:PRODUCTS_MAX]
    if not chosen:
        return []
    gross, before, refunds = _sell(sift, chosen, currency)
    return [
        ProductSaid(
            product=product,
            score=replace(make_score(counts.get(product, [0, 0]), "share"), kind="csat"),
            stars=make_score(stars.get(product, [0] * STARS), "mean"),
            gross_minor=gross.get(product, 0),
            gross_before_minor=before.get(product, 0) if sift.sieve.period else None,
            refunds_minor=refunds.get(product, 0),
        )
        for product in chosen
    ]


def _count_stars(sift: Sift) -> dict[int, list[int]]:
    """How often each number of stars was given to every product."""
    reviews = list_reviews(sift)
    if reviews is None:
        return {}
    told = reviews.filter(reviews.product_id.notnull())
    rows = sift.run(told.group_by(["product_id", "rating"]).aggregate(n=told.count()))
    values: dict[int, Counter[int]] = defaultdict(Counter)
    for row in rows:
        values[row["product_id"]][row["rating"]] += row["n"]
    return {product: lay_out(found, "mean", STARS) for product, found in values.items()}


def list_reviews(sift: Sift) -> Table | None:
    """Those of the period, whether they were published or not: leaving out the bad ones would flatter."""
    sieve = sift.sieve
    if "reviews" not in sift.facts.tables:
        return None
    reviews = sift.within(sift.facts.tables["reviews"], sift.period)
    kept = [reviews.day < ibis.literal(sieve.as_of)]
    if sieve.stores is not None:
        kept.append(reviews.store_id.isin(list(sieve.stores)) if sieve.stores else ibis.literal(False))
    if sieve.store is not None:
        kept.append(reviews.store_id == sieve.store)
    if sieve.product is not None:
        kept.append(reviews.product_id == sieve.product)
    return sift.keep_members(reviews.filter(*kept))


def _sell(
    sift: Sift, products: Sequence[int], currency: str
) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """What products sold in the period and in the one before, and what was given back of them in the period."""

    def add_up(head: str, lines: str, key: str, period: Period) -> dict[int, int]:
        heads = sift.within(list_sold(sift, head, currency), period).select(key)
        told = sift.facts.tables[lines]
        kept = [told.product_id.isin(list(products))]
        if lines == "order_lines":
            kept.append(told.counted)
        both = told.filter(*kept).join(heads, key)
        rows = sift.run(both.group_by("product_id").aggregate(amount=both.amount_minor.sum()))
        return {row["product_id"]: int(row["amount"] or 0) for row in rows}

    period = sift.period
    before = find_previous(period) if sift.sieve.period else None
    return (
        add_up("orders", "order_lines", "order_id", period),
        add_up("orders", "order_lines", "order_id", before) if before else {},
        add_up("refunds", "refund_lines", "refund_id", period),
    )
