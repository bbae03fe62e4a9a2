"""The query engine over one version of the facts: DuckDB, spoken to through Ibis."""

import os
import shutil
import threading
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.backends.duckdb
import psutil
import pyarrow as pa
from django.conf import settings
from ibis.expr.types import Table

from wafaa.kit.facts import ColumnType
from wafaa.learn.facts.store import Manifest, TableParts

_TYPES: dict[ColumnType, str] = {
    "int64": "int64",
    "int32": "int32",
    "string": "string",
    "bool": "boolean",
    "date": "date",
    "timestamp": "timestamp(6)",
    "decimal": "decimal(18, 6)",
}


class OpenFacts:
    """One version of the facts, open for questions: `tables` by name, and what was derived from them once and is used again.

    Questions run one at a time: hold `lock` while asking.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self.lock = threading.RLock()
        self.engine_name = f"DuckDB {duckdb.__version__}, Ibis {ibis.__version__}"
        self._derived: dict[str, tuple[Table, str]] = {}
        _sweep_spills(folder)
        self.backend: Any = ibis.duckdb.connect(
            memory_limit=settings.ANALYST_MEMORY_LIMIT,
            threads=settings.ANALYST_THREADS,
            # What does not fit the memory limit goes here; the engine makes the folder when it needs one, and removes it.
            temp_directory=str(folder / f"spill-{os.getpid()}-{uuid.uuid4().hex}"),
            # rows of groups come in any order; keeping the order of files would cost memory
            preserve_insertion_order=False,
            autoinstall_known_extensions=False,
            autoload_known_extensions=False,
        )
        self.tables = {name: self._open_table(table) for name, table in manifest.tables.items()}

    def run(self, expression: Any, queries: list[str]) -> pa.Table:
        """The rows of an expression, whose SQL is added to `queries`, for the receipt.

        What the receipt shows is what runs. Ibis's own to_pyarrow would load pandas, which nothing here needs.
        """
        queries.append(self.to_sql(expression))
        found: pa.Table = self.backend.con.sql(queries[-1]).to_arrow_table()
        return found.cast(expression.schema().to_pyarrow())

    def derive(self, name: str, make: Callable[[], Table], queries: list[str]) -> Table:
        """A table derived from the facts, made once per version; its SQL is added to `queries`."""
        if name not in self._derived:
            expression = make()
            sql = self.to_sql(expression)
            self._derived[name] = (self.backend.create_table(name, expression, temp=True), sql)
        table, sql = self._derived[name]
        queries.append(f"CREATE TEMP TABLE {name} AS\n{sql}")
        return table

    def to_sql(self, expression: Any) -> str:
        return str(self.backend.compile(expression, pretty=True))

    def _open_table(self, table: TableParts) -> Table:
        if table.parts:
            files = [str(self.folder / part.file) for part in table.parts]
            opened: Table = self.backend.read_parquet(files, table_name=table.name)
            return opened
        schema = ibis.schema({name: _TYPES[kind] for name, kind in table.columns.items()})
        empty: Table = self.backend.create_table(table.name, schema=schema, temp=True)
        return empty


@cache
def _sweep_spills(folder: Path) -> None:
    """What killed processes left; once in a process, so that a folder with its own number is a dead one's too."""
    for left in folder.glob("spill-*"):
        pid = int(left.name.split("-")[1])
        if pid == os.getpid() or not psutil.pid_exists(pid):
            shutil.rmtree(left, ignore_errors=True)
