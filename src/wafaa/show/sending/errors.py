"""What can go wrong with sending figures on."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class PageNotShareable(WafaaError):
    code = "page_not_shareable"
    status = 404
    message = _("Only Today and the reports can be shared.")


class FiguresNotReady(WafaaError):
    code = "figures_not_ready"
    status = 409
    message = _(
        "The figures of this page are not there yet, so there is nothing to share. Try again in a moment."
    )


class EndOutOfRange(WafaaError):
    code = "end_out_of_range"
    message = _("Choose a last day between tomorrow and {days} days from now.")


class ShareNotFound(WafaaError):
    code = "share_not_found"
    status = 404
    message = _("There is no such link.")
