"""Codes that give credit: what they give goes to the customer's wallet of store credit, and comes back from there."""

from wafaa.act.points.actions import award, make_unit, open_wallets, reverse_award
from wafaa.act.points.models import Transfer, Unit
from wafaa.act.points.rules import UnitKind
from wafaa.act.vouchers.models import Use
from wafaa.act.vouchers.rules import Kind, UseState, Verb
from wafaa.kit import clock
from wafaa.kit.money import decimals_of

CREDIT = {"ar": "رصيد المتجر", "en": "Store credit"}


def get_money_unit(prefix: str, name: dict[str, str], currency: str) -> Unit:
    """The unit of this kind of money in a currency, made where there is none."""
    return make_unit(
        code=f"{prefix}-{currency.lower()}",
        name=name,
        kind=UnitKind.MONEY,
        scale=decimals_of(currency),
        currency=currency,
    )


def follow_with_credit(use: Use, verb: Verb, *, amount_minor: int) -> None:
    """In the transaction of the use itself, so that neither stands without the other."""
    if use.pool.kind != Kind.GIFT or not amount_minor:
        return
    if verb is Verb.REDEEM and use.state == UseState.REDEEMED and use.customer_id is not None:
        unit = get_money_unit("credit", CREDIT, use.currency)
        wallets = open_wallets(unit_id=unit.pk, customer_ids=[use.customer_id])
        award(
            key=f"vouchers:{use.uuid}",
            wallet_id=wallets[use.customer_id],
            amount=amount_minor,
            at=clock.now(),
            cause={"voucher_use": str(use.uuid), "pool": str(use.pool.uuid)},
        )
    elif verb is Verb.ROLL_BACK:
        given = Transfer.objects.filter(key=f"vouchers:{use.uuid}").values_list("pk", flat=True).first()
        if given is not None:
            reverse_award(
                key=f"vouchers:{use.uuid}:{use.returned_minor}",
                award_id=given,
                amount=amount_minor,
                at=clock.now(),
                cause={"voucher_use": str(use.uuid)},
            )
