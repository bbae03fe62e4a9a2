"""Builders of files and of what staging makes of them."""

import gzip
from dataclasses import replace
from pathlib import Path

import msgspec
import pyarrow.parquet as pq

from wafaa.listen.connectors.files.actions import prepare_file
from wafaa.listen.connectors.files.reading import read_file
from wafaa.listen.connectors.files.rules import Options


class Staged:
    """A staged folder, read back as plain rows."""

    def __init__(self, folder: Path, counts, options):
        self.folder, self.counts, self.options = folder, counts, options

    def rows(self, name: str) -> list[dict]:
        return pq.read_table(self.folder / f"{name}.parquet").to_pylist()

    @property
    def orders(self) -> dict[str, dict]:
        return {row["external_id"]: row for row in self.rows("orders")}

    @property
    def refunds(self) -> dict[str, dict]:
        return {row["external_id"]: row for row in self.rows("refunds")}

    @property
    def customers(self) -> dict[str, dict]:
        return {row["distinct_id"]: row for row in self.rows("customers")}

    @property
    def problems(self) -> list[tuple[int, str, str, str]]:
        import csv

        with (self.folder / "problems.csv").open(encoding="utf-8", newline="") as lines:
            return [(int(line), column, code, value) for line, column, code, value in csv.reader(lines)]


def write(folder: Path, content: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def stage(folder: Path, content: str | bytes, *, columns=None, name="orders.csv", **options) -> Staged:
    staged = folder / "staged"
    counts, settled = prepare_file(
        write(folder, content, name), staged, options=replace(Options(), **options), columns=columns
    )
    return Staged(staged, counts, settled)


def read(folder: Path, content: str | bytes, name: str = "orders.csv"):
    """(reading, rows without line numbers, line numbers, problems)."""
    staged = folder / "staged"
    reading = read_file(write(folder, content, name), staged)
    table = pq.read_table(staged / "raw.parquet").to_pylist()
    rows = [tuple(value for key, value in row.items() if key != "line") for row in table]
    problems = [
        (row["line"], row["code"]) for row in pq.read_table(staged / "raw_problems.parquet").to_pylist()
    ]
    return reading, rows, [row["line"] for row in table], problems


def packed(content: str | bytes) -> bytes:
    return gzip.compress(content if isinstance(content, bytes) else content.encode())


def as_json(value) -> dict:
    return msgspec.to_builtins(value)
