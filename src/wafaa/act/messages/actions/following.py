"""Messages follow a customer who is merged into another, and go when a person is erased."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from wafaa.act.messages.models import (
    Callback,
    Inbound,
    KeptMail,
    Message,
    PushSubscription,
    Suppression,
    TopicRefusal,
)
from wafaa.act.messages.queries import list_own_digests
from wafaa.act.messages.rules import KINDS, State
from wafaa.know.customers.rules import Mover
from wafaa.stream import outbox


def _count(customer_id: int) -> dict[str, int]:
    return {"messages": Message.objects.filter(customer=customer_id).count()}


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    """What both got for the same step stays where it is: the row says that it was sent to that one."""
    same = Message.objects.filter(
        customer=kept, sending=OuterRef("sending"), step=OuterRef("step"), channel=OuterRef("channel")
    )
    moving = Message.objects.filter(customer=gone).exclude(Exists(same))
    messages = list(moving.order_by("id").values_list("pk", flat=True))
    # two messages for one occasion would now come to one person
    double = list(
        Message.objects.filter(customer=gone, state__in=[State.HELD, State.QUEUED]).filter(Exists(same))
    )
    for lane, kind in KINDS.items():
        outbox.withdraw(kind=kind, keys=[one.key for one in double if one.lane == lane])
    Message.objects.filter(pk__in=[one.pk for one in double]).update(state=State.CANCELLED, why="merged")
    Message.objects.filter(pk__in=messages).update(customer_id=kept)
    theirs = TopicRefusal.objects.filter(customer=gone)
    have = set(TopicRefusal.objects.filter(customer=kept).values_list("channel", "topic"))
    refusals = [one.pk for one in theirs.order_by("id") if (one.channel, one.topic) not in have]
    TopicRefusal.objects.filter(pk__in=refusals).update(customer_id=kept)
    kept_mails = list(KeptMail.objects.filter(customer=gone).values_list("pk", flat=True))
    KeptMail.objects.filter(pk__in=kept_mails).update(customer_id=kept)
    inbound = _move_inbound(gone, kept)
    return {"messages": messages, "refusals": refusals, "kept_mails": kept_mails, "inbound": inbound}


def _move_inbound(gone: int, kept: int) -> list[int]:
    """When either last wrote by a channel that the other never wrote by; of both, each keeps their own."""
    have = set(Inbound.objects.filter(customer=kept).values_list("channel", flat=True))
    theirs = Inbound.objects.filter(customer=gone).exclude(channel__in=have).order_by("id")
    moving = list(theirs.values_list("pk", flat=True))
    Inbound.objects.filter(pk__in=moving).update(customer_id=kept)
    return moving


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What moved goes back, unless it was moved further."""
    models: tuple[tuple[str, Any], ...] = (
        ("messages", Message),
        ("refusals", TopicRefusal),
        ("kept_mails", KeptMail),
        ("inbound", Inbound),
    )
    for name, model in models:
        model.objects.filter(pk__in=moved.get(name, ()), customer=kept).update(customer_id=gone)


# How messages follow a customer who is merged into another.
MESSAGES_FOLLOW = Mover(name="messages", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """What was sent to a person, for good. That an address gets nothing stays, as a digest: it must never be forgotten by
    whoever might write to it again. Returns how many rows went.
    """
    Suppression.objects.filter(digest__in=list_own_digests(customer_id)).update(address="", detail="")
    outbox.forget_keys(keys=[one.key for one in Message.objects.filter(customer=customer_id).only("uuid")])
    TopicRefusal.objects.filter(customer=customer_id).delete()
    PushSubscription.objects.filter(distinct_id__in=distinct_ids).delete()
    Callback.objects.filter(customers__contains=[customer_id]).delete()
    kept = KeptMail.objects.filter(customer=customer_id).delete()[0]
    return {"messages": Message.objects.filter(customer=customer_id).delete()[0] + kept}
