"""The way out: of one browser, of all, of what is too old; and of a person altogether."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q

from wafaa.kit import clock
from wafaa.know.customers.actions import find_family
from wafaa.know.customers.models import Customer
from wafaa.show.portal.models import Entry, MemberCard, MemberSession, Wish
from wafaa.show.portal.rules import ABSOLUTE, IDLE, SEEN_EVERY, digest_token

# What was asked at the door is of use for an hour; a day is kept so that staff can be helped to look for a fault.
KEPT = timedelta(days=1)


def sign_out(*, token: str) -> None:
    MemberSession.objects.filter(key=digest_token(token)).delete()


def sign_out_everywhere(*, customer: Customer) -> int:
    """Also where somebody signed in as one who was merged into this customer. Returns how many browsers."""
    return MemberSession.objects.filter(customer__in=find_family([customer.pk])).delete()[0]


def note_seen(session: MemberSession) -> None:
    now = clock.now()
    if abs(now - session.seen_at) >= SEEN_EVERY:
        MemberSession.objects.filter(pk=session.pk).update(seen_at=now)


def forget_old() -> int:
    """Doors and sessions whose time is over; how many."""
    now = clock.now()
    gone = Entry.objects.filter(ends_at__lt=now - KEPT).delete()[0]
    over = Q(seen_at__lt=now - IDLE - SEEN_EVERY) | Q(opened_at__lt=now - ABSOLUTE)
    return gone + MemberSession.objects.filter(over).delete()[0]


def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """What the door, cards and wishes hold of a person."""
    told = Customer.objects.filter(pk=customer_id).values_list("email", "phone").first() or ("", "")
    theirs = MemberSession.objects.filter(customer=customer_id)
    addresses = {*(one for one in told if one), *theirs.values_list("address", flat=True)}
    Entry.objects.filter(address__in=addresses).delete()
    theirs.delete()
    return {
        "member_cards": MemberCard.objects.filter(customer=customer_id).delete()[0],
        "member_wishes": Wish.objects.filter(customer=customer_id).delete()[0],
    }
