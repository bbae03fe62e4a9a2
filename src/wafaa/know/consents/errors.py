"""What can go wrong with consents."""

from django.utils.translation import gettext_lazy as _

from wafaa.kit.errors import WafaaError


class ChannelUnknown(WafaaError):
    code = "consent_channel_unknown"
    status = 422
    message = _("There is no such channel or purpose.")


class ProofTooLarge(WafaaError):
    code = "consent_proof_too_large"
    status = 422
    message = _("A proof has {limit} bytes at most.")


class TextExists(WafaaError):
    code = "consent_text_exists"
    status = 409
    message = _(
        "This version exists already in this language. What was shown is never changed: name a new version."
    )
