"""Members: who joins, who leaves, how they follow a merge, and what stays of one who is erased."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from wafaa.decide.loyalty.actions.moving import SOURCE
from wafaa.decide.loyalty.actions.reckoning import reckon_again, welcome
from wafaa.decide.loyalty.actions.tiering import lock_members
from wafaa.decide.loyalty.errors import MemberMissing, ProgrammeNotLive
from wafaa.decide.loyalty.models import Earning, Member, Occasion, Programme
from wafaa.decide.loyalty.rules import JOINED, LEFT, State, Trigger
from wafaa.decide.loyalty.rules.telling import choose_distinct_id
from wafaa.kit import clock
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.customers.rules import Mover
from wafaa.know.orders.models import Order
from wafaa.stream.actions import record_event
from wafaa.stream.rules import NewEvent

# What nobody is given twice, even where two customers turn out to be one.
ONCE: Final = (
    Trigger.JOINING,
    Trigger.BIRTHDAY,
    Trigger.BIRTHDAY_HIJRI,
    Trigger.ANNIVERSARY,
    Trigger.ANNIVERSARY_HIJRI,
)
# The name of an occasion that no rule waits for.
DOUBLE: Final = "double"


@transaction.atomic
def join(*, programme: Programme, customer_id: int, via: str = "", at: datetime | None = None) -> Member:
    """From now on, or from `at` where a till told it late; whoever is a member stays one as they are, whoever left comes back.

    Raises ProgrammeNotLive.
    """
    if Programme.objects.values_list("state", flat=True).get(pk=programme.pk) != State.LIVE:
        raise ProgrammeNotLive
    now = clock.now()
    member, is_new = Member.objects.get_or_create(
        programme=programme, customer_id=customer_id, defaults={"joined_at": at or now}
    )
    if is_new:
        welcome([member.pk])
    elif member.left_at is not None:
        Member.objects.filter(pk=member.pk).update(left_at=None)
    if is_new or member.left_at is not None:
        _tell(JOINED, member, f"joined:{member.uuid}:{now.timestamp():.6f}", {"via": via})
    member.left_at = None
    return member


@transaction.atomic
def leave(*, member: Member) -> Member:
    """What they have stays theirs; what happens from now on earns nothing. Raises MemberMissing."""
    held = Member.objects.select_for_update(of=("self",)).filter(pk=member.pk).first()
    if held is None:
        raise MemberMissing
    if held.left_at is None:
        held.left_at = clock.now()
        held.save(update_fields=["left_at"])
        _tell(LEFT, held, f"left:{held.uuid}:{held.left_at.timestamp():.6f}", {})
    return held


def _tell(name: str, member: Member, message_id: str, said: dict[str, Any]) -> None:
    known = list_distinct_ids([member.customer_id or 0]).get(member.customer_id or 0)
    if known:
        record_event(
            event=NewEvent(
                message_id=message_id,
                type="track",
                name=name,
                distinct_id=choose_distinct_id(known),
                occurred_at=clock.now(),
                properties={"programme": str(member.programme.uuid), "member": str(member.uuid), **said},
                source=SOURCE,
            )
        )


def _count(customer_id: int) -> dict[str, int]:
    return {"loyalty_memberships": Member.objects.filter(customer=customer_id).count()}


def _move(gone: int, kept: int) -> dict[str, Any]:
    """Where only one of them is a member the membership follows; else what the other one did counts for the kept one's, but for
    what a person is given once.
    """
    both = Member.objects.filter(customer__in=[gone, kept]).order_by("id").select_for_update(of=("self",))
    mine = {one.programme_id: one for one in both if one.customer_id == kept}
    moved: dict[str, Any] = {"members": [], "occasions": {}}
    for one in [one for one in both if one.customer_id == gone]:
        if (home := mine.get(one.programme_id)) is None:
            Member.objects.filter(pk=one.pk).update(customer_id=kept)
            moved["members"].append(one.pk)
            continue
        occasions = list(Occasion.objects.filter(member=one).values_list("pk", flat=True))
        doubles = _find_doubles(occasions, home.pk)
        _give(occasions, home.pk)
        if one.joined_at < home.joined_at:
            Member.objects.filter(pk=home.pk).update(joined_at=one.joined_at)
        firsts = _find_later_firsts(home.pk)
        Occasion.objects.filter(pk__in=doubles).update(name=DOUBLE)
        Occasion.objects.filter(pk__in=firsts).update(is_first=False)
        reckon_again([*doubles, *firsts])
        moved["occasions"][str(one.pk)] = {
            "to": home.pk,
            "ids": occasions,
            "joined": home.joined_at.isoformat(),
            "doubles": doubles,
            "firsts": firsts,
        }
    return moved


def _find_doubles(occasion_ids: Sequence[int], home: int) -> list[int]:
    """Which of these the kept member has as well: joining, and the same day of the same year."""
    once = Occasion.objects.filter(kind__in=ONCE, name="").order_by("id")
    mine = {_name_once(one) for one in once.filter(member=home)}
    return [one.pk for one in once.filter(pk__in=occasion_ids) if _name_once(one) in mine]


def _name_once(one: Occasion) -> tuple[str, str]:
    return one.kind, "" if one.kind == Trigger.JOINING else one.key.split(":")[1]


def _find_later_firsts(member_id: int) -> list[int]:
    """Of several first orders of one person all but the earliest."""
    firsts = Occasion.objects.filter(member=member_id, is_first=True).order_by("at", "id")
    counted = Order.objects.filter(pk__in=firsts.values("order_id"), counted=True).values("pk")
    return list(firsts.filter(order_id__in=counted).values_list("pk", flat=True))[1:]


def _give(occasions: Sequence[int], member_id: int) -> None:
    Occasion.objects.filter(pk__in=occasions).update(member_id=member_id)
    Earning.objects.filter(occasion__in=occasions).update(member_id=member_id)


def _give_back(kept: int, gone: int, moved: dict[str, Any]) -> None:
    """What moved goes back; of orders that came since, the next look at them finds whose they are."""
    Member.objects.filter(pk__in=moved["members"], customer=kept).update(customer_id=gone)
    for member_id, told in moved["occasions"].items():
        still = Occasion.objects.filter(pk__in=told["ids"], member=told["to"])
        _give(list(still.values_list("pk", flat=True)), int(member_id))
        Member.objects.filter(pk=told["to"]).update(joined_at=told["joined"])
        doubles, firsts = told.get("doubles", []), told.get("firsts", [])
        if doubles or firsts:
            lock_members([int(member_id), told["to"]])
            Occasion.objects.filter(pk__in=doubles).update(name="")
            Occasion.objects.filter(pk__in=firsts).update(is_first=True)
            reckon_again([*doubles, *firsts])


MEMBERS_FOLLOW = Mover(name="loyalty", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """Memberships lose their customer; what was earned stays whole, without a name. Returns how many."""
    members = Member.objects.filter(customer=customer_id)
    Occasion.objects.filter(member__in=list(members.values_list("pk", flat=True))).update(given=None)
    return {"loyalty_memberships": members.update(customer=None)}
