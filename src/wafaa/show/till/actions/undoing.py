"""Taking a deed back within some minutes, by the way on which it came."""

from wafaa.kit import clock
from wafaa.show.till.actions.noting import Counter, note, record
from wafaa.show.till.actions.paying import give_back
from wafaa.show.till.actions.redeeming import free_code
from wafaa.show.till.actions.selling import tell
from wafaa.show.till.errors import DeedMissing, UndoImpossible, UndoneAlready, UndoTooLate
from wafaa.show.till.models import Deed
from wafaa.show.till.queries.deeds import UNDOABLE, is_event
from wafaa.show.till.rules import SOLD, UNDO_WITHIN, DeedKind, Told


def undo(told: Told, counter: Counter) -> Deed:
    """Once. Raises DeedMissing, UndoTooLate, UndoImpossible, UndoneAlready."""
    found = Deed.objects.select_for_update(of=("self",)).select_related("customer")
    done = found.filter(uuid=told.deed, store=counter.store).first() if told.deed else None
    if done is None:
        raise DeedMissing
    if done.is_undone:
        raise UndoneAlready
    if done.kind not in UNDOABLE or is_event(done) or done.customer is None:
        raise UndoImpossible
    if clock.now() - done.heard_at > UNDO_WITHIN:
        raise UndoTooLate
    deed = note(told, counter, done.customer, undoes=done)
    done.is_undone = True
    done.save(update_fields=["is_undone"])
    _take_back(deed, done, counter)
    record(deed, counter, undone=f"{done.kind} {str(done.uuid)[:8]}")
    return deed


def _take_back(deed: Deed, done: Deed, counter: Counter) -> None:
    assert done.customer is not None  # looked at by undo
    if "redemption" in done.facts:
        give_back(deed, done, counter)
    if done.kind in SOLD:
        tell(deed, done.customer, "Order Cancelled", {"order_id": str(done.uuid), "currency": done.currency})
    elif done.kind == DeedKind.CODE and "redemption" not in done.facts:
        free_code(deed, done)
