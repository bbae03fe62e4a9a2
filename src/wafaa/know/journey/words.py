"""What the touchpoints are called: events that goals speak of, and places at which surveys ask."""

from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from wafaa.kit.text import fold

LABELS: Final[dict[str, Promise]] = {
    "page": pgettext_lazy("touchpoint", "Page opened"),
    "screen": pgettext_lazy("touchpoint", "Screen opened"),
    "Products Searched": pgettext_lazy("touchpoint", "Products searched"),
    "Product List Viewed": pgettext_lazy("touchpoint", "List of products looked at"),
    "Product List Filtered": pgettext_lazy("touchpoint", "List of products filtered"),
    "Promotion Viewed": pgettext_lazy("touchpoint", "Promotion seen"),
    "Promotion Clicked": pgettext_lazy("touchpoint", "Promotion pressed"),
    "Product Clicked": pgettext_lazy("touchpoint", "Product pressed"),
    "Product Viewed": pgettext_lazy("touchpoint", "Product looked at"),
    "Product Shared": pgettext_lazy("touchpoint", "Product shared"),
    "Product Reviewed": pgettext_lazy("touchpoint", "Product reviewed"),
    "Product Added to Wishlist": pgettext_lazy("touchpoint", "Put on the wish list"),
    "Product Removed from Wishlist": pgettext_lazy("touchpoint", "Taken off the wish list"),
    "Product Added": pgettext_lazy("touchpoint", "Put into the cart"),
    "Product Removed": pgettext_lazy("touchpoint", "Taken out of the cart"),
    "Wishlist Product Added to Cart": pgettext_lazy("touchpoint", "From the wish list into the cart"),
    "Cart Viewed": pgettext_lazy("touchpoint", "Cart looked at"),
    "Cart Shared": pgettext_lazy("touchpoint", "Cart shared"),
    "Coupon Entered": pgettext_lazy("touchpoint", "Coupon entered"),
    "Coupon Applied": pgettext_lazy("touchpoint", "Coupon used"),
    "Coupon Denied": pgettext_lazy("touchpoint", "Coupon refused"),
    "Coupon Removed": pgettext_lazy("touchpoint", "Coupon taken away"),
    "Checkout Started": pgettext_lazy("touchpoint", "Checkout begun"),
    "Checkout Step Viewed": pgettext_lazy("touchpoint", "Step of the checkout seen"),
    "Checkout Step Completed": pgettext_lazy("touchpoint", "Step of the checkout done"),
    "Payment Info Entered": pgettext_lazy("touchpoint", "Payment details entered"),
    "Checkout Abandoned": pgettext_lazy("touchpoint", "Checkout abandoned"),
    "Order Completed": pgettext_lazy("touchpoint", "Order placed"),
    "Order Paid": pgettext_lazy("touchpoint", "Order paid"),
    "Order Shipped": pgettext_lazy("touchpoint", "Order shipped"),
    "Order Delayed": pgettext_lazy("touchpoint", "Order delayed"),
    "Order Delivered": pgettext_lazy("touchpoint", "Order delivered"),
    "Order Cancelled": pgettext_lazy("touchpoint", "Order cancelled"),
    "Order Refunded": pgettext_lazy("touchpoint", "Order refunded"),
    "Return Requested": pgettext_lazy("touchpoint", "Return requested"),
    "Support Conversation Started": pgettext_lazy("touchpoint", "Conversation begun"),
    "Support Message Received": pgettext_lazy("touchpoint", "Customer's message received"),
    "Support Reply Sent": pgettext_lazy("touchpoint", "Help desk replied"),
    "Support Conversation Ended": pgettext_lazy("touchpoint", "Conversation ended"),
    "Support Call Ended": pgettext_lazy("touchpoint", "Call ended"),
    "Store Entered": pgettext_lazy("touchpoint", "Store entered"),
    "Store Exited": pgettext_lazy("touchpoint", "Store left"),
}

