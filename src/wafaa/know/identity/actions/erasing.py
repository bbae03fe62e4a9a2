"""Forgetting what was told of one person, or by one source."""

from collections.abc import Sequence

from django.db import connection, transaction

from wafaa.kit.sql import load_sql
from wafaa.know.identity.actions.settling import lock_identity
from wafaa.know.identity.models import Claim, Decision, DecisionMember, Doubt, SharedIdentifier, Unsettled


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """Deletes what was told and decided of these ids. Returns what -> how many rows.

    An e-mail that others claim too stays theirs.
    """
    lock_identity()
    ids = list(distinct_ids)
    told = list(Claim.objects.filter(distinct_id__in=ids).values_list("identifier", flat=True))
    claims = Claim.objects.filter(distinct_id__in=ids).delete()[0]
    claims += Claim.objects.filter(identifier__in=ids).delete()[0]
    left = set(Claim.objects.filter(identifier__in=told).values_list("identifier", flat=True))
    SharedIdentifier.objects.filter(identifier__in=set(told) - left).delete()
    doubts = (
        Doubt.objects.filter(first__in=ids).delete()[0] + Doubt.objects.filter(second__in=ids).delete()[0]
    )
    decisions = DecisionMember.objects.filter(distinct_id__in=ids).delete()[0]
    Decision.objects.filter(members=None).delete()
    Unsettled.objects.filter(distinct_id__in=ids).delete()
    return {"claims": claims, "doubts": doubts, "decisions": decisions}


@transaction.atomic
def remove_source(*, source: str) -> int:
    """Deletes what `source` told first; its customers must be gone before. Returns how many claims went."""
    lock_identity()
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.identity", "remove_source"), {"source": source})
        count = int(cursor.fetchone()[0])
        cursor.execute(load_sql("wafaa.know.identity", "remove_lost"))
    return count
