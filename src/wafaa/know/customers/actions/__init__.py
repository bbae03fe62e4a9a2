"""Everything that changes customers: who they are, what staff note about them, and joining two that are one."""

from wafaa.know.customers.actions.bulk import (
    change_chunk,
    forget_bulk_edits,
    start_bulk_edit,
    start_undo,
    undo_chunk,
)
from wafaa.know.customers.actions.erasing import erase_customers, export_customer, find_family
from wafaa.know.customers.actions.fields import define_field, move_field, remove_field
from wafaa.know.customers.actions.identifying import (
    ensure_customers,
    get_default_region,
    identify_customers,
    remove_source,
)
from wafaa.know.customers.actions.merging import merge_customers, undo_merge
from wafaa.know.customers.actions.profile import change_profile, set_owner, set_tags
from wafaa.know.customers.actions.tags import change_tag, ensure_tag, remove_tag
from wafaa.know.customers.actions.views import remove_view, save_view

__all__ = [
    "change_chunk",
    "change_profile",
    "change_tag",
    "define_field",
    "ensure_customers",
    "ensure_tag",
    "erase_customers",
    "export_customer",
    "find_family",
    "forget_bulk_edits",
    "get_default_region",
    "identify_customers",
    "merge_customers",
    "move_field",
    "remove_field",
    "remove_source",
    "remove_tag",
    "remove_view",
    "save_view",
    "set_owner",
    "set_tags",
    "start_bulk_edit",
    "start_undo",
    "undo_chunk",
    "undo_merge",
]
