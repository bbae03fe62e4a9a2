"""What can go wrong with keys. The codes are part of the API: they never change."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class KeyMissing(WafaaError):
    code = "key_missing"
    status = 401
    message = _(
        "Send an API key as “Authorization: Bearer KEY”, or as the user name of Basic authentication."
    )


class KeyWrong(WafaaError):
    code = "key_wrong"
    status = 401
    message = _("This API key is not known here.")


class KeyRevoked(WafaaError):
    code = "key_revoked"
    status = 401
    message = _("This API key was revoked.")


class KeyExpired(WafaaError):
    code = "key_expired"
    status = 401
    message = _("This API key has expired.")


class ScopeMissing(WafaaError):
    code = "scope_missing"
    status = 403
    message = _("This API key has the scope “{held}”; this needs “{needed}”.")


class KeyNotFound(WafaaError):
    code = "key_not_found"
    status = 404
    message = _("There is no such API key.")


class KeyNameMissing(WafaaError):
    code = "key_name_missing"
    message = _("Give the key a name of 1 to 100 characters, so that you know later whose it is.")


class ExpiryPassed(WafaaError):
    code = "expiry_passed"
    message = _("The key would have expired already. Choose a later day.")
