"""The way of the customers: engagement, experience by what happened, and the stages from the first visit to the next order."""

from typing import Any

import ibis
from ibis.expr.types import Table

from wafaa.know.journey.rules import BITS, MILESTONES, NOT_AS_DESCRIBED
from wafaa.learn.measures.counting.scope import Scope
from wafaa.learn.measures.counting.ways import Ways, count_histogram, seconds_between, within
from wafaa.learn.measures.journey_figures import JourneyCounts, Spread, make_journey_figures, make_stage_rows
from wafaa.learn.measures.periods import find_previous
from wafaa.learn.measures.rules import Figure, Journey, Period, Row
from wafaa.science.histogram import find_median

# So long after the visit a purchase still belongs to the checkout that was begun in it.
PAID_WITHIN_S = 86_400
MINUTE_S = 60
HOUR_S = 3_600


def count_journey(scope: Scope) -> Journey:
    """Figures of the period and of the one before; without any visit or milestone nothing is counted."""
    ways, figures, previous = Ways(scope), {}, {}
    masks: dict[int, int] = {}
    told = ways.count_told()
    if any(told.values()):
        figures = _count_figures(ways, scope.period)
        if scope.question.period:
            previous = _count_figures(ways, find_previous(scope.period))
        masks = _count_masks(ways, scope.period)
    return Journey(
        total=Row(group="", label="", figures=figures, previous=previous),
        stages=make_stage_rows(masks),
        told=told,
        receipt=scope.write_receipt(),
    )


def _count_figures(ways: Ways, period: Period) -> dict[str, Figure]:
    scope = ways.scope
    counts = JourneyCounts(
        **_count_visits(ways, period),
        **_count_interactions(ways, period),
        **_count_checkouts(ways, period),
        **_count_deliveries(ways, period),
        **_count_returns(ways, period),
        silence=_spread(scope, _list_silences(ways, period)),
        first_reply=_spread(scope, _list_first_replies(ways, period)),
        refund_time=_spread(scope, _list_refund_times(ways, period)),
    )
    return make_journey_figures(counts, period.days)


def _spread(scope: Scope, values: Table) -> Spread:
    found, counts = count_histogram(scope, values)
    return Spread(n=sum(counts), median=find_median(found, counts))


def _count_visits(ways: Ways, period: Period) -> dict[str, int]:
    visits = ways.visits.filter(within(ways.visits.day, period))
    pages = visits.pages.cast("int64")
    row = ways.scope.run_one(
        visits.aggregate(
            visits=visits.count(),
            visitors=visits.person.nunique(),
            pages=pages.sum(),
            page_squares=(pages * pages).sum(),
        )
    )
    return {name: int(value or 0) for name, value in row.items()}


def _count_interactions(ways: Ways, period: Period) -> dict[str, int]:
    """Per active customer, squared for the margin."""
    interactions = ways.interactions.filter(within(ways.interactions.day, period))
    customers = interactions.group_by("customer_id").aggregate(count=interactions.count())
    often = customers["count"]
    row = ways.scope.run_one(
        customers.aggregate(
            active=customers.count(), interactions=often.sum(), interaction_squares=(often * often).sum()
        )
    )
    return {name: int(value or 0) for name, value in row.items()}


def _list_silences(ways: Ways, period: Period) -> Table:
    """Whole days from a customer's last interaction to the last day of the period."""
    interactions = ways.interactions.filter(ways.interactions.day < ibis.literal(period.end))
    last = interactions.group_by("customer_id").aggregate(day=interactions.day.max())
    return last.select(value=ibis.literal(period.end).delta(last.day, unit="day").cast("int64") - 1)


def _count_checkouts(ways: Ways, period: Period) -> dict[str, int]:
    visits = ways.visits
    begun = visits.filter(within(visits.day, period), (visits.stages & BITS["checkout"]) != 0)
    begun = begun.select("visit_id", "customer_id", "seconds", began="at")
    orders = ways.orders.select("customer_id", ordered="at")
    paid = begun.filter(begun.customer_id.notnull()).join(orders, "customer_id")
    after = seconds_between(paid.ordered, paid.began)
    paid = paid.filter(after >= 0, after <= paid.seconds + PAID_WITHIN_S)
    return {
        "checkouts": ways.scope.run_one(begun.aggregate(count=begun.count()))["count"],
        "paid_checkouts": ways.scope.run_one(paid.aggregate(count=paid.visit_id.nunique()))["count"],
    }


