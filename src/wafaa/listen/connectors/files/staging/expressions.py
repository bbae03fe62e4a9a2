"""The SQL of what a line amounts to, depending on which columns the file has."""

from collections.abc import Callable

from wafaa.kit.money import decimals_of
from wafaa.listen.connectors.files.rules import FIELDS, Options, Understanding
from wafaa.listen.connectors.files.staging.cells import Cell
from wafaa.listen.connectors.files.understanding.currencies import codes
from wafaa.listen.connectors.files.understanding.database import quoted

# An order number that ten thousand lines share is no order number; its event would not fit a message either.
LINES_MAX = 10_000
# A hundred billion per line: what it adds up to in an order still fits 64 bits of minor units.
AMOUNT_MAX = 100_000_000_000
# What a file adds up to, in units; in minor units of three decimals it still fits 64 bits.
TOTAL_MAX = 5_000_000_000_000_000
TRAITS = ("customer_number", "customer_name", "email", "phone", "language", "birth_date", "country", "city")
_TYPES = {"birth_date": "DATE"}


def line_values(understanding: Understanding, cells: dict[str, Cell]) -> dict[str, str]:
    """What stands in the places of stage_lines.sql."""
    mapping, options = understanding.mapping, understanding.options
    values: dict[str, str] = {}
    for field in FIELDS:
        is_number = field in {"order_discount", "tax", "shipping", "unit_cost", "line_discount"}
        kind = "DECIMAL(20, 6)" if is_number else _TYPES.get(field, "VARCHAR")
        values[field] = field if field in mapping else f"NULL::{kind}"
    values["phone"] = "coalesce(phone_number.e164, phone)" if "phone" in mapping else "NULL::VARCHAR"
    values["currency"] = f"coalesce({values['currency']}, {quoted(options.currency)})"
    values["sku"] = f"coalesce({values['sku']}, left({values['product_name']}, 200))"
    values["distinct_id"] = (
        f"coalesce({values['customer_id']}, 'email:' || {values['email']}, 'phone:' || {values['phone']})"
    )
    values["pieces"], values["price"] = _pieces_and_price(understanding)
    values["order_id"] = "order_id" if "order_id" in mapping else _made_up_id(values, options)
    values["has_prefix"] = _has_prefix(understanding)
    values["standing"] = "coalesce(status, '')" if "status" in mapping else "''"
    values["source"] = _source(understanding)
    return values


def _source(understanding: Understanding) -> str:
    mapping = understanding.mapping
    source = "(SELECT * FROM typed WHERE NOT is_bad)"
    if _is_told_per_order(understanding):
        # the order's total counts once, from the first line that has it
        source = (
            f"(SELECT * FROM {source} WHERE order_total IS NOT NULL "
            "QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY line) = 1)"
        )
    if "phone" in mapping:
        source += " AS typed_line LEFT JOIN phone_number ON phone_number.given = typed_line.phone"
    return source


def _is_told_per_order(understanding: Understanding) -> bool:
    mapping = understanding.mapping
    return "order_id" in mapping and not {"unit_price", "line_total"} & set(mapping)


def _pieces_and_price(understanding: Understanding) -> tuple[str, str]:
    """A total becomes pieces at a price where that gives exactly the total back, else one piece."""
    mapping = understanding.mapping
    quantity = "quantity" if "quantity" in mapping else "1"
    if "unit_price" in mapping:
        return quantity, "unit_price"
    total = "line_total" if "line_total" in mapping else "order_total"
    if quantity == "1":
        return f"CASE WHEN {total} < 0 THEN -1 ELSE 1 END", f"abs({total})"
    if _is_told_per_order(understanding):
        one = f"CASE WHEN {total} < 0 OR quantity < 0 THEN -1 WHEN quantity = 0 THEN 0 ELSE 1 END"
        return one, f"abs({total})"
    each = f"CAST(round(abs({total} / nullif(quantity, 0)), 6) AS DECIMAL(20, 6))"
    is_exact = (
        f"abs(quantity) * {each} = abs({total}) OR round(abs(quantity) * {each}, 3) = round(abs({total}), 3)"
    )
    sign = f"CASE WHEN {total} < 0 OR quantity < 0 THEN -1 ELSE 1 END"
    pieces = f"CASE WHEN quantity = 0 THEN 0 WHEN {is_exact} THEN abs(quantity) * {sign} ELSE {sign} END"
    price = f"CASE WHEN quantity <> 0 AND ({is_exact}) THEN {each} ELSE abs({total}) END"
    return pieces, price


