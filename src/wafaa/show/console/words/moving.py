"""What moves in a merge, in words."""

from collections.abc import Callable

from django.utils.translation import ngettext

from wafaa.design.formats import format_number

_SAY: dict[str, Callable[[int], str]] = {
    "tags": lambda count: ngettext("%(shown)s tag", "%(shown)s tags", count),
    "orders": lambda count: ngettext("%(shown)s order", "%(shown)s orders", count),
    "refunds": lambda count: ngettext("%(shown)s refund", "%(shown)s refunds", count),
    "notes": lambda count: ngettext("%(shown)s note", "%(shown)s notes", count),
    "tasks": lambda count: ngettext("%(shown)s task", "%(shown)s tasks", count),
    "messages": lambda count: ngettext("%(shown)s message", "%(shown)s messages", count),
    "runs": lambda count: ngettext("%(shown)s automation", "%(shown)s automations", count),
    "asks": lambda count: ngettext("%(shown)s asking", "%(shown)s askings", count),
    "lists": lambda count: ngettext("%(shown)s list", "%(shown)s lists", count),
    "cases": lambda count: ngettext("%(shown)s case", "%(shown)s cases", count),
    "survey_responses": lambda count: ngettext(
        "%(shown)s answered survey", "%(shown)s answered surveys", count
    ),
    "reviews": lambda count: ngettext("%(shown)s review", "%(shown)s reviews", count),
    "comments": lambda count: ngettext("%(shown)s comment", "%(shown)s comments", count),
    "vouchers": lambda count: ngettext("%(shown)s code of their own", "%(shown)s codes of their own", count),
    "voucher_uses": lambda count: ngettext("%(shown)s use of a code", "%(shown)s uses of codes", count),
    "voices": lambda count: ngettext("%(shown)s suggestion", "%(shown)s suggestions", count),
    "loyalty_memberships": lambda count: ngettext("%(shown)s membership", "%(shown)s memberships", count),
    "redemptions": lambda count: ngettext("%(shown)s redeemed reward", "%(shown)s redeemed rewards", count),
    "gifts": lambda count: ngettext("%(shown)s gift", "%(shown)s gifts", count),
    "gift_cards": lambda count: ngettext("%(shown)s gift card", "%(shown)s gift cards", count),
    "wallets": lambda count: ngettext("%(shown)s wallet", "%(shown)s wallets", count),
    "attachments": lambda count: ngettext("%(shown)s file", "%(shown)s files", count),
}


def say_moving(name: str, count: int) -> str:
    """What has no words yet is told by its name."""
    say = _SAY.get(name)
    shown = format_number(count)
    return say(count) % {"shown": shown} if say else f"{name}: {shown}"