def _count_deliveries(ways: Ways, period: Period) -> dict[str, int]:
    """Against the first promise; one that was made in a notice of delay counts where there is no other."""
    steps = ways.milestones.filter(ways.milestones.kind == "order")
    is_delivery, is_delay = steps.step == "Order Delivered", steps.step == "Order Delayed"
    orders = steps.group_by("subject").aggregate(
        day=steps.day.min(where=is_delivery),
        delivered=steps["at"].min(where=is_delivery),
        promised=steps.due_at.min(where=~is_delay),
        promised_late=steps.due_at.min(where=is_delay),
    )
    orders = orders.mutate(due=ibis.coalesce(orders.promised, orders.promised_late))
    orders = orders.filter(orders.delivered.notnull(), orders.due.notnull(), within(orders.day, period))
    row = ways.scope.run_one(
        orders.aggregate(
            deliveries=orders.count(), on_time=orders.count(where=orders.delivered <= orders.due)
        )
    )
    return {name: int(value or 0) for name, value in row.items()}


def _list_first_replies(ways: Ways, period: Period) -> Table:
    """Whole minutes from the beginning of a conversation to the first reply."""
    starts = ways.list_steps("Support Conversation Started")
    starts = starts.group_by("subject").aggregate(began=starts["at"].min(), day=starts.day.min())
    starts = starts.filter(within(starts.day, period)).select("subject", "began")
    replies = ways.list_steps("Support Reply Sent").select("subject", replied="at")
    answered = replies.join(starts, "subject")
    answered = answered.filter(answered.replied >= answered.began)
    first = answered.group_by("subject").aggregate(
        waited=seconds_between(answered.replied, answered.began).min()
    )
    return first.select(value=(first.waited // MINUTE_S).cast("int64"))


def _count_returns(ways: Ways, period: Period) -> dict[str, int]:
    asked = ways.list_steps("Return Requested")
    asked = asked.filter(within(asked.day, period), asked.reason != "")
    is_undescribed = asked.reason.isin(sorted(NOT_AS_DESCRIBED))
    row = ways.scope.run_one(
        asked.aggregate(
            returns=asked.subject.nunique(), undescribed=asked.subject.nunique(where=is_undescribed)
        )
    )
    return {name: int(value or 0) for name, value in row.items()}


def _list_refund_times(ways: Ways, period: Period) -> Table:
    """Whole hours from the request of a return to the first refund of that order, by the day of the refund."""
    asked = ways.list_steps("Return Requested")
    asked = asked.filter(asked.order_id.notnull())
    asked = asked.group_by("order_id").aggregate(asked=asked["at"].min())
    refunds = ways.scope.facts.tables["refunds"].select("order_id", "day", refunded="at")
    given = refunds.join(asked, "order_id")
    given = given.filter(given.refunded >= given.asked)
    first = given.group_by("order_id").aggregate(
        day=given.day.min(), waited=seconds_between(given.refunded, given.asked).min()
    )
    first = first.filter(within(first.day, period))
    return first.select(value=(first.waited // HOUR_S).cast("int64"))


def _count_masks(ways: Ways, period: Period) -> dict[int, int]:
    """How many people reached the same stages in the period: everything that a funnel can be cut from."""
    visits, milestones = ways.visits, ways.milestones
    orders, refunds = ways.scope.add_firsts(ways.orders), ways.scope.refunds
    steps = {
        name: BITS[step.stage] for name, step in MILESTONES.items() if step.stage and step.stage != "payment"
    }
    bits = ibis.cases(*((milestones.step == name, bit) for name, bit in steps.items()), else_=0)
    bought = ibis.ifelse(orders.is_repeat, BITS["payment"] | BITS["again"], BITS["payment"])
    parts = [
        _reached(visits, visits.person, visits.stages),
        _reached(milestones, milestones.person, bits),
        _reached(orders, orders.customer_id, bought),
        _reached(refunds, refunds.customer_id, ibis.literal(BITS["return"])),
    ]
    reached = ibis.union(*parts)
    reached = reached.filter(within(reached.day, period), reached.bits > 0)
    people = reached.group_by("person").aggregate(bits=reached.bits.bit_or())
    masks = people.group_by("bits").aggregate(people=people.count())
    return {row["bits"]: row["people"] for row in ways.scope.run(masks)}


def _reached(table: Table, person: Any, bits: Any) -> Table:
    return table.select(person=person.cast("int64"), day=table.day, bits=bits.cast("int64"))
