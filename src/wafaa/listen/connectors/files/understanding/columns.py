"""What each column holds: counts over the whole file, kinds by a sample of its different cells."""

from pathlib import Path

import duckdb

from wafaa.kit.sql import load_sql
from wafaa.listen.connectors.files.rules import Column, ColumnKind, Reading
from wafaa.listen.connectors.files.understanding.database import MONTHS_SQL, PACKAGE, quoted, raw_table

# Different cells that tell a column of numbers from one of names; all are read where something depends on each.
SAMPLE_VALUES = 1_000
# A column of numbers may hold some words ("free", "to be told"), and bad rows are told one by one.
KIND_SHARE = 0.5
EXAMPLES = 5
DATE_FORMATS = (
    "zoned",
    "iso",
    "year_first",
    "day_first",
    "month_first",
    "named",
    "compact",
    "epoch",
    "serial",
)
SIGN_PATTERN = r"\p{Sc}|[A-Z]{3}|ر\.?\s?س|﷼|ريال|د\.?\s?إ|درهم|د\.?\s?ك|ج\.?\s?م|جنيه"


def values_of(place: int, folder: Path, reading: Reading, *, limit: int = 0) -> str:
    """The SQL for the different cells of a column: as given, and `v` without what stands for nothing, its digits Latin."""
    cell = f"c{place}"
    clean = f"latin_digits(filled({cell}))" if reading.has_arabic_digits else f"filled({cell})"
    limited = f" LIMIT {limit}" if limit else ""
    grouped = f"SELECT {cell} AS given, {clean} AS v, count(*) AS n FROM {raw_table(folder)} GROUP BY {cell}{limited}"
    return f"SELECT given, v, n FROM ({grouped}) WHERE v IS NOT NULL"


def dates_of(values: str) -> str:
    return load_sql(PACKAGE, "read_dates").format(values=values, months=MONTHS_SQL)


def numbers_of(values: str) -> str:
    return load_sql(PACKAGE, "read_numbers").format(values=values)


def describe_columns(database: duckdb.DuckDBPyConnection, folder: Path, reading: Reading) -> list[Column]:
    """One Column per heading, in their order."""
    return [_describe(database, folder, reading, place) for place in range(len(reading.headers))]


def _describe(database: duckdb.DuckDBPyConnection, folder: Path, reading: Reading, place: int) -> Column:
    header = reading.headers[place]
    database.execute(f"CREATE OR REPLACE TEMP TABLE cell AS {values_of(place, folder, reading)}")
    row = database.execute(
        "SELECT coalesce(sum(n), 0), count(*), "
        r"coalesce(bool_and(given = v AND NOT regexp_matches(v, '[\x00-\x1f\x7f]')), true), "
        r"coalesce(bool_and(regexp_full_match(given, '-?\d{1,12}(?:\.\d{1,6})?')), false), "
        r"coalesce(bool_and(regexp_full_match(v, '\d{1,18}(?:\.0{1,6})?')), false) "
        "AND coalesce(bool_or(contains(v, '.')), false), "
        "coalesce(max(length(given)), 0) FROM cell"
    ).fetchone()
    assert row is not None
    filled, distinct, is_clean, is_plain, is_whole, chars = row
    if not filled:
        return Column(header=header, filled=0, distinct=0, kind="empty")
    kind, formats = _find_kind(database, is_plain=is_plain)
    return Column(
        header=header,
        filled=int(filled),
        distinct=distinct,
        examples=_find_examples(database, folder, place),
        kind=kind,
        date_formats=formats,
        whole_as_decimal=is_whole,
        is_clean=is_clean,
        is_plain=is_plain,
        chars=chars,
    )


def _find_examples(database: duckdb.DuckDBPyConnection, folder: Path, place: int) -> list[str]:
    rows = database.execute(
        "SELECT v FROM (SELECT v, min(line) AS line "
        f"FROM (SELECT line, filled(c{place}) AS v FROM {raw_table(folder)} LIMIT 1000) "
        f"GROUP BY v) WHERE v IS NOT NULL ORDER BY line LIMIT {EXAMPLES}"
    ).fetchall()
    if not rows:
        rows = database.execute(f"SELECT v FROM cell ORDER BY v LIMIT {EXAMPLES}").fetchall()
    return [example[:100] for (example,) in rows]


