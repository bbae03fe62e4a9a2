"""What can go wrong when somebody asks for measures."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class PeriodWrong(WafaaError):
    code = "period_wrong"
    status = 422
    message = _(
        "This is no period: {period}. Write 30d, all, 2026, 2026-03 or 2026-03-01..2026-03-15, and not later than today."
    )
