"""Reading where members stand, what is missing for the next tier, who changes next, and how it changed."""

from wafaa.decide.tiers.queries.defining import Defined, list_defined
from wafaa.decide.tiers.queries.listing import (
    count_standings,
    export_customer,
    get_set,
    list_changes,
    list_ending,
    list_inside,
)
from wafaa.decide.tiers.queries.standing import Missing, Standing, get_standing

__all__ = [
    "Defined",
    "Missing",
    "Standing",
    "count_standings",
    "export_customer",
    "get_set",
    "get_standing",
    "list_changes",
    "list_defined",
    "list_ending",
    "list_inside",
]
