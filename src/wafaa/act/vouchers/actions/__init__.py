"""Everything that changes vouchers: pools, their codes, and what is done with a code."""

from wafaa.act.vouchers.actions.cards import (
    Greeting,
    block_card,
    count_on_card,
    find_card,
    get_card,
    hold_on_card,
    issue_card,
    issue_cards,
    mail_card,
    note_mailed,
    top_up_card,
)
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
    "Greeting",
    "Used",
    "ask_for",
    "block_card",
    "change_pool",
    "count_on_card",
    "erase_customer",
    "find_card",
    "free_late",
    "get_card",
    "give_code",
    "hold_on_card",
    "import_codes",
    "issue_card",
    "issue_cards",
    "mail_card",
    "make_pool",
    "note_mailed",
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
    "top_up_card",
    "undo_batch",
    "withdraw_code",
]
