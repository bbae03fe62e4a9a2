"""Everything that changes who is one customer with whom."""

from wafaa.know.identity.actions.deciding import join_customers, part_customers, tell_apart, withdraw
from wafaa.know.identity.actions.erasing import erase_customer, remove_source
from wafaa.know.identity.actions.hearing import hear_claims
from wafaa.know.identity.actions.settling import settle, settle_rest

__all__ = [
    "erase_customer",
    "hear_claims",
    "join_customers",
    "part_customers",
    "remove_source",
    "settle",
    "settle_rest",
    "tell_apart",
    "withdraw",
]
