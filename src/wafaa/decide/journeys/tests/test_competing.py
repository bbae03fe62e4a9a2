"""22:55 in Riyadh: two automations, a campaign and a receipt want the same customer. `-s` tells what became of each, and why."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from wafaa.act.messages.actions import send
from wafaa.act.messages.models import Message
from wafaa.act.messages.models.sending import MESSAGE_STATES
from wafaa.act.messages.rules import Person
from wafaa.act.messages.tests.samples import make_reader, make_template, turn
from wafaa.act.messages.words import say_trace, say_why
from wafaa.decide.journeys.actions import launch_campaign
from wafaa.decide.journeys.rules import Delay, Once, OnEvent, Plan, Unless
from wafaa.decide.journeys.tests.build import (
    DAY,
    HOUR,
    ORDER,
    happen,
    make_automation,
    make_campaign,
    make_segment,
    make_shop,
    turn_until_quiet,
)
from wafaa.design.formats import format_moment
from wafaa.kit import clock

pytestmark = pytest.mark.django_db

LATE = datetime(2026, 11, 22, 19, 55, tzinfo=UTC)  # 22:55 on her clock
OPENING = datetime(2026, 11, 23, 6, tzinfo=UTC)  # nine in the morning, when marketing may be sent again


@pytest.fixture
def shop():
    with clock.fixed_at(LATE - DAY):
        yield make_shop()


def let_all_ask(reader):
    """A cart left four hours ago, a wish noted just now, a winter campaign, and the receipt of an order."""
    template = make_template()
    with clock.fixed_at(LATE - 4 * HOUR):
        cart = make_automation(
            Plan(
                trigger=OnEvent(names=("Checkout Abandoned",)),
                template=template.uuid,
                delay=Delay(minutes=4 * 60),
                unless=(Unless(name=ORDER),),
                once=Once.CART,
                patience_hours=24,
                priority=10,
                control_bp=0,
            ),
            name="Abandoned cart",
        )
        wish = make_automation(
            Plan(
                trigger=OnEvent(names=("Product Added to Wishlist",)),
                template=template.uuid,
                once=Once.EVENT,
                patience_hours=72,
                priority=5,
                control_bp=0,
            ),
            name="Wish list",
        )
        happen("Checkout Abandoned", checkout_id="K-7")
    with clock.fixed_at(LATE):
        happen("Product Added to Wishlist", product_id="OUD")
        campaign = make_campaign(make_segment(reader), template=template, name="Winter", patience_hours=18)
        launch_campaign(campaign=campaign, by=None)
        send(
            reason="receipts",
            step="order:7",
            template=template.uuid,
            people=[Person(customer_id=reader.pk, values={"order": {"number": "7"}})],
            purpose="service",
            lane="urgent",
        )
        turn_until_quiet()
        turn()
    return {"receipt": "receipts", "cart": cart.reason, "wish": wish.reason, "campaign": campaign.reason}


def go_to(moment):
    with clock.fixed_at(moment):
        turn_until_quiet()
        turn()


def describe(reasons):
    """(state, when, the last answer of each asking) by who asked."""
    found = {}
    for name, reason in reasons.items():
        row = Message.objects.get(sending__reason=reason)
        answers = [tuple(line["asked"][-1][:2]) if line["asked"] else (line["then"],) for line in row.trace]
        found[name] = (row.state, row.settled_at, answers)
    return found


def tell_story(reasons, zone):
    for language in ("en", "ar"):
        with override(language):
            for name, reason in reasons.items():
                row = Message.objects.get(sending__reason=reason)
                print(f"\n{name}: {MESSAGE_STATES[row.state]} {say_why(row.why)}".rstrip())
                for step in say_trace(row.trace, zone):
                    answers = ", ".join(
                        f"{one['gate']} {'+' if one['passes'] else '- ' + one['detail']}"
                        for one in step["answers"]
                    )
                    print(
                        f"  {format_moment(step['at'].astimezone(zone), language)} {step['then']}: {answers}"
                    )


def test_at_five_to_eleven_the_receipt_goes_and_the_weightiest_of_the_others_in_the_morning(shop, mailserver):
    reader = make_reader()
    reasons = let_all_ask(reader)
    for moment in (OPENING, LATE + timedelta(hours=18), OPENING + DAY):
        go_to(moment)

    tell_story(reasons, shop.zone)
    assert describe(reasons) == {
        "receipt": ("sent", LATE, [("budget", "pass")]),
        "cart": ("sent", OPENING, [("hours", "wait"), ("budget", "pass")]),
        "wish": ("sent", OPENING + DAY, [("hours", "wait"), ("budget", "wait"), ("budget", "pass")]),
        "campaign": (
            "lapsed",
            LATE + timedelta(hours=18),
            [("hours", "wait"), ("budget", "wait"), ("lapsed",)],
        ),
    }
    assert [mail["To"] for mail in mailserver.mails] == ["p1@example.com"] * 3
