"""The SQL that types one line: an expression per field, and what can be wrong with it."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from wafaa.listen.connectors.files.rules import (
    ATTRIBUTE,
    CONSENT_FIELDS,
    NUMBER_FIELDS,
    Mapping,
    Reading,
    Understanding,
)
from wafaa.listen.connectors.files.understanding.columns import (
    SIGN_PATTERN,
    dates_of,
    numbers_of,
    values_of,
)
from wafaa.listen.connectors.files.understanding.currencies import read_currency
from wafaa.listen.connectors.files.understanding.database import quoted

# What PostgreSQL's columns hold; a longer id is no id.
TEXT_CHARS_MAX = {
    "order_id": 190, "customer_id": 190, "sku": 200, "email": 190, "store": 100, "channel": 100, "country": 100,
    "city": 100, "product_name": 500, "category": 200, "customer_name": 300, "language": 10, "phone": 40, "status": 100,
    "currency": 40, "tags": 1000, "barcode": 100,
}  # fmt: skip
# An own field's value, as the customers room takes it.
ATTRIBUTE_CHARS_MAX = 500
# Cutting these changes nothing that is counted; a cut id would be another id.
CUT_FIELDS = frozenset(
    {"product_name", "category", "customer_name", "city", "language", "status", "channel", "country", "tags"}
)
CODES = frozenset({"order_id", "customer_id", "sku", "store", "email", "phone", "currency", "barcode"})
# A spreadsheet shows a long number as 8.71E+12 and writes it so: different ones become the same.
NUMBERED = frozenset({"order_id", "customer_id", "sku", "barcode", "phone"})
ROUNDED = r"^\s*\d(?:[.,]\d+)?[eE]\+\d{1,2}\s*$"
# A column of amounts has a handful of signs.
SIGNS_MAX = 50
# A number, but none of a shop.
HUGE = r"[-+]?\d+(?:\.\d+)?[eE]\+?\d{2,}"
# Quantities of millions and prices of billions pass.
QUANTITY_MAX = 1_000_000_000
PRICE_MAX = 1_000_000_000_000
FIRST_YEAR = 1970
FIRST_BIRTH_YEAR = 1900
# What a shop writes for a buyer whom it does not know.
NOBODY = (
    "0", "guest", "walk-in", "walk in", "walkin", "walk-in customer", "cash", "cash customer", "anonymous", "unknown",
    "default", "ضيف", "زائر", "عميل نقدي", "نقدي", "مجهول", "غير معروف",
)  # fmt: skip

# What lists of customers write for a consent.
YES = (
    "yes",
    "y",
    "true",
    "1",
    "subscribed",
    "granted",
    "opted in",
    "opt-in",
    "opt in",
    "نعم",
    "موافق",
    "مشترك",
)
NO = (
    "no", "n", "false", "0", "unsubscribed", "not subscribed", "denied", "opted out", "opt-out", "opt out", "لا",
    "غير موافق", "غير مشترك",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A typed field of the line: its SQL value, the table it is looked up in, and the (code, condition) of what can be wrong.

    Conditions may name the field's value by the field and the cell by `raw`. What `checks` finds costs the row, what
    `notes` finds only the cell.
    """

    field: str
    raw: str
    value: str
    join: str = ""
    checks: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


