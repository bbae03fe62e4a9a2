"""Many clients at the same moment on one wallet: exactly as many get something as it holds, and the books agree.

python -m wafaa.act.points.tests.races [rounds] [clients] [connections]     (1,000 rounds; needs a database of its own)
"""

import sys
import time

import django

from wafaa.act.vouchers.tests.races import CLIENTS, CONNECTIONS


def main() -> int:
    django.setup()
    from wafaa.act.points.checking import check_books
    from wafaa.act.points.tests.racing import run_races

    given = [int(one) for one in sys.argv[1:]]
    rounds, clients, connections = (*given, *(1_000, CLIENTS, CONNECTIONS)[len(given) :])
    told = run_races(rounds, clients=clients, connections=connections, seed=int(time.time()))
    asked = sum(told.outcomes.values())
    print(
        f"{told.rounds:,} rounds of {clients} clients over {connections} connections: {told.seconds:.0f} s,"
    )
    print(f"{asked:,} asked ({asked / told.seconds:,.0f} a second): {dict(told.outcomes)}")
    faults = [*told.faults, *map(str, check_books())]
    print("\n".join(faults) or "each time exactly as many as the wallet held; the books agree")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
