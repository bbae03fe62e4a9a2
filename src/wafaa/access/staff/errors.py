"""What can go wrong with accounts."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class EmailTaken(WafaaError):
    code = "email_taken"
    status = 409
    message = _("{email} belongs to another member of staff.")


class LastOwner(WafaaError):
    code = "last_owner"
    status = 409
    message = _("This is the last owner. Make somebody else an owner first.")


class StaffNotFound(WafaaError):
    code = "staff_not_found"
    status = 404
    message = _("This member of staff does not exist.")


class WeakPassword(WafaaError):
    code = "weak_password"
    message = _("This password is too weak: {reasons}")


class SecondFactorMissing(WafaaError):
    code = "second_factor_missing"
    status = 409
    message = _("There is no second factor to change.")


class SecondFactorUnreadable(WafaaError):
    code = "second_factor_unreadable"
    status = 409
    message = _(
        "The second factor was sealed with another secret key. Whoever runs this installation can take it away with"
        " wafaa user password --email … --remove-second-factor"
    )
