"""Reading rewards: what may be had, what was had, what a refund brings back."""

from wafaa.decide.rewards.queries.offering import (
    Offer,
    find_standing,
    find_standings,
    find_state,
    find_worth,
    list_offers,
    make_offer,
)
from wafaa.decide.rewards.queries.paying import Payment, list_payments
from wafaa.decide.rewards.queries.refunding import find_refunded, may_take_gift, preview_return
from wafaa.decide.rewards.queries.rewards import (
    Figures,
    count_figures,
    count_heeds,
    count_held,
    export_customer,
    find_picture,
    find_redemption,
    get_redemption,
    get_reward,
    is_redeemed,
    list_redemptions,
    list_rewards,
    read_stock,
)

__all__ = [
    "Figures",
    "Offer",
    "Payment",
    "count_figures",
    "count_heeds",
    "count_held",
    "export_customer",
    "find_picture",
    "find_redemption",
    "find_refunded",
    "find_standing",
    "find_standings",
    "find_state",
    "find_worth",
    "get_redemption",
    "get_reward",
    "is_redeemed",
    "list_offers",
    "list_payments",
    "list_redemptions",
    "list_rewards",
    "make_offer",
    "may_take_gift",
    "preview_return",
    "read_stock",
]
