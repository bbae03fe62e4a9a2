"""What the tests of a file begin with, made once: each works in a savepoint inside its transaction.

    made = world(make_shop)

    @pytest.fixture
    def shop(made):
        return deepcopy(made)

It stands from the first test that asks for it to the end of the file: tests that shall not meet it come before that one,
and none that follows has real transactions.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction


def world(make: Callable[[], Any]) -> Any:
    """A fixture of the file that gives what `make` returns."""

    @pytest.fixture(scope="module")
    def made(django_db_setup, django_db_blocker) -> Iterator[Any]:
        around = transaction.atomic()
        around._from_testcase = (
            True  # as Django's own: what must not stand in another transaction may in this one
        )
        with django_db_blocker.unblock():
            around.__enter__()
            try:
                with transaction.atomic():
                    told = make()
            except BaseException:
                leave(around)
                raise
        yield told
        with django_db_blocker.unblock():
            leave(around)

    return made


def leave(around: transaction.Atomic) -> None:
    """Nothing stays."""
    transaction.set_rollback(True)
    around.__exit__(None, None, None)
