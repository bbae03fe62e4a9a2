"""What can go wrong with tiers."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class SetMissing(WafaaError):
    code = "tier_set_missing"
    status = 404
    message = _("The programme has no such tiers.")
