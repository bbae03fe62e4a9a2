"""What an order earned, on its page: rule by rule, with what was taken back, and why a rule gave nothing."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from wafaa.act.points.models import Unit
from wafaa.act.points.words import name_unit, say_counted
from wafaa.decide.loyalty.words import name_rule, say_missing, say_refusals, say_rule
from wafaa.kit.money import format_money
from wafaa.know.orders.models import Order
from wafaa.show.checkout.queries import Effect, Part, find_effects


def show_effects(order: Order) -> tuple[str, dict[str, Any]] | None:
    """None where no programme counts the order."""
    effects = find_effects(order)
    if not effects:
        return None
    units = {one.code: name_unit(one) for one in Unit.objects.all()}
    parts = [part for one in effects for part in one.parts]
    return "checkout/effects.html", {
        "given": [_draw(one, units) for one in parts if one.explained.awarded or one.taken_back],
        "silent": [_draw(one, units) for one in parts if not one.explained.awarded and not one.taken_back],
        "charges": [charge for one in effects for charge in _draw_charges(one)],
    }


def _draw(one: Part, units: Mapping[str, str]) -> dict[str, Any]:
    judged = one.explained.judged
    return {
        "amount": say_counted(one.explained.awarded, one.unit, signed=True),
        "name": name_rule(judged.rule),
        "sentence": say_rule(judged.rule, units),
        "taken_back": say_counted(one.taken_back, one.unit) if one.taken_back else "",
        "usable_from": one.usable_from,
        "expires_at": one.expires_at if one.explained.awarded else None,
        "why": [*say_refusals(judged), *filter(None, [say_missing(judged, units)])],
    }


def _draw_charges(effect: Effect) -> list[dict[str, Any]]:
    units = {one.code: one for one in Unit.objects.filter(code__in={one.unit for one in effect.charges})}
    return [
        {
            "amount": say_counted(one.points, units[one.unit]),
            "money": format_money(one.minor, one.currency, get_language() or "en"),
        }
        for one in effect.charges
    ]
