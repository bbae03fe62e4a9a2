"""Everything that changes rewards and what was redeemed."""

from wafaa.decide.rewards.actions.following import REDEMPTIONS_FOLLOW, erase_customer
from wafaa.decide.rewards.actions.hearing import apply_events
from wafaa.decide.rewards.actions.making import (
    change_reward,
    make_reward,
    move_up,
    set_state,
    set_stock,
)
from wafaa.decide.rewards.actions.picturing import keep_picture
from wafaa.decide.rewards.actions.redeeming import cancel, confirm, end_late, place
from wafaa.decide.rewards.actions.returning import return_orders, see_to, take_back

__all__ = [
    "REDEMPTIONS_FOLLOW",
    "apply_events",
    "cancel",
    "change_reward",
    "confirm",
    "end_late",
    "erase_customer",
    "keep_picture",
    "make_reward",
    "move_up",
    "place",
    "return_orders",
    "see_to",
    "set_state",
    "set_stock",
    "take_back",
]
