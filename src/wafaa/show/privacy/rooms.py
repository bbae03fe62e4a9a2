"""Which rooms hold something of a person: the one list for handing out and for erasing, in the order in which rows may go."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from wafaa.act.cases.actions import erase_customer as erase_cases
from wafaa.act.cases.queries import export_customer as export_cases
from wafaa.act.messages.actions import erase_customer as erase_messages
from wafaa.act.messages.queries import export_customer as export_messages
from wafaa.act.points.actions import erase_customer as erase_wallets
from wafaa.act.points.queries import export_customer as export_wallets
from wafaa.act.vouchers.actions import erase_customer as erase_vouchers
from wafaa.act.vouchers.queries import export_customer as export_vouchers
from wafaa.act.webhooks.queries import export_customer as export_outgoing
from wafaa.decide.asking.actions import erase_customer as erase_asks
from wafaa.decide.asking.queries import export_customer as export_asks
from wafaa.decide.experiments.actions import erase_customer as erase_experiments
from wafaa.decide.experiments.queries import export_customer as export_experiments
from wafaa.decide.gifts.actions import erase_customer as erase_gifts
from wafaa.decide.gifts.queries import export_customer as export_gifts
from wafaa.decide.journeys.actions import erase_customer as erase_runs
from wafaa.decide.journeys.queries import export_customer as export_runs
from wafaa.decide.loyalty.actions import erase_customer as erase_earnings
from wafaa.decide.loyalty.queries import export_customer as export_earnings
from wafaa.decide.rewards.actions import erase_customer as erase_redemptions
from wafaa.decide.rewards.queries import export_customer as export_redemptions
from wafaa.decide.suggestions.actions import erase_customer as erase_suggestions
from wafaa.decide.suggestions.queries import export_customer as export_suggestions
from wafaa.decide.tiers.queries import export_customer as export_tiers
from wafaa.know.consents.actions import erase_customer as erase_consents
from wafaa.know.consents.queries import export_customer as export_consents
from wafaa.know.customers.actions import export_customer as export_profile
from wafaa.know.identity.queries import export_customer as export_claims
from wafaa.know.journey.actions import erase_customer as erase_ways
from wafaa.know.journey.models import Milestone, Touch, Traveller, Visit
from wafaa.know.journey.queries import export_customer as export_ways
from wafaa.know.notes.erasing import erase_customer as erase_notes
from wafaa.know.notes.erasing import export_customer as export_notes
from wafaa.know.orders.erasing import export_customer as export_orders
from wafaa.learn.feedback.actions import erase_customer as erase_comments
from wafaa.learn.feedback.queries import export_customer as export_comments
from wafaa.learn.segments.actions import erase_customer as erase_memberships
from wafaa.learn.segments.queries import export_customer as export_memberships
from wafaa.listen.connectors.actions import erase_customer as erase_connected
from wafaa.listen.connectors.queries import export_customer as export_connected
from wafaa.listen.reviews.actions import erase_customer as erase_reviews
from wafaa.listen.reviews.queries import export_customer as export_reviews
from wafaa.listen.surveys.actions import erase_customer as erase_answers
from wafaa.listen.surveys.queries import export_customer as export_answers
from wafaa.show.portal.actions import erase_customer as erase_member
from wafaa.show.portal.queries import export_customer as export_member
from wafaa.show.till.actions import erase_customer as erase_deeds
from wafaa.show.till.queries import export_customer as export_deeds
from wafaa.stream.erasing import note_gone

Rows = list[dict[str, Any]]


class Eraser(Protocol):
    """Deletes what a room holds of one customer; what -> how many."""

    def __call__(self, *, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]: ...


Exporter = Callable[..., dict[str, Rows]]


def _erase_journey(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """The facts are made from these rows, so they are told that the rows are gone."""
    travellers = list(Traveller.objects.filter(distinct_id__in=distinct_ids).values_list("id", flat=True))
    note_gone(table="travellers", keys=travellers)
    tables: tuple[tuple[str, Any, str], ...] = (
        ("touches", Touch, "position"),
        ("visits", Visit, "id"),
        ("milestones", Milestone, "id"),
    )
    for table, model, key in tables:
        note_gone(
            table=table, keys=model.objects.filter(traveller__in=travellers).values_list(key, flat=True)
        )
    return erase_ways(customer_id=customer_id, distinct_ids=distinct_ids)


# Connections look at the customer's row to know whom a delivery names, so the row goes after them.
ERASERS: tuple[Eraser, ...] = (
    erase_connected,
    _erase_journey,
    erase_consents,
    erase_notes,
    erase_answers,
    erase_cases,
    erase_comments,
    erase_messages,
    erase_memberships,
    erase_experiments,
    erase_runs,
    erase_asks,
    erase_suggestions,
    erase_reviews,
    erase_redemptions,
    erase_earnings,
    erase_gifts,
    erase_vouchers,
    erase_wallets,
    erase_member,
    erase_deeds,
)
EXPORTERS: tuple[Exporter, ...] = (
    export_profile,
    export_orders,
    export_consents,
    export_notes,
    export_ways,
    export_claims,
    export_connected,
    export_answers,
    export_outgoing,
    export_cases,
    export_comments,
    export_messages,
    export_memberships,
    export_experiments,
    export_runs,
    export_asks,
    export_suggestions,
    export_reviews,
    export_earnings,
    export_tiers,
    export_redemptions,
    export_gifts,
    export_vouchers,
    export_wallets,
    export_member,
    export_deeds,
)
