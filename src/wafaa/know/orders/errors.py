"""What can go wrong with orders."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class OrderMissing(WafaaError):
    code = "order_missing"
    status = 404
    message = _("There is no such order, or you may not see it.")
