"""Reading and staging a file in a folder, without a database; the engine is loaded where it is used."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from wafaa.listen.connectors.files.rules import Counts, Kind, Options

if TYPE_CHECKING:
    import pyarrow as pa

# step ("reading" | "staging"), done, total
OnStep = Callable[[str, int, int], None]


def prepare_file(
    path: Path,
    folder: Path,
    *,
    options: Options,
    columns: Mapping[str, str] | None = None,
    on_step: OnStep | None = None,
) -> tuple[Counts, Options]:
    """Reads and stages `path` in `folder`; no query is made. Returns the counts and the options as they were settled.

    Without a kind in `options` it is a list of orders. `columns` maps fields to headings or places (from 1), over
    the guess; "" takes a field out. Raises a FileError.
    """
    from wafaa.listen.connectors.files.reading import load_reading, read_file
    from wafaa.listen.connectors.files.staging import stage_file
    from wafaa.listen.connectors.files.understanding import resolve_mapping, understand

    tell = on_step or (lambda step, done, total: None)
    kind: Kind = options.kind or "orders"
    options = replace(options, kind=kind)
    read_file(path, folder, on_progress=lambda done, total: tell("reading", done, total))
    understanding = understand(folder, options=options)
    if columns:
        given = resolve_mapping(
            load_reading(folder), {field: name for field, name in columns.items() if name}, kind
        )
        kept = {
            field: place
            for field, place in understanding.mapping.items()
            if field not in columns and place not in given.values()
        }
        understanding = understand(
            folder, mapping=kept | given, options=options, columns=understanding.columns
        )
    counts = stage_file(folder, understanding, on_progress=lambda done, total: tell("staging", done, total))
    return counts, replace(understanding.options, currency=counts.currency)


def build_fact_tables(folder: Path, *, time_zone: str) -> "dict[str, pa.RecordBatchReader]":
    """A reader per fact table (orders, order_lines, refunds, refund_lines, customers, products, stores) over a prepared folder.

    Days are calendar days in `time_zone`. Each reader may be read once, one after the other.
    """
    from wafaa.listen.connectors.files.staging.facts import build_fact_tables as build

    return build(folder, time_zone=time_zone)


def read_problems(folder: Path, *, limit: int) -> list[tuple[int, str, str, str]]:
    """(line, column, value, reason in words) of the first rows of a prepared file that could not be taken."""
    from wafaa.listen.connectors.files.words import say_reason

    with (folder / "problems.csv").open(encoding="utf-8", newline="") as lines:
        rows = islice(csv.reader(lines), limit)
        return [(int(line), column, value, say_reason(code)) for line, column, code, value in rows]
