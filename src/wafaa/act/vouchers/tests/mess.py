"""Everything that can be done with a few codes, at the same moment and in any order, while their limits change and time goes by.

python -m wafaa.act.vouchers.tests.mess [seeds] [deeds]     (20 seeds of 500; needs a database of its own)

A deadlock is an error that nobody catches here; counters are compared with what the uses add up to.
"""

import dataclasses
import random
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from tests.racing import close_connections

DEEDS = ("reserve", "reserve", "redeem", "pay", "pay", "release", "back", "back", "limits", "sweep")


class Mess:
    """A pool with five codes and three customers, and what may happen to them."""

    def __init__(self, seed: int, deeds: int) -> None:
        from wafaa.act.vouchers.actions import import_codes, make_pool
        from wafaa.act.vouchers.rules import Cart, Kind, Terms
        from wafaa.act.vouchers.tests.code_races import find_customer
        from wafaa.kit import clock

        self.seed, self.deeds, self.name = seed, deeds, uuid.uuid4().hex[:10].upper()
        self.texts = [f"{self.name}{number}" for number in range(5)]
        self.terms = Terms(kind=Kind.AMOUNT, currency="SAR", amount_minor=100, code_uses_max=3)
        self.pool = make_pool(name={"en": self.name}, terms=self.terms, by=None)
        import_codes(key=self.name, pool=self.pool, lines=self.texts, by=None)
        self.cart = Cart(currency="SAR", total_minor=1_000)
        self.customers = [find_customer(number) for number in range(3)]
        self.began: datetime = clock.now()

    def act(self, number: int) -> str:
        """One deed by chance, the same for the same seed and number; its name, or the refusal's."""
        from wafaa.act.vouchers.models import Use
        from wafaa.kit import clock
        from wafaa.kit.errors import WafaaError

        chance = random.Random(self.seed * 100_000 + number)
        deed = chance.choice(DEEDS)
        some = list(Use.objects.filter(pool=self.pool).order_by("-id").values_list("uuid", flat=True)[:12])
        if deed in {"pay", "release", "back"} and not some:
            return "nothing"
        use = chance.choice(some) if some else None
        try:
            with clock.fixed_at(self.began + timedelta(seconds=number)):
                self.list_deeds(chance, use)[deed]()
        except WafaaError as error:
            return error.code
        return deed

    def list_deeds(self, chance: random.Random, use: Any) -> dict[str, Callable[[], Any]]:
        from wafaa.act.vouchers import actions

        told = {
            "code": chance.choice(self.texts),
            "cart": self.cart,
            "customer_id": chance.choice(self.customers),
        }
        key = f"{self.name}:{chance.randint(0, self.deeds * 4)}"  # some keys come twice
        limits = {name: chance.choice((None, 4, 9)) for name in ("uses_max", "customer_uses_max")}
        terms = dataclasses.replace(self.terms, **limits)
        seconds, amount = chance.randint(1, 90), chance.choice((None, 40))
        return {
            "reserve": lambda: actions.reserve(key=key, seconds=seconds, **told),
            "redeem": lambda: actions.redeem(key=key, **told),
            "pay": lambda: actions.redeem_reserved(key=key, use=use),
            "release": lambda: actions.release(key=key, use=use),
            "back": lambda: actions.roll_back(key=key, use=use, amount_minor=amount),
            "limits": lambda: actions.change_pool(pool=self.pool, name=self.pool.name, terms=terms, by=None),
            "sweep": actions.free_late,
        }


def run_mess(seed: int, *, deeds: int, connections: int = 8) -> Counter[str]:
    mess = Mess(seed, deeds)
    with ThreadPoolExecutor(connections) as pool:
        try:
            return Counter(pool.map(mess.act, range(deeds)))
        finally:
            close_connections(pool, connections)


def main() -> int:
    import django

    django.setup()
    from wafaa.act.vouchers.tests.build import list_untrue_counters

    given = [int(one) for one in sys.argv[1:]]
    seeds, deeds = given[0] if given else 20, given[1] if len(given) > 1 else 500
    told: Counter[str] = Counter()
    faults: list[str] = []
    started, first = time.perf_counter(), int(time.time())
    for seed in range(first, first + seeds):
        told += run_mess(seed, deeds=deeds)
        faults += list_untrue_counters()
    print(
        f"{seeds} seeds from {first}, {told.total():,} deeds in {time.perf_counter() - started:.0f} s: {dict(told)}"
    )
    print("\n".join(faults) or "no deadlock, and every counter is what its uses add up to")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
