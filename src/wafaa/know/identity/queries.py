"""What staff must decide, what was joined and why, and what is held of one person."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from wafaa.know.customers.models import DistinctId, Merge
from wafaa.know.identity.errors import DecisionMissing
from wafaa.know.identity.evidence import load_web
from wafaa.know.identity.models import Claim, Decision, DecisionMember, Doubt, SharedIdentifier
from wafaa.know.identity.rules import Rule, Tie, explain, is_visitor

# Of somebody's ids so many are explained on a page; the rest are counted.
EXPLAINED_MAX = 30


@dataclass(frozen=True, kw_only=True)
class Reasoned:
    """An id of a customer and one reason why it is theirs; `at` and `source` are those of the event that told it."""

    distinct_id: str
    is_visitor: bool
    rule: str  # one of rules.Rule; "" where the id stands for itself
    identifier: str
    at: datetime | None
    source: str


def list_doubts(*, after: str = "", limit: int = 20) -> list[Doubt]:
    """Two who may be one, newest first, behind `after` (a place that place_of gave)."""
    doubts = Doubt.objects.order_by("-at", "first", "second", "identifier")
    if after:
        at, _sign, rest = after.partition("~")
        first, _sign, rest = rest.partition("\x1f")
        second, _sign, identifier = rest.partition("\x1f")
        moment = datetime.fromisoformat(at)
        doubts = doubts.filter(
            Q(at__lt=moment)
            | Q(at=moment, first__gt=first)
            | Q(at=moment, first=first, second__gt=second)
            | Q(at=moment, first=first, second=second, identifier__gt=identifier)
        )
    return list(doubts[:limit])


def place_of(doubt: Doubt) -> str:
    """Where a page ended; ValueError of list_doubts names what is no place."""
    return f"{doubt.at.isoformat()}~" + "\x1f".join((doubt.first, doubt.second, doubt.identifier))


def find_customers(distinct_ids: Collection[str]) -> dict[str, int]:
    """Whose these ids are."""
    rows = DistinctId.objects.filter(distinct_id__in=distinct_ids)
    return dict(rows.values_list("distinct_id", "customer_id"))


def list_shared(*, limit: int = 50) -> list[tuple[str, int]]:
    """E-mails and phones that too many accounts claim, with how many do, the most first."""
    newest = list(SharedIdentifier.objects.order_by("-at").values_list("identifier", flat=True)[:limit])
    claims = Claim.objects.filter(identifier__in=newest, by_visitor=False).order_by()
    counts = claims.values_list("identifier").annotate(Count("distinct_id"))
    return sorted(counts, key=lambda one: (-one[1], one[0]))


def list_joined(*, limit: int = 30) -> QuerySet[Merge]:
    """Who was joined by the rules, or by staff since there are rules, newest first; undone ones too."""
    merges = Merge.objects.exclude(why={}).select_related("kept", "gone", "staff")
    return merges.order_by("-at", "-id")[:limit]


def list_told_apart(*, limit: int = 30) -> list[Decision]:
    """What staff said to be two people and still stands, newest first."""
    standing = Decision.objects.filter(is_same=False, withdrawn_at=None).select_related("staff")
    return list(standing.order_by("-at", "-id")[:limit])


def list_members(decisions: Collection[Decision]) -> dict[int, tuple[list[str], list[str]]]:
    """The ids on both sides of each decision, sorted."""
    sides: dict[int, tuple[list[str], list[str]]] = {one.pk: ([], []) for one in decisions}
    members = DecisionMember.objects.filter(decision__in=list(sides)).order_by("distinct_id")
    for number, distinct_id, is_left in members.values_list("decision_id", "distinct_id", "is_left"):
        sides[number][0 if is_left else 1].append(distinct_id)
    return sides


def get_decision(decision_uuid: uuid.UUID) -> Decision:
    """Raises DecisionMissing."""
    found = Decision.objects.filter(uuid=decision_uuid).first()
    if found is None:
        raise DecisionMissing
    return found


def explain_ids(distinct_ids: Sequence[str]) -> tuple[list[Reasoned], int]:
    """By what a customer's ids belong together, each with the event that said so; and how many more ids there are."""
    partition, _groups = load_web(distinct_ids).divide()
    why = explain(partition, distinct_ids)
    shown = list(why)[:EXPLAINED_MAX]
    reasons: list[tuple[str, Tie | None]] = [
        (one, tie) for one in shown for tie in _choose_ties(one, why[one])
    ]
    events = _find_events(reasons)
    rows = []
    for one, tie in reasons:
        at, source = events.get((one, tie.identifier) if tie else ("", ""), (None, ""))
        rows.append(
            Reasoned(
                distinct_id=one,
                is_visitor=is_visitor(one),
                rule=tie.rule if tie else "",
                identifier=tie.identifier if tie else "",
                at=at,
                source=source,
            )
        )
    return rows, len(why) - len(shown)


def _choose_ties(distinct_id: str, ties: Sequence[Tie]) -> list[Tie | None]:
    """An account is explained by what it claims; the devices that follow it are explained each for itself."""
    return [tie for tie in ties if tie.rule != Rule.DEVICE or tie.ids[-1] == distinct_id] or [None]


def _find_events(
    reasons: Sequence[tuple[str, Tie | None]],
) -> dict[tuple[str, str], tuple[datetime | None, str]]:
    identifiers = {tie.identifier for _one, tie in reasons if tie and tie.identifier}
    ids = {one for one, _tie in reasons}
    claims = Claim.objects.filter(Q(distinct_id__in=ids), identifier__in=identifiers)
    found: dict[tuple[str, str], tuple[datetime | None, str]] = {}
    for distinct_id, identifier, at, source in claims.order_by("position").values_list(
        "distinct_id", "identifier", "occurred_at", "source"
    ):
        found.setdefault((distinct_id, identifier), (at, source))
        if is_visitor(identifier):  # an account told of the device
            found.setdefault((identifier, identifier), (at, source))
    return found


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What was told and decided of one person's ids."""
    claims = Claim.objects.filter(Q(distinct_id__in=distinct_ids) | Q(identifier__in=distinct_ids))
    members = DecisionMember.objects.filter(distinct_id__in=distinct_ids)
    return {
        "claims": [
            {"id": one.distinct_id, "told": one.identifier, "at": one.occurred_at, "source": one.source}
            for one in claims.order_by("distinct_id", "identifier")
        ],
        "decisions": [
            {
                "id": one.distinct_id,
                "is_same": one.decision.is_same,
                "at": one.decision.at,
                "withdrawn_at": one.decision.withdrawn_at,
            }
            for one in members.select_related("decision").order_by("decision_id", "distinct_id")
        ],
    }