def _find_kind(database: duckdb.DuckDBPyConnection, *, is_plain: bool) -> tuple[ColumnKind, list[str]]:
    """By a sample of the cells that hold a digit; words alone are text."""
    values = f"SELECT * FROM cell LIMIT {SAMPLE_VALUES}"
    row = database.execute(
        rf"SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (regexp_matches(v, '\d') AND length(v) < 60), 0) FROM ({values})"
    ).fetchone()
    assert row is not None
    seen, with_digits = row
    if with_digits < KIND_SHARE * seen:
        return "text", []
    if not is_plain:
        numbers = database.execute(
            f"SELECT coalesce(sum(n) FILTER (coalesce(with_point, with_comma) IS NOT NULL), 0) FROM ({numbers_of(values)}) "
            "JOIN cell USING (given)"
        ).fetchone()
        is_number = numbers is not None and numbers[0] >= KIND_SHARE * seen
    else:
        is_number = True
    row = database.execute(
        "SELECT "
        + ", ".join(f"coalesce(sum(n) FILTER ({kind} IS NOT NULL), 0)" for kind in DATE_FORMATS)
        + ", coalesce(sum(n) FILTER (coalesce(zoned, iso, year_first, day_first, month_first, named) IS NOT NULL), 0)"
        + f" FROM ({dates_of(values)}) JOIN cell USING (given)"
    ).fetchone()
    assert row is not None
    formats = [kind for kind, count in zip(DATE_FORMATS, row[:-1], strict=True) if count]
    if row[-1] >= KIND_SHARE * seen:
        return "date", formats
    return ("number" if is_number else "text"), formats


def read_dates(
    database: duckdb.DuckDBPyConnection, folder: Path, reading: Reading, place: int
) -> tuple[list[str], int, int, str]:
    """(ways of writing that occur, values that say day first, values that say month first, one that can be read both ways).

    Leaves the table date_value behind.
    """
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE date_value AS {dates_of(values_of(place, folder, reading))}"
    )
    row = database.execute(
        "SELECT "
        + ", ".join(f"count({kind})" for kind in DATE_FORMATS)
        + ", count(*) FILTER (day_first IS NOT NULL AND month_first IS NULL)"
        ", count(*) FILTER (month_first IS NOT NULL AND day_first IS NULL)"
        ", coalesce(min(v) FILTER (day_first <> month_first), '') FROM date_value"
    ).fetchone()
    assert row is not None
    formats = [kind for kind, count in zip(DATE_FORMATS, row[: len(DATE_FORMATS)], strict=True) if count]
    return formats, row[-3], row[-2], row[-1]


def count_decimal_signs(
    database: duckdb.DuckDBPyConnection, folder: Path, reading: Reading, place: int
) -> tuple[int, int, int]:
    """How many different values can only be read with a decimal point, only with a comma, and with either (1,234)."""
    row = database.execute(
        f"WITH core AS (SELECT number_core(v) AS n FROM ({values_of(place, folder, reading)})) SELECT "
        r"count(*) FILTER (regexp_matches(n, '\.(?:\d{1,2}|\d{4,})$|,\d{3}\.|,\d{3},|^-?0?\.\d+$|\d{4,}\.\d+$')), "
        r"count(*) FILTER (regexp_matches(n, ',(?:\d{1,2}|\d{4,})$|\.\d{3},|\.\d{3}\.|^-?0?,\d+$|\d{4,},\d+$')), "
        r"count(*) FILTER (regexp_full_match(n, '-?[1-9]\d{0,2},\d{3}')) FROM core"
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def find_refund_prefix(
    database: duckdb.DuckDBPyConnection, folder: Path, order: int, signs: list[int]
) -> str:
    """The letters before the number of orders that are given back, such as C in C536379; "" where there are none.

    They stand before a minority of the rows, and nearly all amounts or quantities there are negative.
    """
    if not signs:
        return ""
    negative = " OR ".join(
        f"starts_with(ltrim(c{place}), '-') OR starts_with(ltrim(c{place}), '(')" for place in signs
    )
    row = database.execute(
        f"WITH number AS (SELECT c{order} AS given, count(*) AS n, avg(({negative})::INTEGER) AS negative "
        f"FROM {raw_table(folder)} GROUP BY c{order}), "
        r"lettered AS (SELECT regexp_extract(upper(trim(given)), '^(\p{L}{1,6})[-_ #/]?\d+$', 1) AS prefix, n, negative "
        "FROM number) "
        "SELECT prefix FROM lettered WHERE prefix <> '' GROUP BY prefix "
        "HAVING sum(n * negative) > 0.9 * sum(n) AND sum(n) <= 0.5 * (SELECT sum(n) FROM number) "
        "ORDER BY sum(n) DESC, prefix LIMIT 1"
    ).fetchone()
    return row[0] if row else ""


def find_currency_sign(database: duckdb.DuckDBPyConnection, folder: Path, places: list[int]) -> str:
    """The currency whose sign or code stands beside the amounts of the first rows."""
    for place in places:
        row = database.execute(
            f"SELECT mode(sign) FROM (SELECT regexp_extract(upper(c{place}), {quoted(SIGN_PATTERN)}) AS sign "
            f"FROM {raw_table(folder)} LIMIT {SAMPLE_VALUES}) WHERE sign <> ''"
        ).fetchone()
        if row and row[0]:
            return str(row[0])
    return ""
