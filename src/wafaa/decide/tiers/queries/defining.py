"""Which tiers hold in a programme: those of its newest version that is not silent."""

from collections.abc import Collection
from dataclasses import dataclass

from wafaa.decide.loyalty.models import Version
from wafaa.decide.loyalty.queries import read_version
from wafaa.decide.loyalty.rules.tiers import TierSet


@dataclass(frozen=True, kw_only=True)
class Defined:
    """`version` has no content here; its sets are read."""

    programme_id: int
    version: Version
    sets: list[TierSet]


def list_defined(programme_ids: Collection[int]) -> list[Defined]:
    """Of these programmes; a pause changes no tier."""
    newest = (
        Version.objects.filter(programme__in=programme_ids, published_at__isnull=False, is_silent=False)
        .order_by("programme_id", "-number")
        .distinct("programme_id")
        .only("id", "programme_id", "number", "zone")
    )
    return [
        Defined(programme_id=one.programme_id, version=one, sets=read_version(one.pk).tier_sets)
        for one in newest
    ]
