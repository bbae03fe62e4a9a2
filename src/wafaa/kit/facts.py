"""What a room gives to learning: the declaration of one fact table.

It stands on the ground because the rooms that give facts (know) lie below the one that keeps them (learn).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["int64", "int32", "string", "bool", "date", "timestamp", "decimal"]


@dataclass(frozen=True, kw_only=True)
class FactTable:
    """One table of facts, kept as Parquet parts; part k holds the rows whose `key` lies in its range.

    A part is a pure function of the database's rows in that range, so keeping step means rewriting the parts whose rows
    changed. `rows_sql` selects `columns` in their order with the parameters %(low)s, %(high)s (low <= key < high) and
    %(time_zone)s. `changed_sql` selects the distinct keys // %(part_rows)s with a row written by a transaction
    >= %(since)s. `bounds_sql` selects max(key) (NULL for an empty table). `part_rows_min` is for tables that grow at their end
    only: their last part alone is ever written anew, so their parts may be large, and a question opens few of them.
    """

    name: str
    key: str
    columns: Mapping[str, ColumnType]
    rows_sql: str
    changed_sql: str
    bounds_sql: str
    part_rows: int = 65_536
    part_rows_min: int = 64
