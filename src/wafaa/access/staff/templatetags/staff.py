"""What a person may see: `{% load staff %}`, `{{ customer.email|personal:staff }}`."""

from django import template

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability, mask

register = template.Library()


@register.filter
def personal(text: str | None, staff: Staff | None) -> str:
    """The text for those who may see personal data, its first letter and dots for everybody else."""
    shown = str(text or "")
    return shown if staff is not None and staff.may(Capability.SEE_PERSONAL) else mask(shown)


@register.filter
def may(staff: Staff | None, capability: str) -> bool:
    """`{% if staff|may:"import_files" %}`."""
    return staff is not None and staff.may(Capability(capability))
