"""What can go wrong in the first hour."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class OwnerIsThere(WafaaError):
    code = "owner_is_there"
    status = 409
    message = _("Somebody was faster: there is an owner already. Sign in, or ask them to add you.")
