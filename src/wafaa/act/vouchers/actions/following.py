"""Codes and uses follow a customer who is merged into another, and lose their name when a person is erased."""

from collections.abc import Sequence

from django.db import connection, transaction

from wafaa.act.vouchers.models import Code, CustomerCount, GiftCard, Use
from wafaa.kit.sql import load_sql
from wafaa.know.customers.rules import Mover


def _count(customer_id: int) -> dict[str, int]:
    return {
        "vouchers": Code.objects.filter(customer=customer_id).count(),
        "voucher_uses": Use.objects.filter(customer=customer_id).count(),
        "gift_cards": GiftCard.objects.filter(customer=customer_id).count(),
    }


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    moving = {
        "codes": list(Code.objects.filter(customer=gone).order_by("id").values_list("pk", flat=True)),
        "uses": list(Use.objects.filter(customer=gone).order_by("id").values_list("pk", flat=True)),
        "cards": list(GiftCard.objects.filter(customer=gone).order_by("id").values_list("pk", flat=True)),
    }
    _shift(moving, gone, kept)
    return moving


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What moved goes back, unless it was moved further."""
    _shift(moved, kept, gone)


def _shift(moving: dict[str, list[int]], giver: int, taker: int) -> None:
    """Both hold as many places afterwards as they have uses: of two who used a code once each, one used it twice."""
    held = [giver, taker]
    list(CustomerCount.objects.select_for_update().filter(customer__in=held).order_by("pool", "customer"))
    Code.objects.filter(pk__in=moving["codes"], customer=giver).update(customer=taker)
    Use.objects.filter(pk__in=moving["uses"], customer=giver).update(customer=taker)
    GiftCard.objects.filter(pk__in=moving.get("cards", ()), customer=giver).update(customer=taker)
    CustomerCount.objects.filter(customer__in=held).delete()
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.vouchers", "recount_customers"), {"pool": None, "customers": held})


# How vouchers follow a customer who is merged into another.
VOUCHERS_FOLLOW = Mover(name="vouchers", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """Money that was given stays in the books without a name; codes of their own are nobody's, and withdrawn."""
    codes = Code.objects.filter(customer=customer_id).update(customer=None, is_withdrawn=True)
    uses = Use.objects.filter(customer=customer_id).update(customer=None, order_ref="")
    CustomerCount.objects.filter(customer=customer_id).delete()
    cards = GiftCard.objects.filter(customer=customer_id).update(
        customer=None, recipient="", message="", mail_to="", mail_at=None
    )
    return {"vouchers": codes, "voucher_uses": uses, "gift_cards": cards}
