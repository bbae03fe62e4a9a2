"""Everything that changes programmes, members and what they earn."""

from wafaa.decide.loyalty.actions.celebrating import celebrate
from wafaa.decide.loyalty.actions.hearing import apply_events
from wafaa.decide.loyalty.actions.joining import MEMBERS_FOLLOW, erase_customer, join, leave
from wafaa.decide.loyalty.actions.making import (
    Plan,
    change_programme,
    drop_draft,
    end,
    make_programme,
    pause,
    publish,
    resume,
    save_draft,
)
from wafaa.decide.loyalty.actions.paying import set_paid_parts
from wafaa.decide.loyalty.actions.previewing import preview_refund
from wafaa.decide.loyalty.actions.reckoning import lock_for_orders, reckon_moments, reckon_orders
from wafaa.decide.loyalty.actions.tiering import lock_members, set_tiers
from wafaa.decide.loyalty.actions.warning import warn_owners

__all__ = [
    "MEMBERS_FOLLOW",
    "Plan",
    "apply_events",
    "celebrate",
    "change_programme",
    "drop_draft",
    "end",
    "erase_customer",
    "join",
    "leave",
    "lock_for_orders",
    "lock_members",
    "make_programme",
    "pause",
    "preview_refund",
    "publish",
    "reckon_moments",
    "reckon_orders",
    "resume",
    "save_draft",
    "set_paid_parts",
    "set_tiers",
    "warn_owners",
]
