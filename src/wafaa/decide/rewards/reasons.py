"""Why one may not redeem, in the words that a customer reads; words.py adds figures and what helps."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wafaa.decide.rewards.rules import Reason

MESSAGES: dict[Reason, Promise] = {
    Reason.NOT_LIVE: _("This reward is not offered at the moment."),
    Reason.NOT_MEMBER: _("This reward is for members of the programme."),
    Reason.NOT_STARTED: _("This reward is not offered yet."),
    Reason.OVER: _("This reward is not offered any more."),
    Reason.TIER: _("This reward is for members of another tier."),
    Reason.STORE: _("This reward is not offered in this store."),
    Reason.CURRENCY: _("This reward has no price in this currency."),
    Reason.MINIMUM: _("The cart is too small for this reward."),
    Reason.POINTS: _("There is not enough to redeem this reward."),
    Reason.STEP: _("So much can't be paid with."),
    Reason.MEMBER_LIMIT: _("You had this reward as often as one may."),
    Reason.LIMIT: _("This reward was given as often as it may be for now."),
    Reason.SOLD_OUT: _("This reward is out of stock."),
}
