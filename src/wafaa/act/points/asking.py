"""Asking the database's functions, and telling their refusals as errors of ours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any, Final

import msgspec
from django.db import DatabaseError, connection, transaction

from wafaa.act.points import errors
from wafaa.act.points.rules import AMOUNT_MAX, Posting
from wafaa.kit.errors import WafaaError
from wafaa.kit.sql import fetch_prepared, load_sql

# Codes of migrations/0002_functions.py, and which fact their DETAIL tells.
REFUSALS: Final[Mapping[str, tuple[type[WafaaError], str]]] = {
    "WP404": (errors.WalletMissing, ""),
    "WP405": (errors.HoldMissing, ""),
    "WP406": (errors.TransferMissing, ""),
    "WP409": (errors.KeyReused, ""),
    "WP410": (errors.HoldOver, ""),
    "WP422": (errors.TooLittle, "available"),
    "WP423": (errors.TooMuch, "left"),
    "WP424": (errors.UnitsDiffer, ""),
}


def ask(name: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """The first row of sql/<name>.sql: in a savepoint of the caller's transaction, or as a transaction of its own, which takes no
    BEGIN and no COMMIT. Raises what the ledger refuses by.
    """
    with refusals(), transaction.atomic() if connection.in_atomic_block else nullcontext():
        row = fetch_prepared(load_sql("wafaa.act.points", name), values)
    assert row is not None
    return row


def post(name: str, values: Mapping[str, Any]) -> Posting:
    """For functions that return a transfer's id, negative where it stood already."""
    told: int = ask(name, values)[0]
    return Posting(transfer_id=abs(told), is_replay=told < 0)


@contextmanager
def refusals() -> Iterator[None]:
    """Errors of the database's class WP become ours; all others stay."""
    try:
        yield
    except DatabaseError as error:
        if found := _find_refusal(error):
            raise found from error
        raise


def _find_refusal(error: DatabaseError) -> WafaaError | None:
    cause: Any = error.__cause__
    refusal = REFUSALS.get(getattr(cause, "sqlstate", None) or "")
    if refusal is None:
        return None
    made, fact = refusal
    return made(**({fact: int(cause.diag.message_detail)} if fact else {}))


def check_amount(amount: int) -> int:
    """Raises AmountWrong."""
    if not 0 < amount <= AMOUNT_MAX:
        raise errors.AmountWrong
    return amount


def write_cause(cause: Mapping[str, Any]) -> str:
    return msgspec.json.encode(cause).decode()
