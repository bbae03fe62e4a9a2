"""Builders: a live programme with these tiers, who stands where, a moment at which the jobs ran."""

from wafaa.decide.loyalty.tests.build import SPEND
from wafaa.decide.loyalty.tests.build import make_live as make_programme
from wafaa.decide.tiers.actions import judge_due, place_members
from wafaa.decide.tiers.models import Change, Standing
from wafaa.kit import clock

SILVER = {"code": "silver", "name": {"en": "Silver", "ar": "فضي"}, "needs": 100_00}
GOLD = {"code": "gold", "name": {"en": "Gold", "ar": "ذهبي"}, "needs": 500_00}
LEVELS = {"code": "levels", "currency": "SAR", "lasts": "P12M", "tiers": [SILVER, GOLD]}
YEARLY = {**LEVELS, "span": "year"}


def make_live(*sets, rules=(SPEND,), **told):
    return make_programme(*rules, tier_sets=list(sets), **told)


def run_jobs(at):
    with clock.fixed_at(at):
        place_members()
        return judge_due()


def find_tiers(set_code="levels"):
    """Customer number -> tier."""
    rows = Standing.objects.filter(set_code=set_code).order_by("member__customer__external_id")
    return dict(rows.values_list("member__customer__external_id", "tier"))


def list_history(set_code="levels"):
    rows = Change.objects.filter(set_code=set_code).order_by("id")
    return [f"{one.before or '-'}>{one.after or '-'} {one.why}" for one in rows]
