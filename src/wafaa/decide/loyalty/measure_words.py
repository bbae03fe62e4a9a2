"""What a programme's measures are called, what each of them is, and how their figures are written."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from wafaa.act.points.models import Unit
from wafaa.act.points.words import say_amount
from wafaa.decide.loyalty.rules.measuring import Figure, Group, Sums
from wafaa.design.formats import NOTHING, format_number, format_percent
from wafaa.kit.money import format_money
from wafaa.kit.text import isolate

GROUPS: Final[Mapping[str, Promise]] = {
    "members": gettext_lazy("Who takes part"),
    "points": gettext_lazy("What is earned and spent"),
    "lots": gettext_lazy("What became of it"),
    "costs": gettext_lazy("What it costs"),
    "compared": gettext_lazy("Members and others"),
}
NOTES: Final[Mapping[str, Promise]] = {
    "lots": gettext_lazy(
        "Of what was awarded in these days, as it stands now. The three add up to all of it."
    ),
    "compared": gettext_lazy(
        "These stand beside each other; they prove nothing. Whoever buys much becomes a member sooner, so members would buy "
        "more without any programme. What the programme brings, only a control group can say."
    ),
}
LABELS: Final[Mapping[str, Promise]] = {
    "participation": gettext_lazy("Members among customers"),
    "participation_buyers": gettext_lazy("Members among buyers"),
    "active": gettext_lazy("Active members"),
    "earned": pgettext_lazy("measure", "Earned"),
    "reversed": pgettext_lazy("measure", "Taken back"),
    "burned": pgettext_lazy("measure", "Spent"),
    "expired": pgettext_lazy("measure", "Expired"),
    "adjusted": pgettext_lazy("measure", "Put right by hand"),
    "earn_rate": gettext_lazy("Earn rate"),
    "burn_rate": gettext_lazy("Burn rate"),
    "redemption": gettext_lazy("Redemption rate"),
    "breakage": gettext_lazy("Breakage"),
    "open": gettext_lazy("Still open"),
    "reward_cost": gettext_lazy("Reward cost"),
    "reward_cost_share": gettext_lazy("Reward cost of members' sales"),
    "programme_cost": gettext_lazy("Programme cost"),
    "programme_cost_share": gettext_lazy("Programme cost of members' sales"),
    "sales_members": gettext_lazy("Sales per member who bought"),
    "sales_others": gettext_lazy("Sales per other buyer"),
    "orders_members": gettext_lazy("Orders per member who bought"),
    "orders_others": gettext_lazy("Orders per other buyer"),
}
DEFINITIONS: Final[Mapping[str, Promise]] = {
    "participation": gettext_lazy(
        "Members at the end of the period, of all customers who are known today. Whoever left is no member."
    ),
    "participation_buyers": gettext_lazy(
        "Customers with an order that they placed as members, of all customers with a counted order in the period."
    ),
    "active": gettext_lazy(
        "Members who earned or spent in the period, of all members at its end. What merely ended does not count."
    ),
    "earned": gettext_lazy("What rules awarded in the period, by the moment for which it was awarded."),
    "reversed": gettext_lazy(
        "What refunds and corrections took back. What had been spent and was forgiven is not in it."
    ),
    "burned": gettext_lazy("What was spent or captured from a hold, less what was put back."),
    "expired": gettext_lazy("What ended unused, by the moment at which it ended."),
    "adjusted": gettext_lazy("What staff added by hand, less what they took away."),
    "earn_rate": gettext_lazy(
        "Earned less taken back, by members' sales: counted orders that they placed as members, less refunds."
    ),
    "burn_rate": gettext_lazy(
        "Spent in the period, of earned less taken back in the same period. Above 100 % older awards are used up."
    ),
    "redemption": gettext_lazy(
        "Of what was awarded in the period and not corrected, the part that was spent or is held to be spent."
    ),
    "breakage": gettext_lazy(
        "Of what was awarded in the period and not corrected, the part that ended unused. It grows while something is still open."
    ),
    "open": gettext_lazy(
        "Of what was awarded in the period and not corrected, the part that can still be spent or becomes usable."
    ),
    "reward_cost": gettext_lazy(
        "What was spent in the period, by what the programme says that a point is worth."
    ),
    "reward_cost_share": gettext_lazy("Reward cost, of members' sales of the period less refunds."),
    "programme_cost": gettext_lazy(
        "Earned, less taken back and expired, by what a point is worth: what was promised, whether it is spent yet or not."
    ),
    "programme_cost_share": gettext_lazy("Programme cost, of members' sales of the period less refunds."),
    "sales_members": gettext_lazy(
        "Counted orders placed as members less refunds, for each customer with such an order, with its 95 % interval."
    ),
    "sales_others": gettext_lazy(
        "Counted orders placed without being a member less refunds, for each customer with such an order, with its 95 % interval."
    ),
    "orders_members": gettext_lazy("Counted orders for each customer who placed one as a member."),
    "orders_others": gettext_lazy("Counted orders for each customer who placed one without being a member."),
}


def show_figures(groups: list[Group], sums: Sums, unit: Unit) -> list[dict[str, Any]]:
    """For loyalty/measures.html: groups of cards of design/figure.html."""
    return [
        {
            "key": group.key,
            "title": GROUPS[group.key],
            "note": NOTES.get(group.key, ""),
            "cards": [_show(one, sums, unit) for one in group.figures],
        }
        for group in groups
    ]


def _show(figure: Figure, sums: Sums, unit: Unit) -> dict[str, Any]:
    n = figure.n
    return {
        "key": figure.key,
        "label": LABELS[figure.key],
        "definition": DEFINITIONS[figure.key],
        "formula": _say_formula(figure, sums, unit),
        "value": say_value(figure, figure.value, sums, unit),
        "missing": _say_missing(figure, sums) if figure.value is None else "",
        "margin": _say_margin(figure, sums, unit),
        "n": ngettext("of %(shown)s", "of %(shown)s", n) % {"shown": isolate(format_number(n))} if n else "",
        "is_long": figure.shape in {"money", "points", "price"},
    }


def say_value(figure: Figure, value: float | None, sums: Sums, unit: Unit) -> SafeString | str:
    """As the figure's shape asks."""
    if value is None:
        return NOTHING
    match figure.shape:
        case "rate":
            return isolate(format_percent(value))
        case "points":
            return say_amount(round(value), unit)
        case "money":
            return isolate(format_money(round(value), sums.currency, get_language() or ""))
        case "mean":
            return isolate(format_number(value, 2))
        case "price":
            one = format_money(10**sums.decimals, sums.currency, get_language() or "")
            told = isolate(format_number(value / 10**unit.scale, 3))
            return format_html("{}", _("%(points)s for %(money)s") % {"points": told, "money": isolate(one)})


