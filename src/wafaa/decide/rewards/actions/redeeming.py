"""Rewards placed, confirmed, given up: each once for a key, for good, in one transaction.

Locks are taken in this order: the key, the redemption, members of the order (decide.loyalty), wallets (the ledger's), codes and
gift cards, the reward, its stock. So the row that most wait for is held the shortest.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.act.points.actions import capture_hold, open_wallets, place_hold, spend, void_hold
from wafaa.act.points.errors import TooLittle
from wafaa.act.vouchers.rules import draw_codes
from wafaa.decide.rewards.actions.giving import give_gift
from wafaa.decide.rewards.actions.keeping import find_deed, name_deed, note_deed, write_deed
from wafaa.decide.rewards.actions.paying import tell_paid_parts
from wafaa.decide.rewards.actions.telling import tell_redeemed
from wafaa.decide.rewards.errors import (
    REFUSALS,
    RedemptionMissing,
    RedemptionOver,
    RewardMissing,
    RewardRefused,
)
from wafaa.decide.rewards.models import Redemption, Reward, Stock
from wafaa.decide.rewards.queries.offering import find_standing
from wafaa.decide.rewards.rules import CODE_PATTERN, Kind, Reason, Standing, Verb
from wafaa.decide.rewards.rules.judging import Asked, Price, judge, reckon_price
from wafaa.decide.rewards.rules.terms import Terms, begin_spans
from wafaa.kit.ids import new_id
from wafaa.kit.sql import fetch_prepared, load_sql

ROOM: Final = "wafaa.decide.rewards"
# Terms that change while somebody redeems: asked again by the new ones, but not for ever.
TRIES: Final = 5
DRAWS: Final = 10


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """What somebody asked for under a key."""

    key: str
    customer_id: int
    reward_id: int
    asked: Asked
    by: Staff | None
    ends_in: timedelta | None
    order: "_OrderTold"

    @property
    def body(self) -> dict[str, Any]:
        return {"customer": self.customer_id, "reward": self.reward_id, "points": self.asked.points}


@dataclass(frozen=True, kw_only=True)
class _OrderTold:
    """By our number, or by the shop's until it is known."""

    order_id: int | None = None
    source: str = ""
    ref: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        told = {"order_id": self.order_id, "order_source": self.source[:50], "order_ref": self.ref[:200]}
        return {name: value for name, value in told.items() if value}


class _Changed(Exception):
    """The terms changed between being read and being locked."""


def place(
    *,
    key: str,
    customer_id: int,
    reward_id: int,
    at: datetime,
    by: Staff | None = None,
    store: str = "",
    order_id: int | None = None,
    ends_in: timedelta | None = None,
    points: int | None = None,
    currency: str = "",
    cart_minor: int | None = None,
    order_source: str = "",
    order_ref: str = "",
) -> Redemption:
    """Sets the points aside and takes the reward from its stock, until it is confirmed, cancelled or its time is over. `points`
    is of a payment with points. Raises RewardMissing, one of REFUSALS, KeyReused, KeyWrong.
    """
    if _is_gone(key, customer_id, reward_id, at, store):
        raise REFUSALS[Reason.SOLD_OUT]
    wanted = _Wanted(
        key=key,
        customer_id=customer_id,
        reward_id=reward_id,
        asked=Asked(
            at=at,
            store=store,
            currency=currency or get_business().currency,
            points=points,
            cart_minor=cart_minor,
        ),
        by=by,
        ends_in=ends_in,
        order=_OrderTold(order_id=order_id, source=order_source, ref=order_ref),
    )
    has_freed = False
    for _try in range(TRIES):
        try:
            return _place_once(wanted)
        except _Changed:
            continue
        except REFUSALS[Reason.SOLD_OUT]:
            if has_freed or not end_late(at=at, reward_id=reward_id):
                raise
            has_freed = True
    raise REFUSALS[Reason.NOT_LIVE]


def _is_gone(key: str, customer_id: int, reward_id: int, at: datetime, store: str) -> bool:
    """One cheap question, since most ask when everything is sold out; whether there is enough is asked again under locks."""
    kept = name_deed(Verb.PLACE, key)
    values = {"key": kept, "reward": reward_id, "customer": customer_id, "moment": at, "store": store}
    row = fetch_prepared(load_sql(ROOM, "is_gone"), values)
    return bool(row and row[0])


def _place_once(wanted: _Wanted) -> Redemption:
    """What is refused anyway is refused before anything is written or locked."""
    done = find_deed(Verb.PLACE, wanted.key, wanted.body)
    if done is None:
        try:
            reward, terms, price = _judge(wanted)
        except (RewardMissing, RewardRefused):
            # the same key, done by another since we looked, may be what stands against it
            done = find_deed(Verb.PLACE, wanted.key, wanted.body)
            if done is None:
                raise
    if done is not None:
        assert done.redemption_id is not None
        return read_redemption(done.redemption_id)
    return _write(wanted, reward, terms, price)


