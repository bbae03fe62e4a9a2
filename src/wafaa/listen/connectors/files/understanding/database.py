"""A DuckDB of its own for one file: quiet, within its memory, spilling into the import's folder."""

from functools import cache
from pathlib import Path

import duckdb
from django.conf import settings

from wafaa.kit.sql import load_sql

# Signs and words that may stand beside a number.
_UNITS = (
    r"\p{Sc}|SAR|SR|S\.R\.?|USD|US\$|EUR|GBP|AED|DHS?|KWD|KD|BHD|BD|OMR|QAR|QR|EGP|LE|JOD|JD|MAD|TND|DZD|IQD|LBP|TRY|TL|INR|RS\.?|"
    r"ر\.?\s?س\.?|ريال|ريال سعودي|﷼|د\.?\s?إ\.?|درهم|د\.?\s?ك\.?|د\.?\s?ب\.?|دينار|ر\.?\s?ع\.?|ر\.?\s?ق\.?|ج\.?\s?م\.?|جنيه|"
    r"pcs?\.?|pieces?|units?|قطعة|قطع|حبة|حبات|وحدة"
)
MONTH_NAMES: dict[str, int] = {
    name.replace("_", " "): month
    for month, names in enumerate(
        (
            "jan january يناير ينایر جانفي كانون_الثاني", "feb february فبراير فيفري شباط", "mar march مارس آذار اذار",
            "apr april أبريل ابريل إبريل أفريل نيسان", "may مايو ماي أيار ايار", "jun june يونيو يونيه جوان حزيران",
            "jul july يوليو يوليه جويلية تموز", "aug august أغسطس اغسطس أوت آب اب", "sep sept september سبتمبر شتنبر أيلول ايلول",
            "oct october أكتوبر اكتوبر تشرين_الأول تشرين_الاول", "nov november نوفمبر نونبر تشرين_الثاني",
            "dec december ديسمبر دجنبر كانون_الأول كانون_الاول",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


MONTHS_SQL = "{" + ", ".join(f"'{name}': '{month}'" for name, month in MONTH_NAMES.items()) + "}"
PACKAGE = "wafaa.listen.connectors.files"


@cache
def _functions() -> str:
    return load_sql(PACKAGE, "functions").replace("{units}", _UNITS)


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """An empty database in memory with this room's functions."""
    spill = folder / "spill"
    connection = duckdb.connect(
        config={
            "memory_limit": settings.ANALYST_MEMORY_LIMIT,
            "threads": settings.ANALYST_THREADS,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    connection.execute(_functions())
    return connection


def quoted(text: str) -> str:
    """The text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def raw_table(folder: Path) -> str:
    return f"read_parquet({quoted(str(folder / 'raw.parquet'))})"
