"""What loyalty tells is read on the timeline, and offered where events are chosen."""

import pytest
from django.utils.html import strip_tags
from django.utils.translation import override

from wafaa.act.points.actions import make_unit
from wafaa.act.points.rules import UnitKind
from wafaa.act.webhooks.forms import EndpointForm
from wafaa.decide.journeys.plan_forms import list_events
from wafaa.know.journey.words import HOUSE
from wafaa.show.console.customers.earned import EARNED, Earned
from wafaa.show.console.customers.noted import NOTED
from wafaa.show.console.customers.timeline import say_event
from wafaa.stream.catalogue import EVENTS


@pytest.mark.django_db
def test_amounts_stand_in_their_units_own_writing_and_names_of_members_are_no_markup():
    make_unit(code="points", name={"en": "Points"}, kind=UnitKind.POINTS)
    earned = Earned(["Points Awarded"])

    def say(name, **told):
        with override("en"):
            return strip_tags(earned.say(name, told))

    assert say("Points Awarded", unit="points", points=1200) == "Earned: 1,200 points"
    assert say("Points Expiring", unit="points", points=5, expires_on="2026-12-31") == (
        "Ends on 31 December 2026: 5 points"
    )
    assert say("Tier Changed", to="gold") == "New tier: gold"
    named = {"tier": "gold", "tier_name_en": "Gold", "tier_name_ar": "ذهبي"}
    assert say("Tier Changed", **named) == "New tier: Gold"
    redeemed = {"reward": "5 off", "reward_name": {"en": "5 off", "ar": "خصم 5"}}
    with override("ar"):
        assert "ذهبي" in earned.say("Tier Changed", named)
        assert "خصم 5" in earned.say("Reward Redeemed", redeemed)
    assert "&lt;b&gt;" in earned.say("Voucher Given", {"code": "<b>"})
    assert say("Points Expired") == "Expired: "  # an event tells what it likes


def test_every_event_of_the_house_is_known_said_and_offered(db):
    assert set(HOUSE) <= set(EVENTS)
    assert set(EARNED) <= set(HOUSE)
    assert all(str(say_event(name, {})) for name in HOUSE)
    nameless = {"Product Updated", "Customer Erased", "alias", "group"} | set(
        NOTED
    )  # of nobody, or said with what was written
    for language in ("en", "ar"):
        with override(language):
            assert [one for one in set(EVENTS) - nameless if say_event(one, {}) == f"<bdi>{one}</bdi>"] == []
    assert set(HOUSE) <= dict(list_events(None)).keys()
    assert set(HOUSE) <= dict(EndpointForm().fields["names"].choices).keys()
