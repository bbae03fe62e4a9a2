"""The long run of the state machine, in a database of its own.

`python -m wafaa.act.points.tests.long_run --operations 1000000 --seed 7`: a failure prints the shortest story that shows it, and
comes again with the same seed.
"""

import argparse
import os
import time

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


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
    django.setup()
    from django.test.runner import DiscoverRunner

    from wafaa.act.points.tests.machine import Ledger

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases(serialized_aliases=set())
    started, rounds = time.monotonic(), 0
    try:
        while Ledger.counted < told.operations:
            run_state_machine_as_test(seed(told.seed + rounds)(Ledger), settings=CALM)
            rounds += 1
            pace = Ledger.counted / (time.monotonic() - started)
            print(f"{Ledger.counted:,} operations, {pace:,.0f} a second, no difference", flush=True)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
