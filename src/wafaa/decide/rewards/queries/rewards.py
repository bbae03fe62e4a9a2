"""Rewards, redemptions, and what they add up to."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from wafaa.act.vouchers.rules import normalise_code
from wafaa.decide.rewards.errors import RedemptionMissing, RewardMissing
from wafaa.decide.rewards.models import Picture, Redemption, Reward, Stock
from wafaa.decide.rewards.rules import HOLDING, Heed, Standing

_SHOWN = ("reward__unit", "reward__programme", "unit", "customer", "voucher__pool", "voucher__batch", "card")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What became of a reward so far."""

    placed: int = 0
    confirmed: int = 0
    returned: int = 0
    points: int = 0  # that were spent and not taken back


def list_rewards(*, programme_id: int | None = None) -> QuerySet[Reward]:
    """All of them, programme by programme, in their order."""
    found = Reward.objects.select_related("unit", "programme", "pool", "picture", "stock")
    found = found.defer("picture__content").order_by("programme_id", "ordinal", "id")
    return found if programme_id is None else found.filter(programme=programme_id)


def get_reward(reward: uuid.UUID) -> Reward:
    """Raises RewardMissing."""
    found = list_rewards().filter(uuid=reward).first()
    if found is None:
        raise RewardMissing
    return found


def find_picture(digest: str) -> Picture | None:
    return Picture.objects.filter(digest=digest).first()


def count_figures(reward_ids: Collection[int]) -> dict[int, Figures]:
    rows = Redemption.objects.filter(reward__in=reward_ids).order_by().values("reward")
    told = rows.annotate(
        placed=Count("pk", filter=Q(state=Standing.PLACED)),
        confirmed=Count("pk", filter=Q(state=Standing.CONFIRMED)),
        gone=Count("pk", filter=Q(state=Standing.RETURNED)),
        spent=Sum("points", filter=Q(confirmed_at__isnull=False), default=0),
        back=Sum("returned", default=0),
    )
    return {
        row["reward"]: Figures(
            placed=row["placed"],
            confirmed=row["confirmed"],
            returned=row["gone"],
            points=row["spent"] - row["back"],
        )
        for row in told
    }


def list_redemptions(
    *,
    reward: Reward | None = None,
    customer_id: int | None = None,
    order_id: int | None = None,
    state: Standing | None = None,
    search: str = "",
    needs_heed: bool = False,
) -> QuerySet[Redemption]:
    """The newest first; `search` is a code that somebody shows, or a part of a member's name."""
    found = Redemption.objects.select_related(*_SHOWN).order_by("-id")
    if reward is not None:
        found = found.filter(reward=reward)
    if customer_id is not None:
        found = found.filter(customer=customer_id)
    if order_id is not None:
        found = found.filter(order_id=order_id)
    if state is not None:
        found = found.filter(state=state)
    if needs_heed:
        found = found.filter(heed=Heed.OPEN)
    if search.strip():
        found = found.filter(Q(text=normalise_code(search)) | Q(customer__name__icontains=search.strip()))
    return found


def count_heeds() -> int:
    """How many wait for somebody who looks at them."""
    return Redemption.objects.filter(heed=Heed.OPEN).count()


def get_redemption(redemption: uuid.UUID) -> Redemption:
    """Raises RedemptionMissing."""
    found = Redemption.objects.select_related(*_SHOWN).filter(uuid=redemption).first()
    if found is None:
        raise RedemptionMissing
    return found


def find_redemption(code: str) -> Redemption:
    """By what a member shows, however it was typed. Raises RedemptionMissing."""
    stored = normalise_code(code)
    found = Redemption.objects.select_related(*_SHOWN).filter(text=stored).first() if stored else None
    if found is None:
        raise RedemptionMissing
    return found


def read_stock(reward: Reward) -> int | None:
    """What is left; None is not counted."""
    return Stock.objects.filter(reward=reward).values_list("remaining", flat=True).first()


def is_redeemed(reward: Reward) -> bool:
    """Whether somebody has it, or had."""
    return Redemption.objects.filter(reward=reward).exists()


def count_held(reward: Reward) -> int:
    return Redemption.objects.filter(reward=reward, state__in=HOLDING).count()


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What a person redeemed, as plain values."""
    rows = Redemption.objects.filter(customer=customer_id).order_by("id")
    columns = (
        "uuid", "text", "reward__uuid", "terms__name", "unit__code", "points", "returned", "currency", "value_minor",
        "state", "store", "order_ref", "placed_at", "confirmed_at", "ended_at",
    )  # fmt: skip
    return {"redemptions": [dict(one) for one in rows.values(*columns)]}
