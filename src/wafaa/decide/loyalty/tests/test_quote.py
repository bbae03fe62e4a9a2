"""What a cart would earn is what its order then earns; each rule says why not more, in both languages; versions never change."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation
from tests.build import NOON, make_customer, make_order

from wafaa.decide.loyalty.actions import make_programme, publish
from wafaa.decide.loyalty.errors import NothingToPublish, RulesWrong
from wafaa.decide.loyalty.models import Rule, Version
from wafaa.decide.loyalty.queries import (
    Cart,
    CartLine,
    explain,
    find_draft,
    find_occasions,
    list_rules,
    quote,
)
from wafaa.decide.loyalty.rules.content import find_faults, read_content
from wafaa.decide.loyalty.rules.presets import PRESETS
from wafaa.decide.loyalty.tests.build import SPEND, change_rules, hold, make_live
from wafaa.decide.loyalty.words import list_tier_names, say_missing, say_refusals, say_rule

pytestmark = pytest.mark.django_db
UNITS = {"points": "Points"}
GIFT = {"id": 2, "effect": "fixed", "points": 30, "minimum": 10_000, "currency": "SAR"}
TEA = {"id": 3, "effect": "piece", "points": 1, "per": 3, "categories": ["Tea"]}


def test_a_cart_is_quoted_as_its_order_will_earn_with_what_is_missing():
    make_live(SPEND, GIFT, TEA)
    customer = make_customer("1")
    cart = Cart(
        lines=[CartLine(sku="POT", amount_minor=9_550), CartLine(sku="X", category="Tea", amount_minor=400)],
        currency="SAR",
        customer_id=customer.pk,
        at=NOON,
    )
    (one,) = quote(cart)
    assert (one.totals, one.is_member) == ({"points": 9}, False)
    with translation.override("en"):
        assert [(say_refusals(judged), say_missing(judged, UNITS)) for judged in one.judged] == [
            ([], "SAR\xa00.50 more brings more (Points)."),
            (["The amount is below the minimum."], "SAR\xa00.50 more and the rule holds."),
            (["The amount is too small for one point."], "2 more of these goods brings more (Points)."),
        ]

    line = {"sku": "X", "category": "Tea", "quantity": 1, "price": "4.00"}
    order = make_order("A", lines=[("POT", 1, "95.50"), line])
    assert hold() == {"1": [9, 0, 0]}
    (occasion,) = find_occasions(order.pk)
    assert [(told.judged.target, told.awarded) for told in explain(occasion)] == [(9, 9), (0, 0), (0, 0)]


def test_nobody_changes_a_published_version():
    programme = make_live(SPEND)
    version = Version.objects.get()
    for change in (
        lambda: Version.objects.filter(pk=version.pk).update(includes_tax=False),
        lambda: Rule.objects.update(points=9),
        lambda: Rule.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()
    later = change_rules(programme, GIFT, at=NOON)
    assert (later.number, find_draft(programme), len(list_rules(version))) == (2, None, 1)


def test_faults_are_named_and_nothing_empty_is_published():
    programme = make_programme(name={"en": "Club"}, by=None)
    with pytest.raises(NothingToPublish):
        publish(programme=programme, by=None)
    wrong = [
        {"id": 1, "points": 0, "currency": "SAR"},
        {"id": 1, "effect": "times", "points": 5_000, "skus": ["A"]},
        {"id": 3, "trigger": "birthday", "effect": "money", "points": 1, "currency": "SAR"},
    ]
    faults = {(one.rule, one.field, one.code) for one in find_faults(read_content({"rules": wrong}))}
    assert faults == {
        (1, "id", "not_unique"),
        (1, "points", "amount"),
        (1, "points", "times"),
        (1, "skus", "times_goods"),
        (3, "effect", "needs_order"),
    }
    with pytest.raises(RulesWrong):
        make_live({"id": 1, "points": 0, "currency": "SAR"})


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_can_be_published_and_read_in_both_languages(preset):
    programme = make_programme(name={"en": "Club"}, by=None, preset=preset)
    publish(programme=programme, by=None)
    rules = list_rules(Version.objects.get())
    for language in ("ar", "en"):
        with translation.override(language):
            assert all(say_rule(rule, UNITS) for rule in rules)
    if preset == "retail":
        with translation.override("ar"):
            names = list_tier_names(read_content(Version.objects.get().content))
            assert say_rule(rules[-1], UNITS, names).endswith(": \u2068ذهبي\u2069")
        with translation.override("en"):
            assert say_rule(rules[0], UNITS) == (
                "Points: 1 for every SAR\xa01.00 · after discounts · with tax · without shipping · rounded down"
                " · usable after 14 days · ends after 12 months at the end of that month"
            )
