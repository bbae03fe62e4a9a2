"""What can go wrong with customers."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class CustomerMissing(WafaaError):
    code = "customer_missing"
    status = 404
    message = _("There is no such customer, or you may not see them.")
