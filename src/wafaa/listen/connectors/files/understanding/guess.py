"""Which column is which field, by its heading and by what it holds."""

import re

from wafaa.listen.connectors.files.rules import FIELDS_OF, KINDS, NUMBER_FIELDS, Column, Kind, Mapping
from wafaa.listen.connectors.files.understanding.synonyms import names_by_text, plain

# Below this a guess is worse than a question.
SURE_ENOUGH = 0.45
# Under these headings what is no number is a bad row, not another column.
PLAIN_NUMBERS = frozenset(
    map(
        plain,
        (
            "quantity",
            "qty",
            "unit price",
            "price",
            "الكمية",
            "سعر الوحدة",
            "السعر",
            "line total",
            "order total",
        ),
    )
)
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_HASH_NUMBER = re.compile(r"^#\s?\d+$")
_NAME = re.compile(r"^[^\d@]{2,}$")


def guess_kind(columns: list[Column]) -> Kind:
    """What the file is a list of, by headings that are known to the letter; orders where that is open."""
    named = {
        kind: {known[0] for column in columns if (known := names_by_text(kind).get(plain(column.header)))}
        for kind in KINDS
    }
    if "order_id" in named["orders"]:
        return "orders"
    has_amount = bool(named["orders"] & {"quantity", "line_total", "order_total"})
    if has_amount and "ordered_at" in named["orders"]:
        return "orders"
    of_products = named["products"] & {
        "sku",
        "product_name",
        "barcode",
        "unit_cost",
        "category",
        "unit_price",
    }
    of_customers = named["customers"] & {
        "customer_id", "customer_name", "email", "phone", "birth_date", "city", "tags",
    }  # fmt: skip
    says_who = bool(of_customers & {"email", "phone"}) or "customer_id" in named["orders"]
    if says_who and len(of_customers) > 1 and not of_products & {"sku", "unit_cost", "unit_price", "barcode"}:
        return "customers"
    is_dated = "ordered_at" in named["orders"]
    if len(of_products) > 1 and not says_who and ("unit_cost" in of_products or not is_dated):
        return "products"
    return "orders"


def guess_mapping(columns: list[Column], kind: Kind) -> Mapping:
    """The surest pairs first; each column and each field at most once."""
    scored = sorted(
        (
            (-score, place, field)
            for place, column in enumerate(columns)
            for field, score in _score(column, kind).items()
            if score >= SURE_ENOUGH
        )
    )
    mapping: Mapping = {}
    for _, place, field in scored:
        if field not in mapping and place not in mapping.values():
            mapping[field] = place
    return mapping


def _score(column: Column, kind: Kind) -> dict[str, float]:
    """How well the column fits each field, from 0 to 1."""
    if column.kind == "empty":
        return {}
    scores = _by_heading(column.header, kind)
    _by_content(column, scores)
    return {
        field: score for field, score in scores.items() if field in FIELDS_OF[kind] and _fits(column, field)
    }


def _by_heading(header: str, kind: Kind) -> dict[str, float]:
    name = plain(header)
    known = names_by_text(kind)
    if name in known:
        field, sure = known[name]
        return {field: sure}
    words = set(name.split())
    scores: dict[str, float] = {}
    for text, (field, sure) in known.items():
        theirs = set(text.split())
        if words and theirs <= words:
            scores[field] = max(scores.get(field, 0.0), sure * (0.4 + 0.5 * len(theirs) / len(words)))
    return scores


def _by_content(column: Column, scores: dict[str, float]) -> None:
    examples = column.examples
    if examples and all(_EMAIL.match(value) for value in examples):
        scores["email"] = max(scores.get("email", 0.0), 0.9)
    if examples and all(_HASH_NUMBER.match(value) for value in examples):
        scores["order_id"] = max(scores.get("order_id", 0.0), 0.97)
        scores.pop("customer_name", None)
    if "customer_id" in scores and column.kind == "text" and all(_NAME.match(value) for value in examples):
        scores["customer_name"] = scores.pop("customer_id")  # "customer" above names
    if column.kind == "date" and not scores:
        scores["ordered_at"] = 0.5


def _fits(column: Column, field: str) -> bool:
    if field in {"ordered_at", "valid_from"}:
        return bool(column.date_formats)
    if field == "birth_date":
        return column.kind == "date"
    if field in NUMBER_FIELDS:
        return column.kind == "number" or plain(column.header) in PLAIN_NUMBERS
    if field in {"order_id", "sku", "customer_id", "phone", "barcode"}:
        return column.kind != "date"
    return column.kind == "text" or field in {"store", "channel", "status", "category"}
