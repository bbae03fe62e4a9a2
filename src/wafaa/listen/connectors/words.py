"""What hinders a connection, and what systems ask of people, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wafaa.kit.text import isolate
from wafaa.listen.connectors.rules import Wanted, Why

REASONS: Mapping[str, Promise] = {
    Why.UNSIGNED: _(
        "The signature is missing or wrong. Compare the signing secret here with the one over there."
    ),
    Why.STALE: _("It was signed too long ago. Check the clock of the machine that sends."),
    Why.UNREADABLE: _("It could not be read."),
    Why.TOKEN_WRONG: _("The system does not accept the token. Make a new one over there and enter it here."),
    Why.FORBIDDEN: _(
        "The token is right, but lacks a permission. Give it the permissions that the steps name."
    ),
    Why.NOT_FOUND: _("There is no such system at this address. Check the address."),
    Why.SYSTEM_FAILED: _("The system answers, but not as it should. Try again later."),
    Why.UNREACHABLE: _("The system cannot be reached. Check the address, and try again later."),
    Why.REFUSED: _("This address lies inside a private network, where we send nothing."),
}

WISHES: Mapping[str, Promise] = {
    Wanted.EXPORT: _("Somebody asks for a copy of what is stored of them. Export it from their page."),
    Wanted.ERASE: _("Somebody asks to be forgotten. Erase them from their page."),
    Wanted.ERASE_SHOP: _("The shop left the system for good. Its customers are to be erased."),
    Wanted.DELETED: _("An account was deleted in the shop. Decide whether the person is to be erased."),
}

GROUPS: Mapping[str, Promise] = {
    "shop": _("Online shops"),
    "help": _("Help desks and calls"),
    "contacts": _("Contacts"),
    "store": _("In your stores"),
    "other": _("Everything else"),
}


def say_why(why: str, detail: str = "") -> str:
    """One sentence, with the technical detail behind it where there is one."""
    said = str(REASONS.get(why, why))
    return f"{said} ({isolate(detail)})" if detail else said


def say_wish(what: str) -> str:
    return str(WISHES.get(what, what))
