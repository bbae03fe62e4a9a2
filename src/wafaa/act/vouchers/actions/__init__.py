"""Everything that changes vouchers: pools, their codes, and what is done with a code."""

from wafaa.act.vouchers.actions.following import VOUCHERS_FOLLOW, erase_customer
from wafaa.act.vouchers.actions.giving import give_code, restore_code, withdraw_code
from wafaa.act.vouchers.actions.making import (
    import_codes,
    request_codes,
    run_batch,
    undo_batch,
)
from wafaa.act.vouchers.actions.pools import change_pool, make_pool, pause_pool, resume_pool
from wafaa.act.vouchers.actions.using import (
    Used,
    ask_for,
    free_late,
    redeem,
    redeem_reserved,
    release,
    reserve,
    roll_back,
)

__all__ = [
    "VOUCHERS_FOLLOW",
    "Used",
    "ask_for",
    "change_pool",
    "erase_customer",
    "free_late",
    "give_code",
    "import_codes",
    "make_pool",
    "pause_pool",
    "redeem",
    "redeem_reserved",
    "release",
    "request_codes",
    "reserve",
    "restore_code",
    "resume_pool",
    "roll_back",
    "run_batch",
    "undo_batch",
    "withdraw_code",
]
