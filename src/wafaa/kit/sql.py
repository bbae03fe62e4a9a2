"""SQL lives in files: a room's `sql/<name>.sql`, read once."""

from functools import cache
from importlib.resources import files


@cache
def load_sql(package: str, name: str) -> str:
    """The text of `<package>/sql/<name>.sql`; its first line is a comment that says what it does."""
    return (files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8")
