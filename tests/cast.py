"""The cast: one person of every role, and how to call as one of them.

Nobody's language is set, so pages come in Arabic unless the call asks otherwise.
"""

from collections.abc import Callable
from functools import cache

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.test import Client

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Role
from wafaa.know.orders.models import Store

PASSWORD = "saffron and cardamom"


# What Argon2 shall cost here, and what it costs those who sign in.
QUICK = {"time_cost": 1, "memory_cost": 64, "parallelism": 1}
DEAR = {name: getattr(Argon2PasswordHasher, name) for name in QUICK}


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Real hashes that cost nothing: one takes a fifth of a second of a core on purpose, also of a password that is wrong."""
    with pytest.MonkeyPatch.context() as patch:
        for name, cost in QUICK.items():
            patch.setattr(Argon2PasswordHasher, name, cost)
        yield


@pytest.fixture
def dear_passwords(monkeypatch):
    """Hashes as those who sign in have them."""
    for name, cost in DEAR.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, cost)


@cache
def _hash_password() -> str:
    """Made once: most tests have a cast of six."""
    return make_password(PASSWORD)


def make_staff(role: Role, *, email: str, name: str, **changes) -> Staff:
    """A member of staff who may sign in with PASSWORD."""
    staff = Staff(role=role, email=email, name=name, **changes)
    staff.password = _hash_password()
    staff.save()
    return staff


@pytest.fixture
def olaya(db) -> Store:
    """The store at which the branch manager and the cashier work."""
    return Store.objects.get_or_create(code="RUH-1", defaults={"name": "متجر العليا"})[0]


@pytest.fixture
def owner(db) -> Staff:
    return make_staff(Role.OWNER, email="noura@example.com", name="نورة القحطاني")


@pytest.fixture
def manager(db) -> Staff:
    return make_staff(Role.MANAGER, email="james@example.com", name="James Hill")


@pytest.fixture
def branch_manager(olaya) -> Staff:
    staff = make_staff(Role.BRANCH_MANAGER, email="salem@example.com", name="سالم العتيبي")
    staff.stores.add(olaya)
    return staff


@pytest.fixture
def cashier(olaya) -> Staff:
    staff = make_staff(Role.CASHIER, email="omar@example.com", name="Omar Saleh")
    staff.stores.add(olaya)
    return staff


@pytest.fixture
def agent(db) -> Staff:
    return make_staff(Role.AGENT, email="huda@example.com", name="هدى الشمري")


@pytest.fixture
def analyst(db) -> Staff:
    return make_staff(Role.ANALYST, email="ana@example.com", name="Ana Costa")


@pytest.fixture
def stranger() -> None:
    """Somebody who has not signed in."""
    return


@pytest.fixture
def cast(owner, manager, branch_manager, cashier, agent, analyst, stranger) -> dict[str, Staff | None]:
    """Everybody by role; the stranger too."""
    return {
        "owner": owner,
        "manager": manager,
        "branch_manager": branch_manager,
        "cashier": cashier,
        "agent": agent,
        "analyst": analyst,
        "stranger": stranger,
    }


@pytest.fixture
def client_as() -> Callable[[Staff | None], Client]:
    """A browser in which the person has signed in; further keywords are headers, `HTTP_HX_REQUEST="true"` say."""

    def sign_in(person: Staff | None, **headers: str) -> Client:
        client = Client(**headers)
        if person is not None:
            client.force_login(person)
        return client

    return sign_in
