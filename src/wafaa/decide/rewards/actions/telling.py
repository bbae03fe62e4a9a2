"""What became of rewards, as events of the member."""

from typing import Any, Final

from wafaa.decide.loyalty.rules.telling import choose_distinct_id
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.rules import REDEEMED, RETURNED
from wafaa.kit import clock
from wafaa.kit.money import from_minor
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.stream.actions import record_event
from wafaa.stream.rules import NewEvent

SOURCE: Final = "rewards"


def tell_redeemed(one: Redemption) -> None:
    said: dict[str, Any] = {"points": one.points}
    if one.voucher is not None:
        said["code"] = one.voucher.shown
    if one.currency and one.value_minor:
        said |= {"amount": str(from_minor(one.value_minor, one.currency)), "currency": one.currency}
    _tell(one, f"reward:{one.uuid}", REDEEMED, said)


def tell_returned(one: Redemption, points: int) -> None:
    """`is_whole`: nothing of it is left."""
    said = {"points": points, "is_whole": one.returned == one.points}
    _tell(one, f"reward-back:{one.uuid}:{one.returns}", RETURNED, said)


def _tell(one: Redemption, message_id: str, name: str, said: dict[str, Any]) -> None:
    known = list_distinct_ids([one.customer_id or 0]).get(one.customer_id or 0)
    if not known:
        return
    record_event(
        event=NewEvent(
            message_id=message_id,
            type="track",
            name=name,
            distinct_id=choose_distinct_id(known),
            occurred_at=clock.now(),
            properties={
                "redemption_id": str(one.uuid),
                "reward_id": str(one.reward.uuid),
                "reward": one.say_name("en"),
                "reward_name": {
                    language: one.say_name(language) for language in ("ar", "en")
                },  # for messages
                "unit": one.unit.code,
                **({"store": one.store} if one.store else {}),
                **({"order_id": one.order_ref} if one.order_ref else {}),
                **said,
            },
            source=SOURCE,
        )
    )
