"""Makes codes in a house of its own and uses one of them: python -m bench.vouchers_made CODES ROUNDS CLIENTS."""

import json
import sys
import time

from tests.racing import run_races


def main(count: int, rounds: int, clients: int) -> dict[str, float | int]:
    import django

    django.setup()
    from wafaa.act.vouchers.actions import make_pool, request_codes, run_batch
    from wafaa.act.vouchers.models import Code
    from wafaa.act.vouchers.rules import Kind, Terms
    from wafaa.act.vouchers.tests.code_races import run_round

    terms = Terms(kind=Kind.AMOUNT, currency="SAR", amount_minor=100)
    pool = make_pool(name={"en": "Measured"}, terms=terms, pattern="SUMMER-####-####", by=None)
    batch = request_codes(key="measured", pool=pool, count=count, by=None)
    started = time.perf_counter()
    run_batch(batch_id=batch.pk)
    seconds = time.perf_counter() - started
    assert Code.objects.filter(pool=pool).count() == count
    told = run_races(run_round, rounds, clients=clients)
    return {
        "seconds": seconds,
        "rounds": told.rounds,
        "asked": sum(told.outcomes.values()),
        "faults": len(told.faults),
        "race_seconds": told.seconds,
    }


if __name__ == "__main__":
    print(json.dumps(main(*(int(one) for one in sys.argv[1:]))))
