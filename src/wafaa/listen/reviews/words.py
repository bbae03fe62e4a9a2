"""What states, reasons and stars are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from wafaa.listen.reviews.rules import Origin, Reason, Skip, State

STATES: dict[str, Promise] = {
    State.WAITING: pgettext_lazy("review", "Waiting"),
    State.PUBLISHED: pgettext_lazy("review", "Published"),
    State.REJECTED: pgettext_lazy("review", "Rejected"),
}
REASONS: dict[str, Promise] = {
    Reason.SPAM: _("Advertising or spam"),
    Reason.ABUSE: _("Insults, threats or hate"),
    Reason.PERSONAL: _("Names or numbers of people"),
    Reason.OFF_TOPIC: _("Not about the product"),
    Reason.WRONG_PRODUCT: _("About another product"),
    Reason.ILLEGAL: _("Against the law"),
    Reason.FAKE: _("Bought, or by somebody with an interest"),
    Reason.DUPLICATE: _("Stands there already"),
}
SKIPS: dict[str, Promise] = {
    Skip.ALREADY_ASKED: _("Was asked about this order already"),
    Skip.NOTHING_BOUGHT: _("Bought nothing by this order"),
    Skip.REVIEWED: _("Has reviewed all of it"),
    Skip.NO_CONSENT: _("Did not agree to be asked"),
    Skip.OPEN_CASE: _("A case is open; they are asked when it is settled"),
    Skip.OPEN_RETURN: _("A return is open; they are asked when it is settled"),
    Skip.COOL_DOWN: _("Was asked something else lately"),
    Skip.NO_ADDRESS: _("No way to reach them"),
    Skip.NOT_IN_SEGMENT: _("Is not in the segment that the rule asks"),
    Skip.NOT_DRAWN: _("Was not drawn by lot"),
}
ORIGINS: dict[str, Promise] = {
    Origin.INVITED: pgettext_lazy("review", "by invitation"),
    Origin.WEB: pgettext_lazy("review", "on the web"),
    Origin.SHOP: pgettext_lazy("review", "by the shop's system"),
}
# What one tap says, for who does not see the stars.
TAPS: dict[int, Promise] = {
    1: pgettext_lazy("stars", "Very bad"),
    2: pgettext_lazy("stars", "Bad"),
    3: pgettext_lazy("stars", "Fair"),
    4: pgettext_lazy("stars", "Good"),
    5: pgettext_lazy("stars", "Very good"),
}


def say_stars(count: int) -> str:
    return ngettext("%(count)s star", "%(count)s stars", count) % {"count": count}


def say_reviews(count: int) -> str:
    return ngettext("%(count)s review", "%(count)s reviews", count) % {"count": count}
