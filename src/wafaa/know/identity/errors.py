"""What can go wrong with who is who."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class DecisionMissing(WafaaError):
    code = "decision_missing"
    status = 404
    message = _("There is no such decision.")
