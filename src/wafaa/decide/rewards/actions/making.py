"""Rewards written, changed, offered, withdrawn, counted anew. What was redeemed keeps the terms by which it was."""

import uuid
from typing import Any, Final

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.points.models import Unit
from wafaa.act.vouchers.models import Pool
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.rewards.errors import GiftFixed, RewardMissing, StockTooLow, TermsWrong
from wafaa.decide.rewards.models import Picture, Reward, Stock
from wafaa.decide.rewards.queries import is_redeemed
from wafaa.decide.rewards.rules import STOCK_MAX, State
from wafaa.decide.rewards.rules.terms import Terms, find_faults, list_limits, read_limits, write_moneys
from wafaa.kit import clock
from wafaa.kit.money import from_minor
from wafaa.kit.text import choose_words

_PLAIN: Final = (
    "name", "text", "kind", "points", "share_bp", "sku", "card_days", "tiers", "stores", "starts_at", "ends_at", "keeps",
    "returning",
)  # fmt: skip
# What staff is told changed.
_TOLD: Final = (
    "name",
    "points",
    "moneys",
    "share_bp",
    "sku",
    "tiers",
    "stores",
    "member_limits",
    "limits",
    "keeps",
)


def _read(terms: Terms, pool: Pool | None) -> dict[str, Any]:
    """Raises TermsWrong."""
    faults = find_faults(terms, has_pool=pool is not None)
    unit = Unit.objects.filter(code=terms.unit).first()
    fields = [one.field for one in faults] + ([] if unit else ["unit"])
    if fields:
        raise TermsWrong(fields=", ".join(dict.fromkeys(fields)))
    return {
        **{name: getattr(terms, name) for name in _PLAIN},
        "moneys": write_moneys(terms.moneys),
        "member_limits": list_limits(terms.member_limits),
        "limits": list_limits(terms.limits),
        "unit": unit,
        "pool": pool,
    }


@transaction.atomic
def make_reward(
    *,
    programme: Programme,
    terms: Terms,
    by: Staff | None,
    pool: Pool | None = None,
    picture: Picture | None = None,
    state: State = State.DRAFT,
    key: uuid.UUID | None = None,
    via: str = "",
) -> Reward:
    """The same key is the same reward. Raises TermsWrong."""
    if key is not None and (known := Reward.objects.filter(key=key).first()):
        return known
    values = _read(terms, pool)
    now = clock.now()
    last = (
        Reward.objects.filter(programme=programme)
        .order_by("-ordinal")
        .values_list("ordinal", flat=True)
        .first()
    )
    reward = Reward.objects.create(
        programme=programme,
        picture=picture,
        state=state,
        ordinal=(last or 0) + 1,
        key=key,
        created_at=now,
        created_by=by,
        changed_at=now,
        **values,
    )
    Stock.objects.create(reward=reward, remaining=terms.stock)
    record_change(staff=by, deed="make_reward", subject=str(reward.uuid), after=_tell(reward), via=via)
    return reward


def _tell(reward: Reward) -> dict[str, Any]:
    """As the trail keeps it."""
    return {"state": str(reward.state), "points": reward.points, "name": reward.say_name("en")}


def _hold(reward: Reward) -> Reward:
    """Waits for whoever redeems it at this moment, and lets nobody until the end. Raises RewardMissing."""
    found = Reward.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=reward.pk).first()
    if found is None:
        raise RewardMissing
    return found


@transaction.atomic
def change_reward(
    *,
    reward: Reward,
    terms: Terms,
    by: Staff | None,
    pool: Pool | None = None,
    picture: Picture | None = None,
    via: str = "",
) -> Reward:
    """From now on; what was redeemed stays as it was. Its unit stays once it was redeemed. Stock has an action of its own.

    Raises TermsWrong, GiftFixed.
    """
    values = _read(terms, pool)
    held = _hold(reward)
    if is_redeemed(held) and (held.unit_id != values["unit"].pk or held.kind != terms.kind):
        raise GiftFixed
    before = {name: getattr(held, name) for name in _TOLD}
    for name, value in values.items():
        setattr(held, name, value)
    held.picture = picture
    held.revision += 1
    held.changed_at = clock.now()
    held.save()
    after = {name: getattr(held, name) for name in _TOLD}
    changed = [name for name in _TOLD if before[name] != after[name]]
    if changed:
        record_change(
            staff=by,
            deed="change_reward",
            subject=str(held.uuid),
            before={name: _write(name, before[name]) for name in changed},
            after={name: _write(name, after[name]) for name in changed},
            via=via,
        )
    return held


def _write(name: str, value: Any) -> Any:
    """As the trail shows it."""
    match name:
        case "name":
            return choose_words(value, "en")
        case "moneys":
            return [f"{code} {from_minor(money.get('value', 0), code)}" for code, money in value.items()]
        case "limits" | "member_limits":
            return [f"{limit} {span}" for span, limit in read_limits(value).items()]
        case _:
            return value


@transaction.atomic
def set_state(*, reward: Reward, state: State, by: Staff | None, via: str = "") -> Reward:
    """Offered, or not any more; what is placed may still be used."""
    held = _hold(reward)
    if held.state != state:
        before = str(held.state)
        held.state = state
        held.revision += 1
        held.changed_at = clock.now()
        held.save(update_fields=["state", "revision", "changed_at"])
        record_change(
            staff=by,
            deed="offer_reward" if state is State.LIVE else "withdraw_reward",
            subject=str(held.uuid),
            before={"state": before},
            after={"state": str(state)},
            via=via,
        )
    return held


@transaction.atomic
def set_stock(*, reward: Reward, remaining: int | None, by: Staff | None, via: str = "") -> int | None:
    """What is left from now on; None is not counted any more. Raises StockTooLow below 0."""
    if remaining is not None and not 0 <= remaining <= STOCK_MAX:
        raise StockTooLow(remaining=0)
    _hold(reward)
    stock = Stock.objects.select_for_update().get(reward=reward)
    if stock.remaining != remaining:
        before, stock.remaining = stock.remaining, remaining
        stock.save(update_fields=["remaining"])
        record_change(
            staff=by,
            deed="count_reward",
            subject=str(reward.uuid),
            before={"stock": before},
            after={"stock": remaining},
            via=via,
        )
    return remaining


@transaction.atomic
def move_up(*, reward: Reward, by: Staff | None) -> None:
    """Before the one that stands before it, as members see them."""
    rewards = list(
        Reward.objects.filter(programme=reward.programme_id).order_by("id").select_for_update(no_key=True)
    )
    shown = sorted(rewards, key=lambda one: (one.ordinal, one.pk))
    place = [one.pk for one in shown].index(reward.pk)
    if place:
        shown.insert(place - 1, shown.pop(place))
        for ordinal, one in enumerate(shown, 1):
            one.ordinal = ordinal
        Reward.objects.bulk_update(shown, ["ordinal"])
        record_change(staff=by, deed="order_rewards", subject=str(reward.uuid))
