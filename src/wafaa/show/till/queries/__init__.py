"""Reading for the till: at which store, who this is, what they have, what a bill would earn, what a deed brought about."""

from wafaa.show.till.queries.carts import CartLeft, find_cart
from wafaa.show.till.queries.deeds import (
    Brought,
    explain_deed,
    export_customer,
    get_deed,
    list_undoable,
    look_back,
)
from wafaa.show.till.queries.finding import Seen, find_seen, find_shown, find_who
from wafaa.show.till.queries.keys import Key, find_event_rule, list_keys
from wafaa.show.till.queries.stores import get_store, list_own_stores

__all__ = [
    "Brought",
    "CartLeft",
    "Key",
    "Seen",
    "explain_deed",
    "export_customer",
    "find_cart",
    "find_event_rule",
    "find_seen",
    "find_shown",
    "find_who",
    "get_deed",
    "get_store",
    "list_keys",
    "list_own_stores",
    "list_undoable",
    "look_back",
]
