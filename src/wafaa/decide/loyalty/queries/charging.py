"""What refunds so far keep back from the money, as the ledger notes it."""

from collections import Counter
from typing import Any

import msgspec
from django.db.models import F, Func

from wafaa.act.points.models import Transfer
from wafaa.act.points.rules import Kind, Role
from wafaa.decide.loyalty.models import Earning, Occasion
from wafaa.decide.loyalty.rules.charging import Charge, add_charges, reckon_charge
from wafaa.decide.loyalty.rules.content import Worth


def count_charged(*, order_id: int) -> Counter[tuple[int, Worth]]:
    """Points of this order that were spent before they were taken back, and paid for by its refunds; by occasion and by what they
    were worth.
    """
    charged = Counter[tuple[int, Worth]]()
    for (occasion_id, _unit, worth), points in _count(occasion__order_id=order_id).items():
        charged[occasion_id, worth] += points
    return charged


def list_charges(occasion: Occasion) -> list[Charge]:
    """What the refunds of its order keep back for this occasion; one for each unit and currency."""
    charged = _count(occasion=occasion).items()
    return add_charges(reckon_charge(worth, points, unit) for (_occasion, unit, worth), points in charged)


def _count(**of: Any) -> Counter[tuple[int, str, Worth]]:
    awards = Earning.objects.filter(**of).annotate(award=Func(F("transfers"), function="unnest"))
    charged = Transfer.objects.filter(
        undoes__in=list(awards.values_list("award", flat=True)),
        kind=Kind.REVERSE,
        source_role=Role.FORGIVEN,
        cause__has_key="charge",
    )
    points = Counter[tuple[int, str, Worth]]()
    for unit, amount, cause in charged.values_list("unit__code", "amount", "cause"):
        points[cause["occasion"], unit, msgspec.convert(cause["charge"], Worth)] += amount
    return points
