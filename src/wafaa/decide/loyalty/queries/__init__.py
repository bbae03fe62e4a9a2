"""Reading programmes: what there is, what a cart would earn, why something earned what it did, what refunds keep back."""

from wafaa.decide.loyalty.queries.charging import list_charges
from wafaa.decide.loyalty.queries.explaining import Explained, explain
from wafaa.decide.loyalty.queries.judging import Judged, read_version
from wafaa.decide.loyalty.queries.naming import RuleKey, name_rules
from wafaa.decide.loyalty.queries.programmes import (
    compare_versions,
    export_customer,
    find_draft,
    find_occasions,
    find_published,
    get_member,
    get_programme,
    list_members,
    list_memberships,
    list_occasions,
    list_programmes,
    list_rules,
    list_versions,
    sum_awarded,
)
from wafaa.decide.loyalty.queries.quoting import Cart, CartLine, Quote, quote

__all__ = [
    "Cart",
    "CartLine",
    "Explained",
    "Judged",
    "Quote",
    "RuleKey",
    "compare_versions",
    "explain",
    "export_customer",
    "find_draft",
    "find_occasions",
    "find_published",
    "get_member",
    "get_programme",
    "list_charges",
    "list_members",
    "list_memberships",
    "list_occasions",
    "list_programmes",
    "list_rules",
    "list_versions",
    "name_rules",
    "quote",
    "read_version",
    "sum_awarded",
]