# What the house itself tells of its members, which is no place on their way.
HOUSE: Final[dict[str, Promise]] = {
    "Points Awarded": pgettext_lazy("event", "Points earned"),
    "Points Reversed": pgettext_lazy("event", "Points taken back"),
    "Points Activated": pgettext_lazy("event", "Points can be used now"),
    "Points Expiring": pgettext_lazy("event", "Points about to expire"),
    "Points Expired": pgettext_lazy("event", "Points expired"),
    "Member Joined": pgettext_lazy("event", "Programme joined"),
    "Member Left": pgettext_lazy("event", "Programme left"),
    "Tier Changed": pgettext_lazy("event", "Tier changed"),
    "Tier Ending": pgettext_lazy("event", "Tier about to end"),
    "Reward Redeemed": pgettext_lazy("event", "Reward redeemed"),
    "Reward Returned": pgettext_lazy("event", "Reward returned"),
    "Gift Given": pgettext_lazy("event", "Gift given"),
    "Voucher Given": pgettext_lazy("event", "Code given"),
    "Voucher Reserved": pgettext_lazy("event", "Code reserved"),
    "Voucher Redeemed": pgettext_lazy("event", "Code redeemed"),
    "Voucher Released": pgettext_lazy("event", "Code released"),
    "Voucher Rolled Back": pgettext_lazy("event", "Use of a code taken back"),
}

# What the house tells besides: automations begin with it, too.
BEGINS: Final[dict[str, Promise]] = {
    "Product Launched": pgettext_lazy("event", "New product announced"),
    "Segment Entered": pgettext_lazy("event", "Segment entered"),
    "Segment Exited": pgettext_lazy("event", "Segment left"),
    "Survey Answered": pgettext_lazy("event", "Survey answered"),
}
# And what none begins with.
TOLD: Final[dict[str, Promise]] = {
    **BEGINS,
    "Order Updated": pgettext_lazy("event", "Order changed"),
    "Experiment Viewed": pgettext_lazy("event", "Seen as part of an experiment"),
    "Consent Given": pgettext_lazy("event", "Agreed to messages"),
    "Consent Withdrawn": pgettext_lazy("event", "Took back their consent to messages"),
    "Survey Sent": pgettext_lazy("event", "Survey sent"),
    "Message Sent": pgettext_lazy("event", "Message sent"),
    "Message Refused": pgettext_lazy("event", "Message held back"),
    "Message Failed": pgettext_lazy("event", "Message not sent"),
    "Message Delivered": pgettext_lazy("event", "Message delivered"),
    "Message Bounced": pgettext_lazy("event", "Message came back"),
    "Message Complained": pgettext_lazy("event", "Message reported as unwanted"),
    "Message Opened": pgettext_lazy("event", "Message opened"),
    "Message Clicked": pgettext_lazy("event", "Link in a message pressed"),
    "Message Unsubscribed": pgettext_lazy("event", "Messages unsubscribed"),
    "Message Replied": pgettext_lazy("event", "Message replied to"),
    "Push Subscribed": pgettext_lazy("event", "Notifications allowed"),
    "Push Unsubscribed": pgettext_lazy("event", "Notifications switched off"),
}

# Where the ready-made surveys ask; a shop may name places of its own besides.
PLACES: Final[dict[str, Promise]] = {
    "checkout": pgettext_lazy("touchpoint", "Checkout"),
    "delivery": pgettext_lazy("touchpoint", "Delivery"),
    "store": pgettext_lazy("touchpoint", "Store visit"),
    "website": pgettext_lazy("touchpoint", "Website"),
    "app": pgettext_lazy("touchpoint", "App"),
    "product": pgettext_lazy("touchpoint", "Product"),
    "return": pgettext_lazy("touchpoint", "Return of goods"),
    "support_call": pgettext_lazy("touchpoint", "Support call"),
    "online_help": pgettext_lazy("touchpoint", "Help online"),
    "onboarding": pgettext_lazy("touchpoint", "First days with us"),
    "event": pgettext_lazy("touchpoint", "Event"),
    "stay": pgettext_lazy("touchpoint", "Stay at the hotel"),
    "clinic": pgettext_lazy("touchpoint", "Clinic visit"),
    "programme": pgettext_lazy("touchpoint", "Loyalty programme"),
}


_WORDS: Final = LABELS | PLACES | HOUSE | TOLD


def name_touchpoint(name: str) -> "str | Promise":
    """A name without words of its own is shown as it is."""
    return _WORDS.get(name, name)


def name_touchpoints(names: Iterable[str]) -> dict[str, str]:
    return {name: str(name_touchpoint(name)) for name in names}


def find_touchpoint(words: str) -> str:
    """What is called so in one of the languages; words of the shop's own stay as they are."""
    wanted = words.strip()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for key, label in _WORDS.items():
                if fold(str(label)) == fold(wanted):
                    return key
    return wanted
