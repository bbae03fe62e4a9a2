"""Automations that are there from the first day, off until somebody switches them on: plain data, each with a ready message."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from wafaa.decide.journeys.rules import (
    Calendar,
    Delay,
    Once,
    OnDay,
    OnEvent,
    Plan,
    Reach,
    Unless,
    Yearly,
)

_MORNING = 10 * 60  # when shops have opened and nobody sleeps


@dataclass(frozen=True, kw_only=True)
class ReadyAutomation:
    """`text` names the ready message (act.messages). `entered` is the key of the ready-made segment (learn.segments) whose
    entering begins it.
    """

    key: str
    name: Promise
    about: Promise
    text: str
    plan: Plan
    entered: str = ""

    @property
    def source(self) -> str:
        """Its name before it is translated, by which it is kept until somebody gives it another."""
        with override(None):
            return str(self.name)


_ALL = (
    ReadyAutomation(
        key="thanks",
        name=_("Thank you, with use and care"),
        about=_("The morning after an order, unless that order was cancelled."),
        text="thanks",
        plan=Plan(
            trigger=OnEvent(names=("Order Completed",)),
            delay=Delay(days=1, at=_MORNING),
            unless=(Unless(name="Order Cancelled", same=True),),
            once=Once.ORDER,
            control_bp=0,
        ),
    ),
    ReadyAutomation(
        key="delay",
        name=_("Honest notice of a delay"),
        about=_("As soon as a delay is known, unless the parcel has arrived or the order was cancelled."),
        text="delay",
        plan=Plan(
            trigger=OnEvent(names=("Order Delayed",)),
            unless=(Unless(name="Order Delivered", same=True), Unless(name="Order Cancelled", same=True)),
            once=Once.EVENT,
            patience_hours=24,
            priority=50,
            control_bp=0,
        ),
    ),
    ReadyAutomation(
        key="delivered",
        name=_("After the delivery"),
        about=_("Two days after the delivery, unless something of the order comes back."),
        text="delivered",
        plan=Plan(
            trigger=OnEvent(names=("Order Delivered",)),
            delay=Delay(days=2, at=_MORNING),
            unless=(
                Unless(name="Return Requested", same=True),
                Unless(name="Order Refunded", same=True),
                Unless(name="Order Cancelled", same=True),
            ),
            once=Once.ORDER,
            control_bp=0,
        ),
    ),
    ReadyAutomation(
        key="cart",
        name=_("Abandoned cart"),
        about=_("Four hours after a cart was left, unless the customer orders anything; once for each cart."),
        text="cart",
        plan=Plan(
            trigger=OnEvent(names=("Checkout Abandoned",)),
            delay=Delay(minutes=4 * 60),
            unless=(Unless(name="Order Completed"),),
            once=Once.CART,
            patience_hours=24,
            priority=10,
        ),
    ),
    ReadyAutomation(
        key="win_back",
        name=_("Win back the inactive"),
        about=_(
            "When somebody has bought nothing for longer than the lapse window; an order ends it at once."
        ),
        text="win_back",
        plan=Plan(
            trigger=OnEvent(names=("Segment Entered",)),
            delay=Delay(days=0, at=_MORNING),
            unless=(Unless(name="Order Completed"),),
            once=Once.EVENT,
        ),
        entered="lapsed",
    ),
    ReadyAutomation(
        key="birthday",
        name=_("Birthday"),
        about=_("On the birthday by the Gregorian calendar, once a year."),
        text="birthday",
        plan=Plan(trigger=OnDay(day=Yearly.BIRTHDAY), once=Once.YEAR, patience_hours=24, priority=20),
    ),
    ReadyAutomation(
        key="birthday_hijri",
        name=_("Birthday by the Hijri calendar"),
        about=_("On the birthday by the calendar of Umm al-Qura, once a year."),
        text="birthday",
        plan=Plan(
            trigger=OnDay(day=Yearly.BIRTHDAY, calendar=Calendar.HIJRI),
            once=Once.YEAR,
            patience_hours=24,
            priority=20,
        ),
    ),
    ReadyAutomation(
        key="anniversary",
        name=_("Anniversary of the first purchase"),
        about=_("On the day of the first order, each year."),
        text="anniversary",
        plan=Plan(trigger=OnDay(day=Yearly.PURCHASE), once=Once.YEAR, patience_hours=24),
    ),
    ReadyAutomation(
        key="new_product",
        name=_("New goods of a kind that was bought"),
        about=_("When new goods are told of, for those who bought of their category; once for each product."),
        text="new_product",
        plan=Plan(
            trigger=OnEvent(names=("Product Launched",), reach=Reach.KIND),
            delay=Delay(days=0, at=_MORNING),
            once=Once.PRODUCT,
        ),
    ),
    ReadyAutomation(
        key="points_earned",
        name=pgettext_lazy("automation", "Points earned"),
        about=_("When an order has earned points: how many, from when on, and what all of them are worth."),
        text="points_earned",
        plan=Plan(
            trigger=OnEvent(names=("Points Awarded",), where=(("reason", "order"), ("unit", "points"))),
            once=Once.ORDER,
            patience_hours=24,
            control_bp=0,
        ),
    ),
    ReadyAutomation(
        key="points_expiring",
        name=pgettext_lazy("automation", "Points about to expire"),
        about=_(
            "On each step of the programme's ladder, in the morning: how many points end, and the last day."
        ),
        text="points_expiring",
        plan=Plan(
            trigger=OnEvent(names=("Points Expiring",), where=(("unit", "points"),)),
            delay=Delay(days=0, at=_MORNING),
            once=Once.EVENT,
            patience_hours=20,
            control_bp=0,
        ),
    ),
    ReadyAutomation(
        key="birthday_gift",
        name=pgettext_lazy("automation", "Birthday gift in points"),
        about=_("In the morning of the day on which a rule has given points for the birthday."),
        text="birthday_gift",
        plan=Plan(
            trigger=OnEvent(names=("Points Awarded",), where=(("reason", "birthday"), ("unit", "points"))),
            delay=Delay(days=0, at=_MORNING),
            once=Once.EVENT,
            patience_hours=24,
            priority=20,
        ),
    ),
    ReadyAutomation(
        key="programme_welcome",
        name=pgettext_lazy("automation", "Welcome to the programme"),
        about=_("As soon as somebody becomes a member; once for each customer."),
        text="programme_welcome",
        plan=Plan(trigger=OnEvent(names=("Member Joined",)), once=Once.EVER, control_bp=0),
    ),
    ReadyAutomation(
        key="tier_up",
        name=pgettext_lazy("automation", "New tier"),
        about=_("When a member reaches a higher tier; not when one is lost."),
        text="tier_up",
        plan=Plan(
            trigger=OnEvent(names=("Tier Changed",), where=(("direction", "up"),)),
            once=Once.EVENT,
            control_bp=0,
        ),
    ),
    ReadyAutomation(
        key="reward_redeemed",
        name=pgettext_lazy("automation", "Reward redeemed"),
        about=_("At once, with the reward's code where it has one."),
        text="reward_redeemed",
        plan=Plan(
            trigger=OnEvent(names=("Reward Redeemed",)),
            once=Once.EVENT,
            patience_hours=24,
            priority=30,
            control_bp=0,
        ),
    ),
)
READY: Mapping[str, ReadyAutomation] = {one.key: one for one in _ALL}


def name_automation(key: str, name: str) -> str:
    """A ready one that nobody renamed is called in the reader's language."""
    ready = READY.get(key)
    return str(ready.name) if ready is not None and name == ready.source else name
