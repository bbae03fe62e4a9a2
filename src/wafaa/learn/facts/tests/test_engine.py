"""Where the engine puts what does not fit into its memory."""

import os
from datetime import UTC, datetime

import pytest

from wafaa.learn.facts.engine import OpenFacts
from wafaa.learn.facts.store import Manifest

EMPTY = Manifest(
    version="none", synced_at=datetime(2026, 1, 1, tzinfo=UTC), format=1, origin="", watermark=0, tables={}
)


def list_spills(folder):
    return [path.name for path in folder.glob("spill-*")]


def test_what_does_not_fit_lies_beside_the_facts_and_goes_with_the_engine(tmp_path, settings):
    settings.ANALYST_MEMORY_LIMIT, settings.ANALYST_THREADS = "60MB", 1
    facts = OpenFacts(tmp_path, EMPTY)
    assert list_spills(tmp_path) == []

    facts.backend.con.sql("CREATE TEMP TABLE large AS SELECT repeat('x' || range, 30) FROM range(1000000)")

    assert len(list_spills(tmp_path)) == 1
    del facts
    assert list_spills(tmp_path) == []


@pytest.mark.parametrize(
    ("pid", "stays"),
    [(os.getppid(), True), (99_999_999, False), (os.getpid(), False)],
    ids=["alive", "gone", "this one"],
)
def test_only_what_killed_processes_left_is_swept_up(pid, stays, tmp_path):
    left = tmp_path / f"spill-{pid}-0123"
    left.mkdir()
    (left / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"x")

    OpenFacts(tmp_path, EMPTY)

    assert left.exists() == stays
