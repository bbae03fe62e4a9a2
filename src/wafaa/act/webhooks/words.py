"""What the codes of tries mean, in people's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ERRORS: dict[str, str | Promise] = {
    "status": _("the answer was no success"),
    "gone": _("gone for good (410)"),
    "name": _("its name is not known"),
    "connection": _("nobody answered there"),
    "tls": _("its certificate or encryption is not in order"),
    "timeout": _("no answer within 15 seconds"),
    "answer": _("the answer is no HTTP"),
    "refused_network": _("not sent: the address leads into a private network"),
    "sender_lost": _("the sender stopped in the middle; it may have arrived"),
    "endpoint_off": _("not sent: the webhook was off"),
    "event_erased": _("not sent: the event was erased"),
    "endpoint_deleted": _("not sent: the webhook was deleted"),
    "secret_unreadable": _("not sent: the secret was sealed with another secret key; rotate it"),
}
_OURS = _("a failure of ours; it is tried again")
_REFUSED = _("not sent: the address cannot be used")


def say_error(code: str) -> str:
    """Empty where nothing went wrong."""
    if not code:
        return ""
    return str(ERRORS.get(code) or (_REFUSED if code.startswith("refused_") else _OURS))
