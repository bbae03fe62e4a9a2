"""Many clients at the same moment on codes with few places: exactly as many get one."""

import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.racing import Round, Told, race

from wafaa.act.vouchers.actions import import_codes, make_pool, redeem, reserve
from wafaa.act.vouchers.models import Use
from wafaa.act.vouchers.rules import Cart, Kind, Terms, UseState
from wafaa.act.vouchers.tests.build import list_untrue_counters
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.actions import ensure_customers


def run_round(pool: ThreadPoolExecutor, told: Told, seed: int, clients: int) -> None:
    """Of one code with k places, of many codes with k together, or of one customer with k, some held by nobody any more."""
    chance = random.Random(seed)
    places, shape = chance.randint(1, 12), chance.choice(("code", "pool", "both", "customer"))
    name = uuid.uuid4().hex[:12].upper()
    texts = [f"{name}{number}" for number in range(20)]
    vouchers = make_pool(
        name={"en": name},
        terms=Terms(
            kind=Kind.AMOUNT,
            currency="SAR",
            amount_minor=100,
            code_uses_max=places if shape in {"code", "both"} else None,
            uses_max=places if shape in {"pool", "both"} else None,
            customer_uses_max=places if shape == "customer" else None,
        ),
        by=None,
    )
    import_codes(key=name, pool=vouchers, lines=texts, by=None)
    cart = Cart(currency="SAR", total_minor=1_000)
    customer = find_customer() if shape == "customer" else None
    hot = shape in {"code", "both"}
    late = chance.randint(0, places)
    with clock.fixed_at(clock.now() - timedelta(hours=1)):
        for number in range(late):  # places of whoever never came back
            code = texts[0] if hot else texts[number % len(texts)]
            reserve(key=f"{name}:late:{number}", code=code, cart=cart, customer_id=customer, seconds=60)

    def deed(number: int) -> str:
        code = texts[0] if hot else texts[number % len(texts)]
        act = redeem if number % 2 else reserve
        key = f"{name}:{number - number % 3 if number % 7 == 0 else number}"  # some are sent again by another
        try:
            used = act(key=key, code=code, cart=cart, customer_id=customer)
        except WafaaError as error:
            return error.code
        return "again" if used.is_replay else "done"

    counted = race(pool, clients, deed)
    told.outcomes += counted
    held = Use.objects.filter(pool=vouchers, state__in=(UseState.RESERVED, UseState.REDEEMED)).count()
    if (counted["done"], held) != (places, places):
        told.faults.append(
            f"seed {seed}: {shape}, {places} places, {counted['done']} done, {held} held, {counted}"
        )


def find_customer(number: int = 1) -> int:
    return ensure_customers([f"race:{number}"])[f"race:{number}"]


def make_race() -> Round:
    return run_round


def check() -> list[str]:
    return list_untrue_counters()
