"""Builders: a live programme of these rules, what wallets hold, what was told."""

from datetime import timedelta

from tests.build import NOON

from wafaa.act.points.models import Wallet
from wafaa.decide.loyalty.actions import make_programme, publish, save_draft
from wafaa.kit import clock
from wafaa.stream.models import Event

DAY = timedelta(days=1)
SPEND = {"id": 1, "effect": "money", "points": 1, "per": 1_000, "currency": "SAR"}  # 1 for each 10 riyals
# Of a programme: gold for life from 90 riyals on.
GOLD_AT_90 = {
    "tier_sets": [
        {
            "code": "main",
            "name": {"en": "Levels", "ar": "مستويات"},
            "basis": "spend",
            "currency": "SAR",
            "span": "life",
            "tiers": [{"code": "gold", "name": {"en": "Gold", "ar": "ذهبي"}, "needs": 9_000}],
        }
    ]
}


def make_live(*rules, at=NOON - DAY, automatic=True, policy="owe", **told):
    """A programme whose rules hold from `at` on."""
    with clock.fixed_at(at):
        programme = make_programme(name={"en": "Club", "ar": "النادي"}, by=None)
        programme.is_automatic, programme.policy = automatic, policy
        programme.save()
        save_draft(programme=programme, content={"rules": list(rules), **told}, by=None)
        publish(programme=programme, by=None)
    programme.refresh_from_db()
    return programme


def change_rules(programme, *rules, at):
    with clock.fixed_at(at):
        save_draft(programme=programme, content={"rules": list(rules)}, by=None)
        return publish(programme=programme, by=None)


def hold(unit="points"):
    """Customer number -> (active, pending, owed)."""
    rows = Wallet.objects.filter(unit__code=unit, customer__isnull=False).order_by("id")
    found = rows.values_list("customer__external_id", "active", "pending", "owed")
    return {number: amounts for number, *amounts in found if any(amounts)}


def list_told(name):
    return [one.properties for one in Event.objects.filter(name=name).order_by("position")]