def _say_missing(figure: Figure, sums: Sums) -> str:
    if figure.key.startswith(("reward_cost", "programme_cost")) and sums.worth is None:
        return _("Say in the programme what a point is worth.")
    return _("Nothing to reckon with in these days.")


def _say_margin(figure: Figure, sums: Sums, unit: Unit) -> str:
    if figure.low is None or figure.high is None:
        return ""
    ends = {
        name: say_value(figure, value, sums, unit)
        for name, value in (("low", figure.low), ("high", figure.high))
    }
    return _("%(low)s to %(high)s") % ends


def _say_formula(figure: Figure, sums: Sums, unit: Unit) -> str:
    """With the very numbers: a part and what it is divided by."""
    if figure.part is None or figure.whole is None:
        return ""
    money = figure.key.endswith("_share") or figure.key.startswith("sales_")
    points = figure.key in {"earn_rate", "burn_rate", "redemption", "breakage", "open"}
    part = _say_plain(figure.part, sums, unit, money=money, points=points)
    whole_is_money = figure.key == "earn_rate" or figure.key.endswith("_share")
    whole = _say_plain(
        figure.whole, sums, unit, money=whole_is_money, points=points and figure.key != "earn_rate"
    )
    return isolate(f"{part} ÷ {whole}")


def _say_plain(value: int, sums: Sums, unit: Unit, *, money: bool, points: bool) -> str:
    if money:
        return isolate(format_money(value, sums.currency, get_language() or ""))
    return isolate(format_number(value / 10**unit.scale, unit.scale) if points else format_number(value))
