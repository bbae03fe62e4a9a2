"""Paying a part of the bill with points, as the cashier reads it: how much, why not more, and what is left to pay."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wafaa.access.business.queries import get_business
from wafaa.decide.rewards.models import STANDINGS, Redemption
from wafaa.decide.rewards.queries import Payment, list_payments
from wafaa.decide.rewards.rules import Kind, Reason, Standing
from wafaa.decide.rewards.rules.paying import Bound, Part, list_parts
from wafaa.decide.rewards.words import say_points, say_refusal, say_spent
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Store
from wafaa.show.portal.rules import shorten_name

# A member says an amount; what a thumb finds at once is a handful.
CHOICES: Final = 6
# One step is more than the bill, or the programme says no worth: nothing that a cashier or a member could do about.
UNTOLD: Final = frozenset({Reason.NOT_LIVE, Reason.CURRENCY})


def draw_payments(customer: Customer, *, store: Store | None, bill_minor: int) -> list[dict[str, Any]]:
    payments = list_payments(
        customer_id=customer.pk,
        at=clock.now(),
        store=store.code if store else "",
        currency=get_business().currency,
        bill_minor=bill_minor,
    )
    told = [_draw(one, bill_minor) for one in payments]
    return [one for one in told if one["choices"] or one["why_not"]]


def _draw(one: Payment, bill_minor: int) -> dict[str, Any]:
    reward = one.reward
    if one.most is None or one.worth is None:
        told = [each for each in one.reasons if each.reason not in UNTOLD][:1]
        return {"choices": [], "why_not": [say_refusal(each.reason, each.facts) for each in told]}
    most = one.most.part
    parts = list_parts(step=reward.points, most=most.points, worth=one.worth, at_most=CHOICES)
    return {
        "uuid": reward.uuid,
        "currency": one.worth.currency,
        "most_minor": most.minor,
        "most": say_points(most.points, reward.unit),
        "bound": _say_bound(one),
        "choices": _draw_choices(parts, one, bill_minor),
    }


def draw_shown(one: Redemption, *, bill_minor: int | None) -> dict[str, Any]:
    """What a member redeemed on their own page: whether it can be had now, and what is then left of the bill."""
    is_payment = one.terms["kind"] == Kind.PAYMENT
    waits = one.standing is Standing.PLACED and one.ends_at > clock.now()
    return {
        "name": one.say_name((get_language() or "")[:2]),
        "spent": say_spent(one),
        "person": shorten_name(one.customer.name) if one.customer else "",
        "standing": "" if waits else STANDINGS[Standing.TIMED_OUT if _is_late(one) else one.standing],
        "is_payment": is_payment,
        "minor": one.value_minor,
        "price_minor": one.price_minor,
        "currency": one.currency,
        "bill_minor": bill_minor,
        "rest": (bill_minor or 0) - one.value_minor,
    }


def _is_late(one: Redemption) -> bool:
    return one.standing is Standing.PLACED and one.ends_at <= clock.now()


def _draw_choices(parts: Sequence[Part], one: Payment, bill_minor: int) -> list[dict[str, Any]]:
    """The most first: it is what members usually want."""
    return [
        {
            "points": part.points,
            "told": say_points(part.points, one.reward.unit),
            "minor": part.minor,
            "rest": bill_minor - part.minor,
        }
        for part in reversed(parts)
    ]


def _say_bound(one: Payment) -> str:
    """Why not more."""
    assert one.most is not None  # looked at by who calls
    step = say_points(one.reward.points, one.reward.unit)
    match one.most.bound:
        case Bound.WHOLE:
            return _("That is the whole bill.")
        case Bound.BILL:
            return _("It goes in steps of %(step)s; one more would be above the bill.") % {"step": step}
        case Bound.POINTS:
            has = say_points(one.available, one.reward.unit)
            return _("The member has %(has)s; it goes in steps of %(step)s.") % {"has": has, "step": step}
