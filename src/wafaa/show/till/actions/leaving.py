"""What stays at the till of a person who is erased: what was done, without who it was for."""

from collections.abc import Sequence

from wafaa.show.till.models import Confirmation, Deed


def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    Confirmation.objects.filter(customer=customer_id).delete()
    return {"till_deeds": Deed.objects.filter(customer=customer_id).update(customer=None, facts={})}
