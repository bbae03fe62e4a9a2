"""What the till says: kinds of deeds, what they earned, the message with a code."""

from collections.abc import Mapping
from typing import Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from wafaa.access.business.queries import get_business
from wafaa.know.customers.models import Customer
from wafaa.show.till.rules import CODE_LASTS, DeedKind

DEEDS: Final[Mapping[str, Promise]] = {
    DeedKind.EARN: pgettext_lazy("till", "Bill"),
    DeedKind.STAMP: pgettext_lazy("till", "Stamp"),
    DeedKind.ENROL: pgettext_lazy("till", "New member"),
    DeedKind.JOIN: pgettext_lazy("till", "Joined"),
    DeedKind.UNDO: pgettext_lazy("till", "Undone"),
    DeedKind.REWARD: pgettext_lazy("till", "Reward"),
    DeedKind.CODE: pgettext_lazy("till", "Code"),
    DeedKind.ADJUST: pgettext_lazy("till", "Put right"),
}


def write_yes(customer: Customer, code: str) -> tuple[str, str, str]:
    """Subject, text and language of the message with the code, in the customer's language or the shop's."""
    business = get_business()
    language = (
        customer.language[:2].lower() if customer.language[:2].lower() in {"ar", "en"} else business.language
    )
    name, minutes = business.name or "Wafaa", int(CODE_LASTS.total_seconds() // 60)
    with translation.override(language):
        lasts = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
        text = _(
            "{code} confirms that you use what you collected at {business}. Tell only the cashier before you. It lasts {minutes}."
        ).format(code=code, business=name, minutes=lasts)
        return _("Your code at the till of {business}").format(business=name), text, language
