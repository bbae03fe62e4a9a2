"""Why a code gives nothing, in the words that whoever types it reads; words.py adds figures and what helps."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wafaa.act.vouchers.rules import Reason

MESSAGES: dict[Reason, Promise] = {
    Reason.UNKNOWN: _("There is no such code."),
    Reason.MISTYPED: _("This code is mistyped: a sign is wrong, or two changed places."),
    Reason.WITHDRAWN: _("This code was withdrawn."),
    Reason.PAUSED: _("These vouchers are paused at the moment."),
    Reason.NOT_STARTED: _("This code is not valid yet."),
    Reason.EXPIRED: _("This code has expired."),
    Reason.CUSTOMER_NEEDED: _("This code is valid only for a known customer."),
    Reason.OTHER_CUSTOMER: _("This code belongs to another customer."),
    Reason.CODE_USED_UP: _("This code was used as often as it may be."),
    Reason.POOL_USED_UP: _("All of these vouchers are used."),
    Reason.CUSTOMER_USED_UP: _("This customer used these vouchers as often as one may."),
    Reason.WRONG_CURRENCY: _("This code is for another currency."),
    Reason.WRONG_STORE: _("This code is not valid in this store."),
    Reason.WRONG_CHANNEL: _("This code is not valid here: it is for another channel."),
    Reason.MINIMUM_NOT_REACHED: _("The cart is below the minimum of this code."),
    Reason.WRONG_PRODUCTS: _("Nothing in the cart is what this code is for."),
    Reason.PRODUCT_MISSING: _("The product that this code gives is not in the cart."),
    Reason.NO_SHIPPING: _("There is no shipping to pay."),
}
