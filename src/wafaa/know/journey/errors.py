"""What can go wrong with goals, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class GoalUnknown(WafaaError):
    code = "goal_unknown"
    status = 404
    message = _("There is no such goal.")
