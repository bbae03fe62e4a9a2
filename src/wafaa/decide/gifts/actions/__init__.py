"""Everything that changes gifts: budgets and rules, giving, deciding, drawing, taking back."""

from wafaa.decide.gifts.actions.budgeting import (
    add_present,
    add_rule,
    change_budget,
    make_budget,
    turn_present,
    turn_rule,
)
from wafaa.decide.gifts.actions.drawing import draw_gifts
from wafaa.decide.gifts.actions.following import GIFTS_FOLLOW, erase_customer
from wafaa.decide.gifts.actions.giving import approve_gift, decline_gift, end_asked, give_gift
from wafaa.decide.gifts.actions.hearing import apply_events, apply_orders
from wafaa.decide.gifts.actions.mailing import deliver_cards
from wafaa.decide.gifts.actions.opening import open_gift
from wafaa.decide.gifts.actions.previewing import preview_gifts

__all__ = [
    "GIFTS_FOLLOW",
    "add_present",
    "add_rule",
    "apply_events",
    "apply_orders",
    "approve_gift",
    "change_budget",
    "decline_gift",
    "deliver_cards",
    "draw_gifts",
    "end_asked",
    "erase_customer",
    "give_gift",
    "make_budget",
    "open_gift",
    "preview_gifts",
    "turn_present",
    "turn_rule",
]
