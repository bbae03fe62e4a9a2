"""The one way in: a deed as a device tells it. The same id again is the same deed, and changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from wafaa.access.staff.models import Staff
from wafaa.show.till.actions.enrolling import enrol, join
from wafaa.show.till.actions.noting import Counter, stand_at
from wafaa.show.till.actions.redeeming import redeem_code, redeem_reward
from wafaa.show.till.actions.righting import put_right
from wafaa.show.till.actions.selling import earn, stamp
from wafaa.show.till.actions.undoing import undo
from wafaa.show.till.errors import IdReused, ReceiptUsed
from wafaa.show.till.models import Deed
from wafaa.show.till.queries.stores import get_store
from wafaa.show.till.rules import DeedKind, Told, digest_told

_DOERS: Final[Mapping[DeedKind, Callable[[Told, Counter], Deed]]] = {
    DeedKind.EARN: earn,
    DeedKind.STAMP: stamp,
    DeedKind.ENROL: enrol,
    DeedKind.JOIN: join,
    DeedKind.UNDO: undo,
    DeedKind.REWARD: redeem_reward,
    DeedKind.CODE: redeem_code,
    DeedKind.ADJUST: put_right,
}


@dataclass(frozen=True, kw_only=True)
class Done:
    """A deed as it stands, and whether it stood before it was told this time."""

    deed: Deed
    is_replay: bool


def do(*, told: Told, staff: Staff) -> Done:
    """Once, in one transaction, with its line in the trail. Raises IdReused, StoreMissing, TooOld, ReceiptUsed, and what its kind
    raises; then nothing was done, and the same may be told again.
    """
    if known := _find(told):
        return Done(deed=known, is_replay=True)
    counter = stand_at(told, staff, get_store(staff, told.store))
    try:
        with transaction.atomic():
            return Done(deed=_DOERS[told.kind](told, counter), is_replay=False)
    except IntegrityError as error:  # told twice at one moment, or a receipt that another member has
        if known := _find(told):
            return Done(deed=known, is_replay=True)
        if "till_receipt_once" in str(error):
            raise ReceiptUsed from error
        raise


def _find(told: Told) -> Deed | None:
    known = Deed.objects.select_related("customer", "store", "undoes").filter(uuid=told.id).first()
    if known is not None and known.body != digest_told(told):
        raise IdReused
    return known
