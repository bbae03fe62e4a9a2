"""Everything that changes the portal and what members change through it."""

from wafaa.show.portal.actions.choosing import (
    ask_shop,
    change_details,
    choose_all,
    give_card,
    renew_card,
)
from wafaa.show.portal.actions.entering import (
    ask_for_code,
    deliver_code,
    find_by_link,
    find_proof,
    go_in,
    prove_by_code,
    prove_by_link,
)
from wafaa.show.portal.actions.joining import join
from wafaa.show.portal.actions.leaving import (
    erase_customer,
    forget_old,
    note_seen,
    sign_out,
    sign_out_everywhere,
)
from wafaa.show.portal.actions.setting import change_portal

__all__ = [
    "ask_for_code",
    "ask_shop",
    "change_details",
    "change_portal",
    "choose_all",
    "deliver_code",
    "erase_customer",
    "find_by_link",
    "find_proof",
    "forget_old",
    "give_card",
    "go_in",
    "join",
    "note_seen",
    "prove_by_code",
    "prove_by_link",
    "renew_card",
    "sign_out",
    "sign_out_everywhere",
]
