"""The rules of earning once more, as plain loops over dicts: what sql/judge.sql must say of a customer without a past."""

import math
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from wafaa.decide.loyalty.rules import Effect, Refusal, Rounding, Trigger


def judge(content, version, cart):
    """Rule id -> (verdict, base, raw, points, capped, target)."""
    rules = [rule for rule in content.rules if rule.trigger == cart["kind"] and rule.event == cart["name"]]
    found = {}
    for rule in rules:
        base, pieces, amount = measure(rule, version, cart)
        verdict = find_refusals(rule, version, cart, base, amount)
        raw = 0
        if not verdict and rule.effect is not Effect.TIMES:
            raw = give(rule, base, pieces)
        found[rule.id] = {"verdict": verdict, "base": int(base), "raw": raw}

    plain = [rule for rule in rules if rule.effect is not Effect.TIMES]
    compete(plain, found)
    for rule in plain:
        found[rule.id]["capped"] = cap(rule, found[rule.id]["points"], content.worth)

    times = [rule for rule in rules if rule.effect is Effect.TIMES]
    for rule in times:
        together = sum(found[other.id]["capped"] for other in plain if other.unit == rule.unit)
        if not found[rule.id]["verdict"]:
            found[rule.id]["raw"] = round_by(
                rule.rounding, Fraction(together * (rule.points - 10_000), 10_000)
            )
    compete(times, found)
    for rule in times:
        found[rule.id]["capped"] = cap(rule, found[rule.id]["points"], content.worth)

    rest = min(content.cap_points.values(), default=math.inf)
    for rule in rules:
        one = found[rule.id]
        one["target"] = one["capped"]
        if rule.unit == "points":
            one["target"] = int(min(one["capped"], rest))
            rest -= one["target"]
    return {
        number: tuple(one[key] for key in ("verdict", "base", "raw", "points", "capped", "target"))
        for number, one in found.items()
    }


def measure(rule, version, cart):
    """Base in minor units, pieces, and the goods' own amount."""
    lines = [line for line in cart["lines"] if takes(rule, line)]
    money = sum(line["before"] if rule.before_discounts else line["amount"] for line in lines)
    pieces = sum((Fraction(line["pieces"]) for line in lines), Fraction(0))
    if cart["kind"] != "order" or money == 0:
        return 0, pieces, money
    goods = sum(line["amount"] for line in cart["lines"])
    payable = goods + cart["shipping"] + (0 if version.includes_tax else cart["tax"])
    share = Fraction(max(0, payable - cart["paid"]), payable) if cart["paid"] else Fraction(int(goods > 0))
    if share == 0:
        return 0, Fraction(0), 0
    base = (money + (cart["shipping"] if rule.with_shipping else 0)) * share
    if rule.with_tax and not version.includes_tax:
        base *= tell_tax(version, cart, goods, 1)
    if not rule.with_tax and version.includes_tax:
        base *= tell_tax(version, cart, goods, -1)
    return round_by(Rounding.HALF_UP, base), pieces * share, money


def tell_tax(version, cart, goods, sign):
    """The factor from what prices hold to the other way of counting."""
    charged = goods + cart["shipping"]
    if cart["tax"] > 0:
        return Fraction(max(0, charged + sign * cart["tax"]), charged)
    rate = Fraction(10_000 + version.tax_bp, 10_000)
    return rate if sign > 0 else 1 / rate


def takes(rule, line):
    wanted = rule.skus or rule.categories
    if wanted and line["sku"] not in rule.skus and line["category"] not in rule.categories:
        return False
    return line["sku"] not in rule.not_skus and line["category"] not in rule.not_categories


def find_refusals(rule, version, cart, base, amount):
    here = cart["at"].astimezone(ZoneInfo(version.zone))
    minute = here.hour * 60 + here.minute
    reasons = {
        Refusal.DATES: not (rule.from_day or date.min) <= here.date() <= (rule.to_day or date.max),
        Refusal.WEEKDAY: bool(rule.weekdays) and here.isoweekday() not in rule.weekdays,
        Refusal.HOUR: not is_open(rule, minute),
        Refusal.STORE: bool(rule.stores) and cart["store"] not in rule.stores,
        Refusal.CHANNEL: bool(rule.channels) and cart["channel"] not in rule.channels,
        Refusal.SEGMENT: bool(rule.segments) and not {*rule.segments} & {*(cart["segments"] or ())},
        Refusal.TIER: bool(rule.tiers) and not {*rule.tiers} & {*(cart["tiers"] or ())},
        Refusal.CURRENCY: bool(rule.currency) and rule.currency != cart["currency"],
        Refusal.GOODS: rule.trigger is Trigger.ORDER and amount == 0,
        Refusal.MINIMUM: rule.minimum is not None and base < rule.minimum,
        Refusal.FIRST: rule.is_first and not cart["is_first"],
        Refusal.GIVEN: any((cart["given"] or {}).get(key) != value for key, value in rule.given.items()),
    }
    return sum(reason for reason, holds in reasons.items() if holds)


def is_open(rule, minute):
    if rule.from_minute is None:
        return True
    if rule.from_minute < rule.to_minute:
        return rule.from_minute <= minute < rule.to_minute
    return minute >= rule.from_minute or minute < rule.to_minute


def give(rule, base, pieces):
    if rule.effect is Effect.FIXED:
        return rule.points
    told = base if rule.effect is Effect.MONEY else pieces
    return round_by(rule.rounding, Fraction(told) * rule.points / rule.per)


def round_by(rounding, value):
    match rounding:
        case Rounding.DOWN:
            return math.floor(value)
        case Rounding.HALF_UP:
            return math.floor(value + Fraction(1, 2))
        case Rounding.UP:
            return math.ceil(value)


def compete(rules, found):
    """Of a group only the best one counts, of equals the first."""
    for rule in rules:
        others = [other for other in rules if rule.grouping and other.grouping == rule.grouping]
        best = max(others, key=lambda other: found[other.id]["raw"], default=rule)
        found[rule.id]["points"] = found[rule.id]["raw"] if best is rule else 0


def cap(rule, points, worth):
    """Nobody has had anything yet, so a cap is its own number."""
    limits = [*rule.cap_points.values()]
    if rule.budget_points is not None:
        limits.append(rule.budget_points)
    if rule.budget_minor is not None:
        limits.append(rule.budget_minor * worth.points // worth.minor)
    uses = [*rule.cap_uses.values(), *([] if rule.budget_uses is None else [rule.budget_uses])]
    if min(uses, default=1) < 1:
        return 0
    return min([points, *limits])
