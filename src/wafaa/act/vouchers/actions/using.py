"""What is done with a code: asked for, held during a checkout, redeemed, released, taken back. Each once for a key, for good.

Limits are held by the database's functions act_vouchers_take and act_vouchers_settle, which lock in one order: the pool, codes,
customers' counters. In a transaction of a caller's, several codes are used in the order of their pools, then of their texts.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from wafaa.act.vouchers.actions.crediting import follow_with_credit
from wafaa.act.vouchers.actions.telling import tell_use
from wafaa.act.vouchers.errors import (
    REFUSALS,
    CartNeeded,
    KeyReused,
    KeyWrong,
    TooMuchBack,
    UseOver,
    VoucherRefused,
)
from wafaa.act.vouchers.models import Code, Deed, Use
from wafaa.act.vouchers.queries import Found, find_code, get_use
from wafaa.act.vouchers.rules import (
    HOLD_SECONDS,
    HOLD_SECONDS_MAX,
    KEY_LETTERS_MAX,
    Cart,
    Quote,
    Reason,
    Refusal,
    UseState,
    Verb,
    digest,
    normalise_code,
    quote,
)
from wafaa.act.vouchers.rules.quoting import Standing
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.kit.ids import new_id
from wafaa.kit.sql import fetch_prepared, load_sql

# Terms that change while somebody asks: asked again by the new ones, but not for ever.
TRIES = 5
FREED_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Used:
    """A use as it stands now, what this deed gave or took back, and whether its key had done it before."""

    use: Use
    amount_minor: int
    is_replay: bool


class _Changed(Exception):
    """The terms changed between being read and being locked."""


def ask_for(*, code: str, cart: Cart | None = None, customer_id: int | None = None) -> tuple[Found, Quote]:
    """What a code would give at this moment, or every reason why it gives nothing. Changes nothing."""
    now = clock.now()
    found = find_code(code, customer_id=customer_id, at=now)
    if found.code is None:
        assert found.reason is not None
        return found, Quote(refusals=(Refusal(reason=found.reason),))
    return found, quote(found.code.pool.terms, found.standing, cart, now)


def reserve(
    *,
    key: str,
    code: str,
    cart: Cart | None = None,
    customer_id: int | None = None,
    order_ref: str = "",
    seconds: int = HOLD_SECONDS,
) -> Used:
    """Holds a place for so long. Raises one of REFUSALS, CartNeeded, KeyReused, KeyWrong."""
    until = clock.now() + timedelta(seconds=min(max(seconds, 1), HOLD_SECONDS_MAX))
    return _take(
        key,
        _Asked(
            verb=Verb.RESERVE,
            code=code,
            cart=cart,
            customer_id=customer_id,
            order_ref=order_ref,
            until=until,
        ),
    )


def redeem(
    *,
    key: str,
    code: str,
    cart: Cart | None = None,
    customer_id: int | None = None,
    order_ref: str = "",
) -> Used:
    """Without a reservation before. Raises what reserve raises."""
    asked = _Asked(verb=Verb.REDEEM, code=code, cart=cart, customer_id=customer_id, order_ref=order_ref)
    return _take(key, asked)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What somebody wants of a code."""

    verb: Verb
    code: str
    cart: Cart | None
    customer_id: int | None
    order_ref: str
    until: datetime | None = None  # how long its place is held; None where it is redeemed


def _take(key: str, asked: _Asked) -> Used:
    keyed = _Keyed.make(
        key,
        {
            "code": normalise_code(asked.code),
            "cart": _write_cart(asked.cart),
            "customer": asked.customer_id,
            "order": asked.order_ref,
        },
    )
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                return _take_once(keyed, asked)
        except _Changed:
            continue
    raise REFUSALS[Reason.PAUSED]


@dataclass(frozen=True, kw_only=True)
class _Keyed:
    """A key and what stands below it, as they are kept."""

    key: uuid.UUID
    body: uuid.UUID

    @classmethod
    def make(cls, key: str, told: Mapping[str, Any]) -> "_Keyed":
        """Raises KeyWrong."""
        if not 0 < len(key) <= KEY_LETTERS_MAX:
            raise KeyWrong
        return cls(key=digest(key), body=digest(told))

    def find_before(self, verb: Verb) -> Used | None:
        """What was done under this key. Raises KeyReused."""
        deed = Deed.objects.filter(key=self.key).first()
        if deed is None:
            return None
        if deed.verb != verb or deed.body != self.body:
            raise KeyReused
        return _read(deed.use_id, deed.amount_minor, is_replay=True)


def _take_once(keyed: _Keyed, asked: _Asked) -> Used:
    if before := keyed.find_before(asked.verb):
        return before
    found, quoted = ask_for(code=asked.code, cart=asked.cart, customer_id=asked.customer_id)
    if quoted.refusals:
        if before := keyed.find_before(asked.verb):  # done in the very moment between the two questions
            return before
        raise make_error(quoted.refusals[0])
    if quoted.given_minor is None:
        raise CartNeeded
    assert found.code is not None
    outcome, use_id = _ask_database(keyed, asked, found.code, quoted.given_minor)
    _check(outcome)
    used = _read(use_id, quoted.given_minor, is_replay=outcome == "replay")
    if not used.is_replay:
        follow_with_credit(used.use, asked.verb, amount_minor=used.amount_minor)
        tell_use(used.use, asked.verb, keyed.key)
    return used


