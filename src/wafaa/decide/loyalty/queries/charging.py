"""What refunds so far keep back from the money, as the ledger notes it."""

import msgspec

from wafaa.act.points.models import Transfer
from wafaa.act.points.rules import Kind, Role
from wafaa.decide.loyalty.models import Earning, Occasion
from wafaa.decide.loyalty.rules.charging import Charge, add_charges, make_charge
from wafaa.decide.loyalty.rules.content import Worth


def list_charges(occasion: Occasion) -> list[Charge]:
    """For points of this occasion that were spent before they were taken back; one for each currency."""
    earned = Earning.objects.filter(occasion=occasion).values_list("transfers", flat=True)
    charged = Transfer.objects.filter(
        undoes__in=[award for awards in earned for award in awards],
        kind=Kind.REVERSE,
        source_role=Role.FORGIVEN,
        cause__has_key="charge",
    )
    return add_charges(
        make_charge(msgspec.convert(cause["charge"], Worth), amount)
        for amount, cause in charged.values_list("amount", "cause")
    )
