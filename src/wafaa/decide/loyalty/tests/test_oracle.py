"""The judging statement says what a plain reading of the rules says, on rules and carts that nobody thought of."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wafaa.decide.loyalty.actions import make_programme
from wafaa.decide.loyalty.actions.making import add_rules
from wafaa.decide.loyalty.models import Version
from wafaa.decide.loyalty.queries.quoting import judge_carts
from wafaa.decide.loyalty.rules import CONDITIONS, Effect, Rounding, Span, Trigger
from wafaa.decide.loyalty.rules.content import Content, Earn, Worth, find_faults, write_content
from wafaa.decide.loyalty.tests.oracle import judge

PROGRAMMES = 60  # in one statement
SEGMENTS = [UUID(int=1), UUID(int=2), UUID(int=3)]
TIERS = ["club:gold", "club:silver"]
SKUS, CATEGORIES, STORES, CHANNELS = ["a", "b", "c"], ["x", "y"], ["r1", "r2"], ["web", "store"]
FIRST_DAY = date(2026, 2, 25)
STEPS = [1, "two"]


class Dice(random.Random):
    """What hypothesis draws is only the seed: a cart and its rules are hundreds of draws."""

    def some(self, values):
        """Often no condition at all."""
        return self.sample(values, self.choice([0, 0, 1, 2]))

    def maybe(self, low, high):
        return self.choice([None, self.randint(low, high)])

    def limits(self, high):
        return {span: self.randint(0, high) for span in self.some(list(Span))}


def make_rule(dice, number):
    trigger = dice.choice([Trigger.ORDER] * 5 + [Trigger.EVENT])
    is_order = trigger is Trigger.ORDER
    effect = dice.choice(list(Effect)) if is_order else Effect.FIXED
    is_times = effect is Effect.TIMES
    told = {}
    goods = is_order and not is_times and dice.random() < 0.5
    if goods:
        told |= {"skus": dice.some(SKUS), "categories": dice.some(CATEGORIES)}
        told |= {"not_skus": dice.some(SKUS), "not_categories": dice.some(CATEGORIES)}
    if is_order:
        told |= {"minimum": dice.maybe(0, 20_000), "is_first": dice.random() < 0.2}
    else:
        told |= {"event": "Profile Completed", "given": dice.choice([{}, {"step": dice.choice(STEPS)}])}
    if dice.random() < 0.5:
        days = sorted(FIRST_DAY + timedelta(days=dice.randint(0, 9)) for _one in range(2))
        told |= {"from_day": dice.choice([None, days[0]]), "to_day": dice.choice([None, days[1]])}
        told |= {"weekdays": dice.some([1, 4, 5, 6, 7]), "stores": dice.some(STORES)}
        told |= {"channels": dice.some(CHANNELS), "segments": dice.some(SEGMENTS), "tiers": dice.some(TIERS)}
        if dice.random() < 0.5:
            told["from_minute"], told["to_minute"] = dice.sample(range(1_441), 2)
    return Earn(
        id=number,
        trigger=trigger,
        effect=effect,
        unit=dice.choice(["points", "points", "stamps"]),
        points=dice.randint(10_001, 40_000) if is_times else dice.randint(1, 200),
        per=dice.randint(1, 3_000) if effect is Effect.MONEY else dice.randint(1, 4),
        currency=dice.choice(["SAR", "SAR", "SAR", "USD"]),
        before_discounts=dice.random() < 0.3,
        with_tax=dice.random() < 0.5,
        with_shipping=not goods and dice.random() < 0.5,
        rounding=dice.choice(list(Rounding)),
        cap_points=dice.limits(300),
        cap_uses=dice.limits(2),
        budget_points=dice.maybe(0, 500),
        budget_minor=dice.maybe(0, 500),
        budget_uses=dice.maybe(0, 2),
        grouping=dice.choice(["", "", "most" if is_times else "best"]),
        **told,
    )


def make_content(dice):
    return Content(
        rules=[make_rule(dice, number) for number in range(1, dice.randint(2, 9))],
        cap_points=dice.limits(1_000),
        worth=Worth(points=100, minor=dice.randint(1, 300), currency="SAR"),
    )


def make_line(dice):
    amount = dice.choice([0, dice.randint(1, 40_000), dice.randint(1, 40_000)])
    return {
        "sku": dice.choice(SKUS),
        "category": dice.choice(CATEGORIES),
        "amount": amount,
        "before": amount + dice.choice([0, 700]),
        "pieces": dice.choice(["1", "2", "3", "0.5", "1.25"]),
    }


def make_cart(dice):
    kind, name = dice.choice([("order", "")] * 4 + [("event", "Profile Completed")])
    lines = [make_line(dice) for _one in range(dice.randint(1, 5))] if kind == "order" else []
    whole = sum(line["amount"] for line in lines)
    return {
        "member_id": 0,
        "kind": kind,
        "name": name,
        "at": datetime(2026, 2, 26, tzinfo=UTC) + timedelta(minutes=dice.randint(0, 7 * 24 * 60)),
        "store": dice.choice(["", *STORES]),
        "channel": dice.choice(["", *CHANNELS]),
        "currency": dice.choice(["SAR", "SAR", "SAR", "USD"]),
        "segments": dice.some(SEGMENTS),
        "tiers": dice.some(TIERS),
        "is_first": dice.random() < 0.7,
        "given": dice.choice([None, {"step": dice.choice(STEPS)}]),
        "shipping": dice.choice([0, 0, 1_500]),
        "tax": dice.choice([0, whole * 15 // 115]),
        "paid": dice.choice([0, 0, whole // 3, whole * 2]),
        "lines": lines,
    }


def add_version(programme, content, number, includes_tax):
    version = Version.objects.create(
        programme=programme,
        number=number,
        content=write_content(content),
        zone="Asia/Riyadh",
        week_start=7,
        includes_tax=includes_tax,
        tax_bp=1500,
        changed_at=datetime.now(UTC),
    )
    add_rules(version, content)
    version.includes_tax = includes_tax
    version.published_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    version.save()
    return version


@pytest.mark.django_db
@settings(max_examples=4)
@given(seed=st.integers(0, 2**32))
def test_the_statement_says_what_plain_loops_say(seed):
    """Four times sixty sets of rules with two carts each, in one statement each time."""
    dice = Dice(seed)
    programme = make_programme(name={"en": "Club"}, by=None)
    programme.versions.filter(published_at=None).delete()
    told, expected = [], {}
    for number in range(1, PROGRAMMES + 1):
        content, includes_tax = make_content(dice), dice.random() < 0.5
        assert find_faults(content) == []
        version = add_version(programme, content, number, includes_tax)
        for _one in range(2):
            cart = make_cart(dice)
            occasion = -len(told) - 1
            told.append({**cart, "id": occasion, "version_id": version.pk})
            expected |= {(occasion, rule): said for rule, said in judge(content, version, cart).items()}

    found = {
        (occasion, rule): (verdict & CONDITIONS, base, raw, points, capped, target)
        for occasion, rule, verdict, base, _pieces, raw, points, capped, target in judge_carts(told)
    }
    assert {key for key in expected if found.get(key) != expected[key]} == set()
    assert len(found) == len(expected) > PROGRAMMES
