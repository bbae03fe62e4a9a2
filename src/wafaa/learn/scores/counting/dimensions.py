"""Groups that an answer does not tell itself: those of its product, and of its customer's orders."""

from typing import Any

from ibis.expr.types import Table

from wafaa.learn.measures.counting.groups import list_customers_by
from wafaa.learn.measures.rules import Question
from wafaa.learn.scores.counting.sifting import COLUMNS, Sift
from wafaa.learn.scores.rules import By


def add_group(sift: Sift, answers: Table, by: By) -> Table:
    """The answers with the `group` of each; whoever's customer or product is not known has none and is left out."""
    if by in COLUMNS:
        return answers.mutate(group=answers[COLUMNS[by]])
    groups = _list_groups(sift, by)
    (key,) = (name for name in groups.columns if name != "group")
    joined: Any = answers.join(groups, key)
    found: Table = joined.select(*answers.columns, "group")
    return found


def _list_groups(sift: Sift, by: By) -> Table:
    """Of each product its category, of each customer the country, the RFM group or the month of the first order."""
    tables = sift.facts.tables
    if by == "category":
        return tables["products"].select("product_id", group=tables["products"].category)
    if by == "country":
        return tables["customers"].select("customer_id", group=tables["customers"].country)
    question = Question(
        as_of=sift.sieve.as_of,
        lapse_window_days=sift.sieve.lapse_window_days,
        currency=sift.sieve.currency,
    )
    if by == "rfm_group":
        return list_customers_by(sift.facts, question, by, sift.queries)
    return list_customers_by(sift.facts, question, "acquisition_month", sift.queries)
