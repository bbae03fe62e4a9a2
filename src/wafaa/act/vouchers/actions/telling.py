"""What became of a code, as events of the customer who used it."""

import uuid
from typing import Any

from wafaa.act.vouchers.models import Code, Use
from wafaa.act.vouchers.rules import Verb
from wafaa.kit import clock
from wafaa.kit.money import from_minor
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.stream.actions import record_event
from wafaa.stream.rules import NewEvent

SOURCE = "vouchers"
GIVEN = "Voucher Given"
NAMES = {
    Verb.RESERVE: "Voucher Reserved",
    Verb.REDEEM: "Voucher Redeemed",
    Verb.RELEASE: "Voucher Released",
    Verb.ROLL_BACK: "Voucher Rolled Back",
}


def tell_use(use: Use, verb: Verb, key: uuid.UUID, *, amount_minor: int | None = None) -> None:
    """Of a known customer; the key makes it one event for good."""
    amount = use.given_minor if amount_minor is None else amount_minor
    told = {"use_id": str(use.uuid), "order_id": use.order_ref, **_tell_code(use.code)}
    if use.currency and verb is not Verb.RELEASE:
        told |= {"amount": str(from_minor(amount, use.currency)), "currency": use.currency}
    _tell(use.customer_id, f"voucher:{key}", NAMES[verb], told)


def tell_given(code: Code) -> None:
    """That a code of their own was given to a customer."""
    ends = code.pool.ends_at
    told = _tell_code(code) | ({"expires_at": ends.isoformat()} if ends else {})
    _tell(code.customer_id, f"voucher-given:{code.key}", GIVEN, told)


def _tell_code(code: Code) -> dict[str, Any]:
    return {"code": code.shown, "pool_id": str(code.pool.uuid), "pool": code.pool.say_name("en")}


def _tell(customer_id: int | None, message_id: str, name: str, told: dict[str, Any]) -> None:
    if customer_id is None or not (ids := list_distinct_ids([customer_id]).get(customer_id)):
        return
    record_event(
        event=NewEvent(
            message_id=message_id,
            type="track",
            name=name,
            distinct_id=ids[0],
            occurred_at=clock.now(),
            properties={field: value for field, value in told.items() if value},
            source=SOURCE,
        )
    )
