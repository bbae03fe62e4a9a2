"""Everything that changes asking: rules, who is asked, who is reminded."""

from wafaa.decide.asking.actions.following import ASKS_FOLLOW, erase_customer
from wafaa.decide.asking.actions.hearing import apply_events
from wafaa.decide.asking.actions.making import (
    Plan,
    change_rule,
    create_rule,
    make_rule,
    switch_off,
    switch_on,
)
from wafaa.decide.asking.actions.releasing import go_on, release_asks, remind_asks

__all__ = [
    "ASKS_FOLLOW",
    "Plan",
    "apply_events",
    "change_rule",
    "create_rule",
    "erase_customer",
    "go_on",
    "make_rule",
    "release_asks",
    "remind_asks",
    "switch_off",
    "switch_on",
]
