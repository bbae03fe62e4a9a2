"""Taking back single messages that nobody has begun to send: what they were for is not so any more."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from wafaa.act.messages.actions.sending import change_messages
from wafaa.act.messages.models import Message
from wafaa.act.messages.rules import KINDS, Decision, Lane, State
from wafaa.kit import clock
from wafaa.stream import outbox


@transaction.atomic
def withdraw_messages(*, reason: str, wanted: Collection[tuple[str, int]], why: str) -> set[tuple[str, int]]:
    """Cancels what waits, or is queued, for these (step, customer) of a reason. Returns which that were: what has been begun,
    or settled, stays.
    """
    if not wanted:
        return set()
    asked = set(wanted)
    found = Message.objects.filter(
        Q(state=State.HELD) | Q(state=State.QUEUED),
        sending__reason=reason,
        step__in={step for step, _customer in asked},
        customer__in={customer for _step, customer in asked},
    )
    rows = [
        one
        for one in found.order_by("id").select_for_update(of=("self",))
        if (one.step, one.customer_id) in asked
    ]
    back: set[str] = set()
    for lane in Lane:
        keys = [one.key for one in rows if one.lane == lane and one.state == State.QUEUED]
        back |= outbox.withdraw(kind=KINDS[lane], keys=keys) if keys else set()
    gone = [one for one in rows if one.state == State.HELD or one.key in back]
    cancelled = Decision(state=State.CANCELLED, why=why, asked=())
    change_messages([(one.pk, cancelled, cancelled.as_trace(clock.now())) for one in gone])
    return {(one.step, one.customer_id) for one in gone}
