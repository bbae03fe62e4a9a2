"""What can go wrong with the facts."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class FactsMissing(WafaaError):
    code = "facts_missing"
    status = 503
    message = _("The figures are being counted for the first time. They will be here in a moment.")
