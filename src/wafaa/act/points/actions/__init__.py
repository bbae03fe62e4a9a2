"""Everything that changes balances. Each write has a permanent key: with the same one again it moves nothing more."""

from wafaa.act.points.actions.awarding import (
    adjust,
    award,
    award_many,
    move,
    restore,
    restore_capture,
    reverse_award,
)
from wafaa.act.points.actions.deciding import (
    Adjusted,
    adjust_as_program,
    adjust_as_staff,
    approve_request,
    decline_request,
    end_requests,
)
from wafaa.act.points.actions.following import WALLETS_FOLLOW, erase_customer, follow_merged
from wafaa.act.points.actions.limiting import count_moved, set_limits
from wafaa.act.points.actions.opening import make_unit, open_wallet, open_wallets
from wafaa.act.points.actions.prolonging import extend_lots, put_off_ends, reinstate_expired
from wafaa.act.points.actions.sealing import seal_transfers
from wafaa.act.points.actions.spending import capture_hold, place_hold, spend, void_hold
from wafaa.act.points.actions.sweeping import end_holds, expire_lots, ripen_lots

__all__ = [
    "WALLETS_FOLLOW",
    "Adjusted",
    "adjust",
    "adjust_as_program",
    "adjust_as_staff",
    "approve_request",
    "award",
    "award_many",
    "capture_hold",
    "count_moved",
    "decline_request",
    "end_holds",
    "end_requests",
    "erase_customer",
    "expire_lots",
    "extend_lots",
    "follow_merged",
    "make_unit",
    "move",
    "open_wallet",
    "open_wallets",
    "place_hold",
    "put_off_ends",
    "reinstate_expired",
    "restore",
    "restore_capture",
    "reverse_award",
    "ripen_lots",
    "seal_transfers",
    "set_limits",
    "spend",
    "void_hold",
]
