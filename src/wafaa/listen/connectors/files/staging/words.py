"""Words in cells that mean something: currencies, states of an order and phone numbers."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import phonenumbers
import pyarrow as pa

from wafaa.kit.text import fold
from wafaa.listen.connectors.files.rules import Understanding
from wafaa.listen.connectors.files.staging.cells import Cell
from wafaa.listen.connectors.files.understanding.currencies import read_currency
from wafaa.listen.connectors.files.understanding.database import quoted, raw_table
from wafaa.listen.connectors.files.understanding.synonyms import plain

# A column of states or currencies has a handful of different words.
WORDS_MAX = 500


def translate(
    database: duckdb.DuckDBPyConnection, folder: Path, cell: Cell, understanding: Understanding
) -> Cell:
    """Cells of currencies and states get their meaning as value."""
    if cell.field == "currency":
        value = _by_word(database, folder, cell, read_currency)
        check = ("not_a_currency", f"currency IS NULL AND filled({cell.raw}) IS NOT NULL")
        return replace(cell, value=value, checks=(*cell.checks, check))
    if cell.field == "status":
        header = understanding.columns[understanding.mapping["status"]].header
        return replace(cell, value=_by_word(database, folder, cell, _state_reader(header)))
    return cell


def _by_word(
    database: duckdb.DuckDBPyConnection, folder: Path, cell: Cell, read: Callable[[str], str]
) -> str:
    words = database.execute(
        f"SELECT DISTINCT {cell.value} AS word FROM {raw_table(folder)} WHERE word IS NOT NULL ORDER BY word LIMIT {WORDS_MAX}"
    ).fetchall()
    cases = "".join(f" WHEN {quoted(word)} THEN {quoted(read(word))}" for (word,) in words if read(word))
    return f"CASE {cell.value}{cases} END" if cases else "NULL::VARCHAR"


_CANCELLED = (
    "cancel",
    "void",
    "fail",
    "declin",
    "reject",
    "expired",
    "abandon",
    "ملغ",
    "الغا",
    "فشل",
    "مرفوض",
    "منتهي",
)
_RETURNED = (
    "refund", "return", "credit note", "chargeback", "charged back", "مرتجع", "مسترد", "استرجاع", "استرداد", "ارجاع", "مردود",
    "اشعار دائن", "معاد", "مرجع",
)  # fmt: skip
_NOT_SO = ("partial", "not ", "non ", "no ", "un", "جزئ", "جزيي", "لم ", "غير ", "بدون")
# A column that says what kind of document a row is, not how an order stands.
_KIND_WORDS = frozenset({"type", "kind", "document", "نوع", "المستند"})


def _state_reader(header: str) -> Callable[[str], str]:
    """cancelled: the order came to nothing; returned: sold, then given back; return: the row itself is the giving back."""
    is_kind = bool(_KIND_WORDS & set(plain(header).split()))

    def read(word: str) -> str:
        text = fold(word).replace("_", " ").replace("-", " ")
        if any(text.startswith(start) or f" {start}" in text for start in _NOT_SO):
            return ""
        if any(part in text for part in _CANCELLED):
            return "cancelled"
        if any(part in text for part in _RETURNED):
            return "return" if is_kind else "returned"
        return ""

    return read


def register_phones(database: duckdb.DuckDBPyConnection, understanding: Understanding) -> None:
    """A table from each number as written to E.164, where it is a possible number."""
    if "phone" not in understanding.mapping:
        return
    given = [
        row[0]
        for row in database.execute("SELECT DISTINCT phone FROM typed WHERE phone IS NOT NULL").fetchall()
    ]
    read = [read_phone(number, understanding.options.country) for number in given]
    database.register(
        "phone_number", pa.table({"given": pa.array(given, pa.string()), "e164": pa.array(read, pa.string())})
    )


def read_phone(text: str, country: str) -> str | None:
    """E.164, or None where the text is no possible number."""
    digits = text.removesuffix(".0")
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("966") and len(digits) == 12:
        digits = "+" + digits  # a spreadsheet ate the plus
    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
