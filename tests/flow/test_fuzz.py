"""Every form and address of the console, asked wrongly by every role, answers with words and never breaks.

WAFAA_FUZZ_REQUESTS says how many questions (the suite asks a few; releases ask 20,000), WAFAA_FUZZ_SEED which.
"""

import os
import random

import pytest
from django.core.cache import cache

from tests.flow.fuzzing import Visitor, list_routes
from wafaa.access.staff.models import Staff
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order
from wafaa.show.console.tests.shop import shop  # noqa: F401 - a fixture

REQUESTS = int(os.environ.get("WAFAA_FUZZ_REQUESTS", "700"))
SEED = int(os.environ.get("WAFAA_FUZZ_SEED", "1"))
# How many questions one person asks before the next one comes; limits of rate are forgotten then.
AT_ONCE = 100

pytestmark = pytest.mark.django_db(transaction=True)


def list_ids() -> dict[str, list[str]]:
    uuids = [
        *Customer.objects.values_list("uuid", flat=True)[:5],
        *Order.objects.values_list("uuid", flat=True)[:5],
    ]
    numbers = [
        *Staff.objects.values_list("id", flat=True),
        *Customer.objects.values_list("id", flat=True)[:3],
        0,
        10**18,
    ]
    words = [
        "gross",
        "retention_rate",
        "today",
        "figures",
        "notes",
        "customers",
        "first-hour",
        "e",
        "unknown",
    ]
    unknown = "01890000-0000-7000-8000-000000000000"
    return {
        "uuid": [*map(str, uuids), unknown],
        "int": [*map(str, numbers)],
        "str": words,
        "slug": words,
        "path": ["a/b", "x"],
    }


def test_nothing_that_is_asked_breaks_the_console(shop, cast, client_as, capsys):  # noqa: F811
    chance = random.Random(SEED)
    routes = [route for route in list_routes() if not route.startswith("/static")]
    visitor = Visitor(chance=chance, routes=routes, ids=list_ids())
    people = {role: person.pk for role, person in cast.items() if person is not None}
    before = {person.pk: person for person in Staff.objects.all()}

    for start in range(0, REQUESTS, AT_ONCE):
        cache.clear()
        for person in before.values():
            person.save()  # whoever was renamed, locked out or dismissed meanwhile
        role = chance.choice(["stranger", *people])
        client = client_as(Staff.objects.get(pk=people[role]) if role != "stranger" else None)
        client.raise_request_exception = False
        for _ in range(min(AT_ONCE, REQUESTS - start)):
            visitor.visit(client, role)

    with capsys.disabled():
        print(f"\n{sum(visitor.answers.values()):,} requests:", dict(sorted(visitor.answers.items())))
    assert visitor.broken == []
    assert visitor.answers[200] > REQUESTS / 20