class CellMaker:
    """Makes the Cell of each mapped field; looks dates and unplain numbers up in tables of their different values."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        folder: Path,
        reading: Reading,
        understanding: Understanding,
    ) -> None:
        self.database = database
        self.folder = folder
        self.reading = reading
        self.understanding = understanding

    def make(self, field: str, *, until: str) -> Cell:
        """`until` is the first moment (UTC, ISO) that an order cannot have yet."""
        if field == "ordered_at":
            return self._make_time(field, until)
        if field == "valid_from":
            return self._make_time(field, "")
        if field == "birth_date":
            return self._make_birth_date(field, until)
        if field in CONSENT_FIELDS:
            return self._make_answer(field)
        if field.startswith(ATTRIBUTE):
            return self._make_attribute(field)
        if field in NUMBER_FIELDS:
            return self._make_number(field)
        return self._make_text(field)

    def text(self, field: str) -> str:
        """The SQL of a cell of a clean column."""
        place = self.understanding.mapping[field]
        name = f"c{place}"
        is_full = self.understanding.columns[place].filled == self.reading.rows
        return name if is_full else f"nullif({name}, '')"

    def _values(self, field: str) -> str:
        return values_of(self.understanding.mapping[field], self.folder, self.reading)

    def _make_text(self, field: str) -> Cell:
        column = self.understanding.columns[self.understanding.mapping[field]]
        name = f"c{self.understanding.mapping[field]}"
        limit = TEXT_CHARS_MAX[field]
        is_code = field in CODES
        checks = [("missing", "order_id IS NULL")] if field == "order_id" else []
        notes = (
            (("not_an_email", f"email IS NULL AND filled({name}) IS NOT NULL"),) if field == "email" else ()
        )
        if column.chars > limit and field not in CUT_FIELDS:
            checks.append(("too_long", f"length({name}) > {limit}"))
        if field in NUMBERED and not column.is_plain:
            checks.append(
                (
                    "rounded_number",
                    f"contains(upper({name}), 'E+') AND regexp_matches({name}, {quoted(ROUNDED)})",
                )
            )
        is_as_given = column.is_clean and column.chars <= limit and not (column.whole_as_decimal and is_code)
        if is_as_given and field not in {"customer_id", "email"}:
            return Cell(field=field, raw=name, value=self.text(field), checks=tuple(checks))
        text = "clean_text(v)"
        if column.whole_as_decimal and is_code:
            text = f"split_part({text}, '.', 1)"
        if field == "customer_id":
            text = f"CASE WHEN lower({text}) NOT IN ({', '.join(map(quoted, NOBODY))}) THEN {text} END"
        if field == "email":
            text = f"CASE WHEN contains({text}, '@') THEN lower({text}) END"
        self.database.execute(
            f"CREATE OR REPLACE TEMP TABLE read_{field} AS "
            f"SELECT given, left({text}, {limit}) AS value FROM ({self._values(field)})"
        )
        return Cell(
            field=field,
            raw=name,
            value=f"read_{field}.value",
            join=f"LEFT JOIN read_{field} ON read_{field}.given = {name}",
            checks=tuple(checks),
            notes=notes if self.understanding.options.kind == "customers" else (),
        )

    def _make_answer(self, field: str) -> Cell:
        name = f"c{self.understanding.mapping[field]}"
        text = f"lower(clean_text(filled({name})))"
        yes, no = (", ".join(map(quoted, words)) for words in (YES, NO))
        return Cell(
            field=field,
            raw=name,
            value=f"CASE WHEN {text} IN ({yes}) THEN 'true' WHEN {text} IN ({no}) THEN 'false' END",
            notes=(("not_yes_or_no", f"{field} IS NULL AND filled({name}) IS NOT NULL"),),
        )

    def _make_attribute(self, field: str) -> Cell:
        place = self.understanding.mapping[field]
        value = f"nullif(left(clean_text(filled(c{place})), {ATTRIBUTE_CHARS_MAX}), '')"
        return Cell(field=f"attribute_{place}", raw=f"c{place}", value=value)

    def _make_number(self, field: str) -> Cell:
        mapping, column = (
            self.understanding.mapping,
            self.understanding.columns[self.understanding.mapping[field]],
        )
        name = f"c{mapping[field]}"
        limit = QUANTITY_MAX if field == "quantity" else PRICE_MAX
        kind = "DECIMAL(18, 6)" if field == "quantity" else "DECIMAL(20, 6)"
        is_order = self.understanding.options.kind == "orders"
        is_required = is_order and field in _required_numbers(mapping)
        required = (("missing", f"{field} IS NULL"),) if is_required else ()
        if not is_order:
            required = (("negative", f"{field} < 0"),)
        if column.is_plain and self.understanding.options.decimal != ",":
            value = f"TRY_CAST({self.text(field)} AS {kind})"
            too_large = ("number_too_large", f"abs({field}) > {limit}")
            return Cell(field=field, raw=name, value=value, checks=(too_large, *required))
        read = "with_comma" if self.understanding.options.decimal == "," else "with_point"
        self.database.execute(
            f"CREATE OR REPLACE TEMP TABLE read_{field} AS SELECT given, "
            f"coalesce({read}, CASE WHEN regexp_full_match(v, {quoted(HUGE)}) THEN {PRICE_MAX} END) AS value, "
            f"CASE WHEN abs({read}) <= {limit} THEN CAST({read} AS {kind}) END AS fitting "
            f"FROM ({numbers_of(self._values(field))})"
        )
        return Cell(
            field=field,
            raw=name,
            value=f"read_{field}.fitting",
            join=f"LEFT JOIN read_{field} ON read_{field}.given = {name}",
            checks=(
                ("not_a_number", f"{field} IS NULL AND {field}_is_filled AND NOT {field}_is_number"),
                ("number_too_large", f"{field} IS NULL AND {field}_is_number"),
                *self._check_signs(field, name),
                *((("missing", f"NOT {field}_is_filled"),) if is_required else required),
            ),
        )

    def _check_signs(self, field: str, name: str) -> tuple[tuple[str, str], ...]:
        """Amounts beside which another currency stands than beside most; adding them up would be wrong.

        The sign of most is the file's currency, whatever it means elsewhere: a dollar may be Canadian.
        """
        mapping, currency = self.understanding.mapping, self.understanding.options.currency
        if "currency" in mapping or field == "quantity":
            return ()
        sign, shown = (f"regexp_extract(upper({cell}), {quoted(SIGN_PATTERN)})" for cell in ("given", name))
        found = self.database.execute(
            f"SELECT {sign} AS sign FROM read_{field} "
            f"WHERE sign <> '' GROUP BY sign ORDER BY count(*) DESC, sign LIMIT {SIGNS_MAX}"
        ).fetchall()
        usual = {"", currency, *(read_currency(one) for (one,) in found[:1])}
        foreign = [one for (one,) in found if read_currency(one) not in usual]
        listed = ", ".join(map(quoted, foreign))
        return (("other_sign", f"{shown} IN ({listed})"),) if foreign else ()

    def _make_time(self, field: str, until: str) -> Cell:
        options = self.understanding.options
        column = self.understanding.columns[self.understanding.mapping[field]]
        value = self._look_up_dates(field, column.date_formats, options.day_first, zone=options.time_zone)
        name = f"c{self.understanding.mapping[field]}"
        return Cell(
            field=field,
            raw=name,
            value=value,
            join=f"LEFT JOIN read_{field} ON read_{field}.given = {name}",
            checks=(
                *((("missing", f"{field} IS NULL AND NOT {field}_is_filled"),) if until else ()),
                ("not_a_date", f"{field} IS NULL AND {field}_is_filled"),
                ("date_too_early", f"{field} < TIMESTAMP '{FIRST_YEAR}-01-01'"),
                *((("date_in_future", f"{field} >= TIMESTAMP {quoted(until)}"),) if until else ()),
            ),
        )

    def _make_birth_date(self, field: str, until: str) -> Cell:
        """A birth date that cannot be one is left out; nothing else is lost for it."""
        formats = ["iso", "year_first", "day_first", "month_first", "named", "compact"]
        value = self._look_up_dates(field, formats, self.understanding.options.day_first, zone="UTC")
        name = f"c{self.understanding.mapping[field]}"
        return Cell(
            field=field,
            raw=name,
            value=f"CASE WHEN {value} >= '{FIRST_BIRTH_YEAR}-01-01' AND {value} < {quoted(until)} THEN CAST({value} AS DATE) END",
            join=f"LEFT JOIN read_{field} ON read_{field}.given = {name}",
            notes=(("not_a_birth_date", f"{field} IS NULL AND {field}_is_filled"),)
            if self.understanding.options.kind == "customers"
            else (),
        )

    def _look_up_dates(self, field: str, formats: list[str], day_first: bool | None, *, zone: str) -> str:
        is_sheet = self.reading.kind == "sheet"
        # a number in a column of other dates is a spreadsheet's date only in a spreadsheet
        kept = [kind for kind in formats if kind != "serial" or is_sheet or formats == ["serial"]]
        if day_first is not None:
            kept = [kind for kind in kept if kind != ("month_first" if day_first else "day_first")]
        absolute = [kind for kind in kept if kind in {"zoned", "epoch"}]
        local = [kind for kind in kept if kind not in {"zoned", "epoch"}]
        readers = [*absolute]
        if local:
            readers.append(f"timezone('UTC', timezone({quoted(zone)}, coalesce({', '.join(local)}, NULL)))")
        value = f"coalesce({', '.join(readers)}, NULL)" if readers else "NULL::TIMESTAMP"
        self.database.execute(
            f"CREATE OR REPLACE TEMP TABLE read_{field} AS SELECT given, {value} AS value FROM ({dates_of(self._values(field))})"
        )
        return f"read_{field}.value"


def _required_numbers(mapping: Mapping) -> set[str]:
    """Without these a line says nothing about money. An order's total may stand on its first line only."""
    amount = next((name for name in ("unit_price", "line_total") if name in mapping), None)
    required = {"quantity"} & set(mapping)
    if amount:
        return required | {amount}
    return required if "order_id" in mapping else required | {"order_total"}
