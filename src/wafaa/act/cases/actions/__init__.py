"""Everything that changes cases: what opens them, what staff do about them, and how they follow a customer."""

from wafaa.act.cases.actions.following import CASES_FOLLOW, erase_customer, forget_surveys
from wafaa.act.cases.actions.handling import (
    assign_case,
    close_case,
    note_case,
    note_contact,
    reopen_case,
    take_case,
    undo_line,
)
from wafaa.act.cases.actions.hearing import hear_signals
from wafaa.act.cases.actions.setting import change_target

__all__ = [
    "CASES_FOLLOW",
    "assign_case",
    "change_target",
    "close_case",
    "erase_customer",
    "forget_surveys",
    "hear_signals",
    "note_case",
    "note_contact",
    "reopen_case",
    "take_case",
    "undo_line",
]
