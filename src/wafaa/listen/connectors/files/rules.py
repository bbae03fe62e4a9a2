"""The words of this room: the fields an order file can tell, what was read, and the answers that an import needs."""

from dataclasses import dataclass, field
from typing import Literal

# The fields that a column can be, in the order in which people are asked.
FIELDS: tuple[str, ...] = (
    "order_id",
    "ordered_at",
    "customer_id",
    "customer_name",
    "email",
    "phone",
    "language",
    "birth_date",
    "country",
    "city",
    "store",
    "channel",
    "currency",
    "sku",
    "product_name",
    "category",
    "quantity",
    "unit_price",
    "line_total",
    "order_total",
    "line_discount",
    "order_discount",
    "tax",
    "shipping",
    "unit_cost",
    "status",
)
CUSTOMER_FIELDS: tuple[str, ...] = (
    "customer_id",
    "customer_name",
    "email",
    "phone",
    "language",
    "country",
    "city",
    "birth_date",
    "tags",
    "marketing_consent",
    "email_consent",
    "sms_consent",
)
# A yes or no, and the ways of reaching somebody with offers that it speaks of; what names one way stands before what names all.
CONSENT_FIELDS: dict[str, tuple[str, ...]] = {
    "marketing_consent": ("email", "sms"),
    "email_consent": ("email",),
    "sms_consent": ("sms",),
}
PRODUCT_FIELDS: tuple[str, ...] = (
    "sku",
    "product_name",
    "category",
    "unit_cost",
    "valid_from",
    "unit_price",
    "currency",
    "barcode",
)
# What a file is a list of.
Kind = Literal["orders", "customers", "products"]
KINDS: tuple[Kind, ...] = ("orders", "customers", "products")
FIELDS_OF: dict[Kind, tuple[str, ...]] = {
    "orders": FIELDS,
    "customers": CUSTOMER_FIELDS,
    "products": PRODUCT_FIELDS,
}
# By its date a file says whether the day or the month comes first.
DATE_FIELD_OF: dict[Kind, str] = {"orders": "ordered_at", "customers": "birth_date", "products": "valid_from"}
# One of these says whom or what a row is about; the first one is asked for.
KEY_FIELDS_OF: dict[Kind, tuple[str, ...]] = {
    "orders": (),
    "customers": ("customer_id", "email", "phone"),
    "products": ("sku", "product_name"),
}
# What stands behind it is the key of a customer's own field: "attribute:Favourite colour".
ATTRIBUTE = "attribute:"
NUMBER_FIELDS = frozenset(
    {
        "quantity", "unit_price", "line_total", "order_total", "line_discount", "order_discount",
        "tax", "shipping", "unit_cost",
    }
)  # fmt: skip
# One of these says what was paid.
AMOUNT_FIELDS: tuple[str, ...] = ("unit_price", "line_total", "order_total")

Mapping = dict[str, int]  # field -> place of its column
ColumnKind = Literal["empty", "number", "date", "text"]


def list_missing(kind: Kind, mapping: Mapping) -> list[str]:
    """The fields without which nothing of such a file can be imported."""
    if kind != "orders":
        keys = KEY_FIELDS_OF[kind]
        return [] if set(keys) & set(mapping) else [keys[0]]
    missing = [] if "ordered_at" in mapping else ["ordered_at"]
    return missing if set(AMOUNT_FIELDS) & set(mapping) else [*missing, "unit_price"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What reading said about a file as a whole."""

    kind: Literal["text", "sheet", "parquet"]
    compressed: bool
    encoding: str
    delimiter: str  # "" for workbooks and Parquet, " " for runs of white space
    headers: list[str]  # made up (column 1, column 2 ...) where the file has none
    has_header: bool
    rows: int
    problems: int
    has_arabic_digits: bool


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What a reader found out about its file."""

    encoding: str
    delimiter: str
    headers: list[str]
    has_header: bool


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the file is to be understood besides its mapping. None where nobody has said yet."""

    kind: Literal["", "orders", "customers", "products"] = ""  # what the file is a list of; "" is guessed
    time_zone: str = "UTC"  # of times without a zone
    currency: str = ""  # of amounts without a currency column
    country: str = "SA"  # of phone numbers without a country code
    source: str = "file"  # the system that numbered the orders
    day_first: bool | None = None
    decimal: Literal[".", ","] | None = None
    refund_prefix: str | None = None  # "" for none
    replaces_demo: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    """What the whole column looks like."""

    header: str
    filled: int
    distinct: int
    examples: list[str] = field(default_factory=list)
    kind: ColumnKind = "text"
    date_formats: list[str] = field(default_factory=list)
    whole_as_decimal: bool = False  # ids such as 17850.0
    is_clean: bool = False  # every filled cell stands for itself: no blanks around, no Arabic digits
    chars: int = 0  # of its longest cell
    is_plain: bool = False  # every filled cell is a number as SQL reads it


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """The guess about a file, shown before anything is done."""

    columns: list[Column]
    mapping: Mapping
    options: Options
    ambiguous_example: str = ""  # a date that can be read in two ways
    missing: list[str] = field(default_factory=list)  # fields without which nothing can be imported


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What a file would bring, said before publishing."""

    lines: int
    good_lines: int
    counted_lines: int
    orders: int
    counted_customers: int  # with a counted order
    counted_orders: int
    refunds: int
    customers: int
    orders_without_customer: int
    cancelled_orders: int
    problems: int
    events: int
    gross_minor: int  # of counted lines of counted orders, in `currency`
    refunded_minor: int
    currency: str  # the one of most orders
    other_currencies: list[str]
    first_day: str
    last_day: str
    kind: Kind = "orders"
    products: int = 0  # of a list of products
    costs: int = 0  # rows of it that tell a unit cost
