"""Database columns that Django does not bring."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.expressions import Func

if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]
else:
    AnyField = models.Field  # generic for the type checker only


class CurrentTransactionId(Func):
    """pg_current_xact_id(): the 64-bit id of the transaction that writes, never reused in one cluster."""

    function = "pg_current_xact_id"
    template = "%(function)s()"
    arity = 0

    @property
    def output_field(self) -> "TransactionIdField":
        return TransactionIdField()


class TransactionIdField(AnyField):
    """xid8: which transaction wrote the row.

    A reader who takes rows with an id below `pg_snapshot_xmin(pg_current_snapshot())` can never miss one
    that was still in flight; a sequence alone can.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_default", CurrentTransactionId())
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None or hasattr(value, "resolve_expression") else str(value)
