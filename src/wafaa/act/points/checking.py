"""Proof of books: every balance, lot, hold and seal reckoned anew from what never changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from wafaa.act.points.rules import Fault, Role
from wafaa.kit.sql import load_sql

FAULTS_MAX = 100


def check_books() -> list[Fault]:
    """What does not agree, the first of each check; empty where the books are whole. As of one snapshot."""
    with _snapshot():
        return _check()


def count_books() -> dict[str, int]:
    """How much was checked: transfers, wallets, seals, and transfers that are sealed."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.points", "count_books"))
        return dict(zip(("transfers", "wallets", "seals", "sealed"), cursor.fetchone(), strict=True))


def _check() -> list[Fault]:
    return [
        *(_fault("sums", row, expected, found) for row, expected, found in _fetch("check_sums")),
        *(
            _fault("balances", f"wallet {wallet} {Role(role).name.lower()}", expected, found)
            for wallet, role, expected, found in _fetch("check_balances")
        ),
        *(
            _fault("lots", f"wallet {wallet} {Role(role).name.lower()}", expected, found)
            for wallet, role, expected, found in _fetch("check_lots")
        ),
        *(_fault("uses", f"lot {lot}", expected, found) for lot, expected, found in _fetch("check_uses")),
        *(
            _fault("holds", f"wallet {wallet}", expected, found)
            for wallet, expected, found in _fetch("check_holds")
        ),
        *(
            _fault("seals", f"transfers up to {through}", expected, found)
            for through, expected, found in _fetch("check_seals")
        ),
    ]


@contextmanager
def _snapshot() -> Iterator[None]:
    """One view for all checks; inside a transaction of the caller that one's isolation holds."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _fault(check: str, row: object, expected: object, found: object) -> Fault:
    return Fault(check=check, row=str(row), expected=str(expected), found=str(found))


def _fetch(name: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.points", name), {"at_most": FAULTS_MAX})
        return list(cursor.fetchall())
