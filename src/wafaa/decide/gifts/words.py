"""What gifts cost and are, in words for staff."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wafaa.act.points.words import say_counted
from wafaa.decide.gifts.models import Budget, Present, Rule
from wafaa.decide.gifts.rules import RuleKind
from wafaa.kit.money import format_money


def say_cost(cost: int, budget: Budget) -> SafeString:
    """In the budget's measure."""
    if budget.unit is not None:
        return say_counted(cost, budget.unit)
    return format_html(
        '<bdi class="money">{}</bdi>', format_money(cost, budget.currency, get_language() or "")
    )


def say_points(present: Present) -> SafeString | str:
    if present.unit is None:
        return ""
    return say_counted(present.points, present.unit)


def say_offer(present: Present) -> SafeString:
    """A gift as whoever gives it chooses it: its name and what it takes of the budget."""
    return format_html("<bdi>{}</bdi> · {}", str(present), say_cost(present.cost, present.budget))


def say_rule(rule: Rule) -> SafeString:
    """What it gives for what, in a sentence."""
    told = {"present": format_html("<bdi>{}</bdi>", str(rule.present))}
    if rule.kind == RuleKind.ORDER_ABOVE:
        money = format_money(rule.minimum_minor, rule.currency, get_language() or "")
        told["amount"] = format_html('<bdi class="money">{}</bdi>', money)
        words = _("Whoever orders for at least %(amount)s gets: %(present)s.")
    else:
        words = _("Whoever orders for the first time gets: %(present)s.")
    # the words are ours, and what stands in them is safe
    return format_html(words.replace("%(amount)s", "{amount}").replace("%(present)s", "{present}"), **told)
