"""Reading rules of asking: which there are, whom they asked, what came of it, and why others were not asked."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from wafaa.decide.asking.errors import RuleMissing
from wafaa.decide.asking.models import Ask, Rule
from wafaa.decide.asking.rules import AskState

# An anonymous answer is counted by the invitation that led to it; the ask itself does not tell.
_ANSWERED = Q(state=AskState.ANSWERED) | Q(invitation__answered_at__isnull=False)


def list_rules() -> QuerySet[Rule]:
    """Those that are on first."""
    return Rule.objects.select_related("survey").order_by("-state", "name", "id")


def get_rule(rule_uuid: uuid.UUID) -> Rule:
    """Raises RuleMissing."""
    found = Rule.objects.select_related("survey__current_version").filter(uuid=rule_uuid).first()
    if found is None:
        raise RuleMissing
    return found


def count_asks(rules: Sequence[Rule]) -> dict[int, dict[str, int]]:
    """By rule: how many were asked, opened the page, answered, were reminded, wait, or were not asked."""
    rows = (
        Ask.objects.filter(rule__in=rules)
        .order_by()
        .values_list("rule_id")
        .annotate(
            asked=Count("id", filter=Q(sent_at__isnull=False)),
            opened=Count(
                "id",
                filter=Q(invitation__opened_at__isnull=False)
                | Q(review_invitation__opened_at__isnull=False)
                | _ANSWERED,
            ),
            answered=Count("id", filter=_ANSWERED),
            reminded=Count("id", filter=Q(reminded__gt=0)),
            waiting=Count("id", filter=Q(state__in=[AskState.WAITING, AskState.HELD])),
            skipped=Count("id", filter=Q(state__in=[AskState.SKIPPED, AskState.LAPSED])),
        )
    )
    names = ("asked", "opened", "answered", "reminded", "waiting", "skipped")
    found = {rule: dict(zip(names, told, strict=True)) for rule, *told in rows}
    return {one.pk: found.get(one.pk, dict.fromkeys(names, 0)) for one in rules}


def count_whys(rule: Rule) -> list[tuple[str, int]]:
    """Why people were not asked, the commonest first."""
    rows = Ask.objects.filter(rule=rule, state__in=[AskState.SKIPPED, AskState.LAPSED]).order_by()
    counted = rows.values_list("why").annotate(many=Count("id"))
    return sorted(counted, key=lambda row: (-row[1], row[0]))


def list_asks(rule: Rule, *, state: str = "", why: str = "") -> QuerySet[Ask]:
    """The latest first."""
    found = Ask.objects.filter(rule=rule).select_related("customer", "invitation", "review_invitation")
    if state:
        found = found.filter(state=state)
    return (found.filter(why=why) if why else found).order_by("-id")


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """On which occasions the customer was asked, or not, as plain values."""
    rows = Ask.objects.filter(customer=customer_id).order_by("id")
    told = rows.values(
        "occasion_key", "about", "began_at", "due_at", "told", "state", "why", "asked_at", "sent_at",
        "answered_at", "reminded", rule_name=F("rule__name"),
    )  # fmt: skip
    return {"asked_for_opinions": [dict(row) for row in told]}