def _ask_database(keyed: _Keyed, asked: _Asked, code: Code, given_minor: int) -> tuple[Any, ...]:
    row = fetch_prepared(
        load_sql("wafaa.act.vouchers", "take"),
        {
            "key": str(keyed.key),
            "body": str(keyed.body),
            "verb": str(asked.verb),
            "uuid": str(new_id()),
            "code": str(code.pk),
            "revision": str(code.pool.revision),
            "customer": "" if asked.customer_id is None else str(asked.customer_id),
            "order": asked.order_ref[:200],
            "given": str(given_minor),
            "currency": code.pool.currency or (asked.cart.currency if asked.cart else ""),
            "until": asked.until.isoformat() if asked.until else "",
            "moment": clock.now().isoformat(),
        },
    )
    assert row is not None
    return row


def redeem_reserved(*, key: str, use: uuid.UUID, cart: Cart | None = None, order_ref: str = "") -> Used:
    """What was held is used. A cart that is other than the one it was held for gives what it gives now.

    Raises UseMissing, UseOver, KeyReused, KeyWrong; a refusal where the held time is over and the place is gone.
    """
    one = get_use(use)
    keyed = _Keyed.make(key, {"use": str(use), "cart": _write_cart(cart), "order": order_ref})
    if before := keyed.find_before(Verb.REDEEM):
        return before
    given = None
    if cart is not None:
        standing = Standing(has_customer=True, is_theirs=True)
        quoted = quote(one.pool.terms, standing, cart, one.reserved_at or clock.now())
        if quoted.refusals:
            raise make_error(quoted.refusals[0])
        given = quoted.given_minor
    return _settle(Verb.REDEEM, keyed, one, amount=given, order_ref=order_ref)


def release(*, key: str, use: uuid.UUID) -> Used:
    """The place is free again. Raises UseMissing, UseOver, KeyReused, KeyWrong."""
    return _settle(Verb.RELEASE, _Keyed.make(key, {"use": str(use)}), get_use(use))


def roll_back(*, key: str, use: uuid.UUID, amount_minor: int | None = None) -> Used:
    """After a refund: whole, or a part of the money that was given. Taken back whole, its place is free again.

    Raises UseMissing, UseOver, TooMuchBack, KeyReused, KeyWrong.
    """
    if amount_minor is not None and amount_minor <= 0:
        raise TooMuchBack
    keyed = _Keyed.make(key, {"use": str(use), "amount": amount_minor})
    return _settle(Verb.ROLL_BACK, keyed, get_use(use), amount=amount_minor)


@transaction.atomic
def _settle(verb: Verb, keyed: _Keyed, one: Use, *, amount: int | None = None, order_ref: str = "") -> Used:
    row = fetch_prepared(
        load_sql("wafaa.act.vouchers", "settle"),
        {
            "key": str(keyed.key),
            "body": str(keyed.body),
            "verb": str(verb),
            "use": str(one.pk),
            "amount": "" if amount is None else str(amount),
            "order": order_ref[:200],
            "moment": clock.now().isoformat(),
        },
    )
    assert row is not None
    _check(row[0])
    deed = Deed.objects.get(key=keyed.key)
    used = _read(one.pk, deed.amount_minor, is_replay=row[0] == "replay")
    if not used.is_replay:
        follow_with_credit(used.use, verb, amount_minor=deed.amount_minor)
        tell_use(used.use, verb, keyed.key, amount_minor=deed.amount_minor)
    return used


def _check(outcome: str) -> None:
    match outcome:
        case "done" | "replay":
            return
        case "changed":
            raise _Changed
        case "key_reused":
            raise KeyReused
        case "over":
            raise UseOver
        case "too_much":
            raise TooMuchBack
        case _:
            raise REFUSALS[Reason(outcome)]


def make_error(refusal: Refusal) -> WafaaError:
    error: type[VoucherRefused] = REFUSALS[refusal.reason]
    return error(**refusal.facts)


def _read(use_id: int, amount_minor: int, *, is_replay: bool) -> Used:
    use = Use.objects.select_related("code__batch", "pool", "customer").get(pk=use_id)
    use.code.pool = use.pool
    return Used(use=use, amount_minor=amount_minor, is_replay=is_replay)


def _write_cart(cart: Cart | None) -> Any:
    """As plain values, the same for the same cart."""
    if cart is None:
        return None
    told = asdict(cart)
    lines = [{**line, "quantity": f"{line['quantity'].normalize():f}"} for line in told["lines"]]
    return {**told, "lines": lines}


def free_late(*, limit: int = 50_000) -> int:
    """Gives the places of reservations that are over back: figures tell the truth also where nobody asks. How many."""
    now = clock.now()
    late = Use.objects.filter(state=UseState.RESERVED, ends_at__lte=now).order_by("pool", "code")
    codes: dict[int, list[int]] = defaultdict(list)
    for pool_id, code_id in late.values_list("pool", "code").distinct()[:limit]:
        codes[pool_id].append(code_id)
    freed = 0
    for pool_id, some in codes.items():
        for start in range(0, len(some), FREED_AT_ONCE):
            values: dict[str, Any] = {
                "pool": pool_id,
                "codes": some[start : start + FREED_AT_ONCE],
                "moment": now,
            }
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(load_sql("wafaa.act.vouchers", "free_late"), values)
                row = cursor.fetchone()
                freed += row[0] if row else 0
    return freed


def hold_code(code: Code) -> Code:
    """Locked in the room's order, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.act.vouchers", "free_late"),
            {"pool": code.pool_id, "codes": [code.pk], "moment": None},
        )
    return Code.objects.select_related("pool", "batch").get(pk=code.pk)