def _made_up_id(values: dict[str, str], options: Options) -> str:
    """The buyer, the local time and the count of equal ones: the same again for the same file, and for a corrected one."""
    local = f"timezone({quoted(options.time_zone)}, timezone('UTC', ordered_at))"
    time = f"replace(strftime({local}, '%Y-%m-%dT%H:%M:%S'), 'T00:00:00', '')"
    buyer = f"coalesce({values['customer_id']}, left(md5({values['distinct_id']}), 12), '-')"
    count = f"row_number() OVER (PARTITION BY {values['distinct_id']}, ordered_at, {values['store']} ORDER BY line)"
    store = f"coalesce({values['store']} || '/', '')"
    return f"left({store} || {buyer} || '/' || {time} || '/' || {count}, 200)"


def _has_prefix(understanding: Understanding) -> str:
    prefix = understanding.options.refund_prefix
    if not prefix or "order_id" not in understanding.mapping:
        return "false"
    return f"starts_with(upper(order_id), {quoted(prefix.upper())})"


def make_original(options: Options) -> str:
    """The number of the order that a prefixed number gives back: what is left of it."""
    length = len(options.refund_prefix or "")
    return f"ltrim(substr(order_id, {length + 1}), '-_ #/')"


def in_minor(amount: str, currency: str, understanding: Understanding) -> str:
    """The amount in minor units, halves away from zero, as PostgreSQL's and DuckDB's round() do on decimals."""

    def scaled(decimals: int) -> str:
        return (
            f"CAST(CAST(round({amount}, {decimals}) AS DECIMAL(30, {decimals})) * {10**decimals} AS BIGINT)"
        )

    return _by_decimals(scaled, currency, understanding)


def minor_as_text(minor: str, currency: str, understanding: Understanding) -> str:
    """Minor units as an exact decimal text."""

    def divided(decimals: int) -> str:
        unit = f"CAST('1e-{decimals}' AS DECIMAL({decimals + 1}, {decimals}))"
        return f"CAST({minor} * {unit} AS VARCHAR)"

    return _by_decimals(divided, currency, understanding)


def _by_decimals(expression: Callable[[int], str], currency: str, understanding: Understanding) -> str:
    """The expression for the file's one currency, or for each number of decimals that a currency may have."""
    if "currency" not in understanding.mapping:
        return expression(decimals_of(understanding.options.currency))
    others: dict[int, list[str]] = {}
    for code in sorted(codes()):
        if (decimals := decimals_of(code)) != 2:
            others.setdefault(decimals, []).append(quoted(code))
    cases = "".join(
        f" WHEN {currency} IN ({', '.join(listed)}) THEN {expression(decimals)}"
        for decimals, listed in others.items()
    )
    return f"CASE{cases} ELSE {expression(2)} END"


def cost_minor(understanding: Understanding) -> str:
    if "unit_cost" not in understanding.mapping:
        return "NULL::BIGINT"
    return in_minor("pieces * unit_cost", "document.currency", understanding)


def traits_of(understanding: Understanding) -> list[str]:
    """What the file says about customers."""
    fields = set(understanding.mapping)
    told = {"customer_number" if field == "customer_id" else field for field in fields}
    return [trait for trait in TRAITS if trait in told]
