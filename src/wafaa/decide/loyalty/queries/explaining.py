"""Why an occasion earned what it did: each rule of its version with its verdict, and what the ledger was told."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from wafaa.decide.loyalty.models import Earning, Occasion
from wafaa.decide.loyalty.queries.judging import Judged, read_rows, read_version
from wafaa.decide.loyalty.statements import write_statement
from wafaa.kit.sql import write_ids
from wafaa.know.orders.actions import list_decimals


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One rule: what it says now of the occasion, and what stands in the ledger by it."""

    judged: Judged
    awarded: int
    transfers: tuple[int, ...]


def explain(occasion: Occasion) -> list[Explained]:
    """Every rule that this occasion sets off, in their order; by the version that held then."""
    stands = {one.rule: one for one in Earning.objects.filter(occasion=occasion)}
    judged = look_ahead([occasion.pk])[occasion.pk]
    return [
        Explained(
            judged=one,
            awarded=stands[one.rule.id].awarded if one.rule.id in stands else 0,
            transfers=tuple(stands[one.rule.id].transfers) if one.rule.id in stands else (),
        )
        for one in judged
    ]


def look_ahead(
    occasion_ids: list[int], *, refunds: str = "[]", traced: bool = True
) -> dict[int, list[Judged]]:
    """What occasions earn as things are, or would if `refunds` (see sql/occasions.sql) happened."""
    values: dict[str, Any] = {
        "occasions": write_ids(occasion_ids),
        "refunds": refunds,
        "decimals": list_decimals(),
        "traced": traced,
    }
    with connection.cursor() as cursor:
        cursor.execute(write_statement("look_ahead"), values)
        rows = cursor.fetchall()
    versions = dict(Occasion.objects.filter(pk__in=occasion_ids).values_list("pk", "version_id"))
    return {
        one: list(read_rows([row[1:] for row in rows if row[0] == one], read_version(versions[one])))
        for one in occasion_ids
    }