def _judge(wanted: _Wanted) -> tuple[Reward, Terms, Price]:
    """What it is and costs now. Raises RewardMissing, one of REFUSALS."""
    asked = wanted.asked
    reward = Reward.objects.select_related("unit", "programme", "pool").filter(pk=wanted.reward_id).first()
    if reward is None:
        raise RewardMissing
    terms, found = reward.terms, find_standing(reward, customer_id=wanted.customer_id, asked=asked)
    if refusals := judge(terms, found, asked):
        raise REFUSALS[refusals[0].reason](**refusals[0].facts)
    return reward, terms, reckon_price(terms, found, asked)


@transaction.atomic
def _write(wanted: _Wanted, reward: Reward, terms: Terms, price: Price) -> Redemption:
    """Raises one of REFUSALS, KeyReused, and _Changed where the terms are others now."""
    asked = wanted.asked
    deed, is_replay = write_deed(Verb.PLACE, wanted.key, wanted.body, asked.at)
    if is_replay:
        assert deed.redemption_id is not None
        return read_redemption(deed.redemption_id)
    made = new_id()
    ends_at = asked.at + (wanted.ends_in or timedelta(minutes=reward.keeps))
    wallet_id = open_wallets(unit_id=reward.unit_id, customer_ids=[wanted.customer_id])[wanted.customer_id]
    try:
        hold = place_hold(
            key=f"rewards:{made}:hold",
            wallet_id=wallet_id,
            amount=price.points,
            at=asked.at,
            ends_at=ends_at,
            cause=write_cause(made, reward),
        )
    except TooLittle as error:
        raise REFUSALS[Reason.POINTS](missing=price.points - int(error.facts["available"])) from error
    take(reward, wanted.customer_id, asked.at)
    redemption = Redemption.objects.create(
        uuid=made,
        text=_draw(),
        reward=reward,
        customer_id=wanted.customer_id,
        unit=reward.unit,
        points=price.points,
        currency=price.currency,
        value_minor=price.value_minor,
        price_minor=price.price_minor,
        terms=msgspec.to_builtins(terms),
        state=Standing.PLACED,
        store=asked.store,
        hold=hold.uuid,
        by=wanted.by,
        placed_at=asked.at,
        ends_at=ends_at,
        **wanted.order.fields,
    )
    deed.redemption = redemption
    deed.save(update_fields=["redemption"])
    return redemption


def write_cause(redemption: Any, reward: Reward) -> dict[str, str]:
    return {"reason": "reward", "redemption": str(redemption), "reward": str(reward.uuid)}


def take(reward: Reward, customer_id: int | None, at: datetime) -> None:
    """One of its stock, within its limits. The wallet is locked. Raises one of REFUSALS."""
    starts = begin_spans(at.astimezone(get_business().zone))
    values = {
        "reward": reward.pk,
        "revision": reward.revision,
        "customer": customer_id,
        "moment": at,
        "starts": starts,
    }
    row = fetch_prepared(load_sql(ROOM, "take"), values)
    assert row is not None
    if row[0] == "changed":
        raise _Changed
    if row[0]:
        raise REFUSALS[Reason(row[0])]


def _draw() -> str:
    drawn = list(draw_codes(CODE_PATTERN, DRAWS))
    taken = set(Redemption.objects.filter(text__in=drawn).values_list("text", flat=True))
    return next(one for one in drawn if one not in taken)


