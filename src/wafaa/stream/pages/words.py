"""Why messages are refused, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wafaa.stream.messages import Reason

REASONS: Mapping[str, Promise] = {
    Reason.BROKEN: _("It is no JSON object."),
    Reason.FIELD_WRONG: _("A field is of the wrong kind."),
    Reason.TOO_LARGE: _("It is larger than 32 KB."),
    Reason.TYPE_UNKNOWN: _("Its type is none of identify, track, page, screen, group and alias."),
    Reason.NAME_MISSING: _("The event has no name."),
    Reason.PERSON_MISSING: _("It names neither a userId nor an anonymousId."),
    Reason.TOO_LONG: _("A name or number in it has more than 200 characters."),
    Reason.TIME_WRONG: _("Its time cannot be read."),
    Reason.NOT_FROM_PAGE: _(
        "Orders and products are told by the shop's server, not with a key that anybody may read."
    ),
    Reason.NUL: _("It holds a character of code 0, which cannot be stored."),
}
