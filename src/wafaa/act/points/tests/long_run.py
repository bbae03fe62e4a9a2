"""The long run of the state machine, in databases of its own.

`python -m wafaa.act.points.tests.long_run --operations 1000000 --seed 7 --processes 2`: a failure prints the shortest story that
shows it, and the seed that tells it again at once.
"""

import argparse
import multiprocessing
import os
import sys
import time
from typing import Any

import django
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

CALM = settings(
    max_examples=200,
    stateful_step_count=100,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def run_rounds(worker: int, told: argparse.Namespace, counted: Any, failed: Any) -> None:
    """Every so-manieth seed, until all processes together have done enough; in a database of its own."""
    from django.db import connection

    from wafaa.act.points.tests.machine import Ledger

    if told.processes > 1:
        connection.creation.setup_worker_connection(worker + 1)
    number, before = told.seed + worker, 0
    while counted.value < told.operations and not failed.is_set():
        try:
            run_state_machine_as_test(seed(number)(Ledger), settings=CALM)
        except BaseException:
            failed.set()
            print(f"again with --seed {number} --operations 1 --processes 1", flush=True)
            raise
        with counted.get_lock():
            counted.value += Ledger.counted - before
        before, number = Ledger.counted, number + told.processes
        with (
            connection.cursor() as cursor
        ):  # each story is rolled back, and leaves its rows to be cleared away
            cursor.execute(
                "VACUUM (ANALYZE FALSE) act_points_transfer, act_points_lot, act_points_lotuse, act_points_hold"
            )


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
    django.setup()
    from django.db import connections
    from django.test.runner import DiscoverRunner

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    told = parser.parse_args()
    runner = DiscoverRunner(verbosity=0, interactive=False, parallel=told.processes)
    databases = runner.setup_databases(serialized_aliases=set())
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    counted, failed = fork.Value("q", 0), fork.Event()
    workers = [
        fork.Process(target=run_rounds, args=(worker, told, counted, failed))
        for worker in range(told.processes)
    ]
    started, seen = time.monotonic(), 0
    try:
        for one in workers:
            one.start()
        while any(one.is_alive() for one in workers):
            workers[0].join(5)
            workers[-1].join(5)
            if counted.value > seen:
                seen = counted.value
                pace = seen / (time.monotonic() - started)
                print(f"{seen:,} operations, {pace:,.0f} a second, no difference", flush=True)
    finally:
        for one in workers:
            one.terminate()
            one.join()
        runner.teardown_databases(databases)
    return 1 if failed.is_set() or any(one.exitcode for one in workers) else 0


if __name__ == "__main__":
    sys.exit(main())
