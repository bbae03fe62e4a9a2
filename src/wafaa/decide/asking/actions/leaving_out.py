"""Whom a rule does not invite to review stands in the audit of reviews, with the reason: no score is among them."""

from collections.abc import Iterable, Mapping

from wafaa.decide.asking.rules import Why
from wafaa.listen.reviews.actions import note_skipped
from wafaa.listen.reviews.rules import Invitee, Skip

LOGGED: Mapping[Why, Skip] = {
    Why.NOT_DRAWN: Skip.NOT_DRAWN,
    Why.COOL_DOWN: Skip.COOL_DOWN,
    Why.OPEN_CASE: Skip.OPEN_CASE,
    Why.NOT_MEMBER: Skip.NOT_IN_SEGMENT,
    Why.RETURNED: Skip.OPEN_RETURN,
}


def log_left_out(rows: Iterable[tuple[int, str]], why: Why) -> None:
    """Customers and the orders that they were not asked about; once each, however often it is told."""
    people = [Invitee(customer_id=customer, order_ref=about) for customer, about in rows]
    if people:
        note_skipped(people=people, reason=LOGGED[why])
