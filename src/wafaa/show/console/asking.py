"""From a request to a question for the measures: who asks, for which stores, which days."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from wafaa.access.business.models import Business
from wafaa.access.business.queries import get_business
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.know.orders.queries import get_store_scope
from wafaa.learn.measures.queries import get_standing
from wafaa.learn.measures.rules import Breakdown, Period, Question, Standing
from wafaa.show.console.periods import DEFAULT, Chosen, choose_period


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a page of figures speaks of. Without any counted order there is no question to ask."""

    business: Business
    standing: Standing
    stores: tuple[int, ...] | None
    chosen: Chosen
    question: Question

    @property
    def last_day(self) -> date:
        """The last day that counts, as people say it; `as_of` is the day after."""
        return self.question.as_of - timedelta(days=1)

    def is_too_early(self, period: Period) -> bool:
        """Whether nobody can have lapsed by the period's end, because the shop is younger than the lapse window.

        Everyone counts as kept then; a rate of 100 % would be true and mislead.
        """
        assert self.standing.first_day is not None
        return period.end <= self.standing.first_day + timedelta(days=self.question.lapse_window_days)

    def broken_down(self, by: Breakdown) -> Question:
        return replace(self.question, by=by)

    def of_all_time(self) -> Question:
        """The whole of the facts up to the end of the period."""
        return replace(self.question, period=None)


def ask(request: StaffRequest, *, default: str = DEFAULT) -> Asked | None:
    """None where the facts hold no order: then there is nothing to ask."""
    return ask_for(request.staff, request.GET.dict(), default=default)


def ask_for(staff: Staff, asked: Mapping[str, str], *, default: str = DEFAULT) -> Asked | None:
    """What `ask` does, for somebody who is not at a page."""
    business = get_business()
    standing = get_standing(business.currency)
    if standing.first_day is None:
        return None
    stores = get_store_scope(staff)
    chosen = choose_period(asked, first_day=standing.first_day, as_of=standing.as_of, default=default)
    question = Question(
        as_of=standing.as_of,
        lapse_window_days=business.lapse_window_days,
        currency=business.currency,
        period=chosen.period,
        stores=stores,
    )
    return Asked(business=business, standing=standing, stores=stores, chosen=chosen, question=question)