def read_redemption(pk: int) -> Redemption:
    """With all that is shown of it. Raises RedemptionMissing."""
    found = (
        Redemption.objects.select_related(
            "reward", "unit", "customer", "voucher__pool", "voucher__batch", "card__wallet"
        )
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise RedemptionMissing
    return found


def hold_redemption(pk: int) -> Redemption:
    """Locked. Raises RedemptionMissing."""
    if Redemption.objects.select_for_update(of=("self",)).filter(pk=pk).first() is None:
        raise RedemptionMissing
    return read_redemption(pk)


@transaction.atomic
def confirm(
    *,
    key: str,
    redemption_id: int,
    at: datetime,
    order_id: int | None = None,
    order_source: str = "",
    order_ref: str = "",
    paid_minor: int | None = None,
    by: Staff | None = None,
) -> Redemption:
    """Spends the points and gives the code or the gift card. `paid_minor` is what of the order it paid, where that is not what a
    payment with points is worth: what is paid so earns nothing. One whose time was over is used all the same while there are
    points and stock. Raises RedemptionMissing, RedemptionOver, KeyReused, KeyWrong, and the vouchers' PoolEmpty.
    """
    told = _OrderTold(order_id=order_id, source=order_source, ref=order_ref)
    body = {"redemption": redemption_id, "order": order_id, "ref": order_ref, "paid": paid_minor}
    _deed, is_replay = note_deed(Verb.CONFIRM, key, body, at, redemption_id=_check(redemption_id))
    if is_replay:
        return read_redemption(redemption_id)
    one = hold_redemption(redemption_id)
    if one.standing not in {Standing.PLACED, Standing.TIMED_OUT}:
        raise RedemptionOver
    holds_place = one.standing is Standing.PLACED
    was_late = not holds_place or one.ends_at <= at
    is_payment = one.terms["kind"] == Kind.PAYMENT
    one.paid_minor = paid_minor if paid_minor is not None else one.value_minor if is_payment else 0
    one.earnless_minor = one.paid_minor
    for name, value in told.fields.items():
        setattr(one, name, value)
    one.save(update_fields=["paid_minor", "earnless_minor", "order_id", "order_source", "order_ref"])
    if one.order_id and one.paid_minor:
        tell_paid_parts([one.order_id])
    one.spent_as = _spend_late(one, at) if was_late else _capture(one, at)
    give_gift(one, by=by)
    if was_late:
        _take_again(one, at, holds_place=holds_place)
    one.state, one.confirmed_at, one.ended_at = Standing.CONFIRMED, at, None
    one.save(update_fields=["spent_as", "voucher", "card", "state", "confirmed_at", "ended_at"])
    tell_redeemed(one)
    return one


def _check(redemption_id: int) -> int:
    """Raises RedemptionMissing, before anything is written."""
    if not Redemption.objects.filter(pk=redemption_id).exists():
        raise RedemptionMissing
    return redemption_id


def _capture(one: Redemption, at: datetime) -> int:
    assert one.hold is not None
    key, cause = f"rewards:{one.uuid}:capture", write_cause(one.uuid, one.reward)
    return capture_hold(key=key, hold=one.hold, at=at, cause=cause).transfer_id


def _spend_late(one: Redemption, at: datetime) -> int:
    """What was set aside is free again: taken from what there is."""
    assert one.hold is not None
    void_hold(hold=one.hold, at=at)
    if one.customer_id is None:
        raise RedemptionOver
    wallet_id = open_wallets(unit_id=one.unit_id, customer_ids=[one.customer_id])[one.customer_id]
    try:
        return spend(
            key=f"rewards:{one.uuid}:late",
            wallet_id=wallet_id,
            amount=one.points,
            at=at,
            cause=write_cause(one.uuid, one.reward),
        ).transfer_id
    except TooLittle as error:
        raise RedemptionOver from error


def _take_again(one: Redemption, at: datetime, *, holds_place: bool) -> None:
    """Whoever comes late has a place while there is one, by the limits as they are now."""
    if holds_place:
        put_back([one.reward_id])
    try:
        take(Reward.objects.get(pk=one.reward_id), one.customer_id, at)
    except (_Changed, RewardRefused) as error:
        raise RedemptionOver from error


@transaction.atomic
def cancel(
    *, key: str, redemption_id: int, at: datetime, by: Staff | None = None, reason: str = ""
) -> Redemption:
    """Frees the points and the stock. Raises RedemptionMissing, RedemptionOver (it was used), KeyReused, KeyWrong."""
    body = {"redemption": redemption_id}
    _deed, is_replay = note_deed(Verb.CANCEL, key, body, at, redemption_id=_check(redemption_id))
    if is_replay:
        return read_redemption(redemption_id)
    one = hold_redemption(redemption_id)
    if one.standing is not Standing.PLACED:
        raise RedemptionOver
    one.reason = reason[:200]
    _end(one, Standing.CANCELLED, at)
    note_by_hand("cancel_redemption", one, by)
    return one


def note_by_hand(deed: str, one: Redemption, by: Staff | None) -> None:
    """What staff undo stands in the trail; what they give does in the redemption."""
    if by is not None:
        after = {"reason": one.reason, "points": one.returned or one.points}
        record_change(staff=by, deed=deed, subject=str(one.uuid), after=after)


def _end(one: Redemption, state: Standing, at: datetime) -> None:
    assert one.hold is not None
    void_hold(hold=one.hold, at=at)
    one.state, one.ended_at = state, at
    one.save(update_fields=["state", "ended_at", "reason"])
    put_back([one.reward_id])


def put_back(reward_ids: "list[int]") -> None:
    """One each into their stock, in the order of the rewards, where stock is counted."""
    held = Stock.objects.filter(reward_id__in=reward_ids, remaining__isnull=False).order_by("reward_id")
    for stock in held.select_for_update(no_key=True):
        stock.remaining = (stock.remaining or 0) + reward_ids.count(stock.reward_id)
        stock.save(update_fields=["remaining"])


def end_late(*, at: datetime, reward_id: int | None = None, at_most: int = 500) -> int:
    """Gives back what nobody used in time; how many. Each in a transaction of its own, passing over what another is at."""
    late = Redemption.objects.filter(state=Standing.PLACED, ends_at__lte=at)
    if reward_id is not None:
        late = late.filter(reward=reward_id)
    ended = 0
    for pk in list(late.order_by("ends_at").values_list("pk", flat=True)[:at_most]):
        with transaction.atomic():
            rows = Redemption.objects.select_for_update(of=("self",), skip_locked=True)
            one = rows.filter(pk=pk, state=Standing.PLACED).first()
            if one is not None:
                _end(one, Standing.TIMED_OUT, at)
                ended += 1
    return ended
