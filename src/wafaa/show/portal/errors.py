"""What can go wrong at the members' door, in words for members."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class PortalClosed(WafaaError):
    code = "portal_closed"
    status = 404
    message = _("This page is not open at the moment.")


class AddressUnreadable(WafaaError):
    code = "address_unreadable"
    status = 422
    message = _("Write an e-mail address, or a mobile number as you dial it.")


class CodeWrong(WafaaError):
    """Wrong, too late, used, guessed too often, or of an address that is nobody's: who asks learns nothing of which."""

    code = "code_wrong"
    status = 422
    message = _(
        "This code does not fit, or its ten minutes are over. Look for the newest one, or ask for another."
    )


class LinkOver(WafaaError):
    code = "link_over"
    status = 410
    message = _("This link was used, or its ten minutes are over. Ask for another one.")


class NotFromHere(WafaaError):
    """A form that no page of ours sent."""

    code = "not_from_here"
    status = 403
    message = _("This did not come from our page. Open the page anew, then try again.")


class ProofOver(WafaaError):
    code = "proof_over"
    status = 410
    message = _("This took too long. Sign in with a new code.")


class NameMissing(WafaaError):
    code = "name_missing"
    status = 422
    message = _("We would like to know what to call you.")


class BirthDateWrong(WafaaError):
    code = "birth_date_wrong"
    status = 422
    message = _("This cannot be a birth date. Write it as year-month-day.")


class SiteWrong(WafaaError):
    code = "site_wrong"
    status = 422
    message = _("{site} is not the address of a site. Write it as https://example.com.")
