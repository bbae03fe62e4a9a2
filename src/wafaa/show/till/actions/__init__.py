"""Everything that is done at a till: each deed once by the id that the device made."""

from wafaa.show.till.actions.confirming import (
    ask_for_yes,
    deliver_yes,
    find_way,
    forget_codes,
    give_try_back,
    take_try,
)
from wafaa.show.till.actions.doing import Done, do
from wafaa.show.till.actions.enrolling import ASKED, list_ways
from wafaa.show.till.actions.leaving import erase_customer

__all__ = [
    "ASKED",
    "Done",
    "ask_for_yes",
    "deliver_yes",
    "do",
    "erase_customer",
    "find_way",
    "forget_codes",
    "give_try_back",
    "list_ways",
    "take_try",
]
