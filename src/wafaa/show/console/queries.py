"""What the console reads: the measures' answers, bundled as a page needs them."""

import math
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Sum

from wafaa.access.business.models import Business
from wafaa.access.business.queries import get_business
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import CustomerTotals
from wafaa.know.orders.queries import (
    get_totals,
    list_channels,
    list_customer_orders,
    list_customer_refunds,
    list_stores,
)
from wafaa.learn.measures.queries import (
    get_customer_rfm,
    get_default_question,
    get_gaps,
    get_journey,
    get_pareto,
    get_rfm,
    get_series,
    get_summary,
)
from wafaa.learn.measures.rules import Breakdown, CustomerRfm, Gaps, Journey, Period, Series, Summary
from wafaa.listen.connectors.files.models import MOVING
from wafaa.listen.connectors.files.queries import get_progress, list_imports
from wafaa.show.console.advice import Health
from wafaa.show.console.asking import Asked
from wafaa.show.console.customer_figures import CustomerFigures, find_usual_gap
from wafaa.show.console.periods import months_back


@dataclass(frozen=True, kw_only=True)
class TodayAnswers:
    summary: Summary
    months: Series
    health: Health
    journey: Journey | None  # None for eyes that see some stores only: a visit belongs to no store


def get_today(asked: Asked) -> TodayAnswers:
    """Everything that Today shows, for the period asked and the months before it."""
    summary = get_summary(asked.question)
    everything = asked.of_all_time()
    months = get_months(asked)
    gaps = get_gaps(everything)
    health = Health(
        today=clock.today(asked.business.zone),
        lapse_window_days=asked.business.lapse_window_days,
        standing=asked.standing,
        speaks_of_all_stores=asked.stores is None,
        summary=summary,
        rfm=get_rfm(everything),
        gaps=gaps,
        pareto=get_pareto(everything),
        single_buyers=count_single_buyers(asked, gaps),
    )
    journey = get_journey(asked.question) if asked.stores is None else None
    return TodayAnswers(summary=summary, months=months, health=health, journey=journey)


def count_single_buyers(asked: Asked, gaps: Gaps) -> int | None:
    """Live customers with one order, longer ago than half of the shop's next orders took.

    None where nothing is known of gaps, and for eyes that see some stores only: the totals are those of all stores.
    """
    if gaps.median is None or asked.stores is not None:
        return None
    zone, as_of = asked.business.zone, asked.question.as_of
    live_since = as_of - timedelta(days=asked.business.lapse_window_days)
    waited_since = as_of - timedelta(days=math.ceil(gaps.median))
    return CustomerTotals.objects.filter(
        orders=1,
        last_at__gte=clock.start_of_day(live_since, zone),
        last_at__lt=clock.start_of_day(waited_since, zone),
    ).count()


def get_customer_figures(customer: Customer, stores: tuple[int, ...] | None) -> CustomerFigures:
    """What one customer's counted orders add up to, within a scope of stores.

    Where the shop's figures are not counted yet, what compares with the shop is left out.
    """
    business = get_business()
    today = clock.today(business.zone)
    orders = list_customer_orders(customer, stores=stores).filter(counted=True, currency=business.currency)
    rows = list(orders.values_list("ordered_at", "gross_minor"))
    refunds = list_customer_refunds(customer, stores=stores).filter(currency=business.currency)
    days = sorted(ordered_at.astimezone(business.zone).date() for ordered_at, _gross in rows)
    shop_gap, rfm = _compare_with_shop(customer, business) if stores is None else (None, None)
    return CustomerFigures(
        orders=len(rows),
        gross_minor=sum(gross for _at, gross in rows),
        refunded_minor=refunds.aggregate(total=Sum("amount_minor"))["total"] or 0,
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
        days_since_last=clock.days_between(days[-1], today) if days else None,
        usual_gap_days=find_usual_gap(days),
        shop_gap_days=shop_gap,
        rfm=rfm,
    )


def _compare_with_shop(customer: Customer, business: Business) -> tuple[float | None, CustomerRfm | None]:
    everything = replace(get_default_question(business), period=None)
    try:
        gap, cuts = get_gaps(everything).median, get_rfm(everything).cuts
    except WafaaError:  # the customer's own figures stand without the shop's
        return None, None
    return gap, get_customer_rfm(get_totals(customer), cuts, everything.as_of)


def find_breakdown(stores: tuple[int, ...] | None) -> Breakdown:
    """The first breakdown that tells something apart in this shop: stores, else channels, else countries."""
    if list_stores(stores).count() > 1:
        return "store"
    return "channel" if len(list_channels()) > 1 else "country"


# How far a chart of months reaches back: two years show a trend and a season. The measures count it ahead.
MONTHS_OF_CHART = 24
# Rates of staying: meaningless until the first customer can have lapsed.
STAYING = frozenset({"retention_rate", "churn_rate", "textbook_retention_rate"})


def get_months(asked: Asked) -> Series:
    """The last two years month by month, whatever period the figures speak of: one sees a trend, not two points."""
    assert asked.standing.first_day is not None
    as_of = asked.question.as_of
    start = max(months_back(as_of, MONTHS_OF_CHART - 1), asked.standing.first_day.replace(day=1))
    series = get_series(replace(asked.question, period=Period(start=start, end=as_of)), "month")
    return leave_out_early(series, asked)


def leave_out_early(series: Series, asked: Asked) -> Series:
    """The series without rates of staying from before anybody could have lapsed."""
    points = [
        replace(point, figures={key: figure for key, figure in point.figures.items() if key not in STAYING})
        if asked.is_too_early(point.period)
        else point
        for point in series.points
    ]
    return replace(series, points=points)


@dataclass(frozen=True, kw_only=True)
class RunningImport:
    """A file on its way in; `total` is 0 where it is not known yet."""

    file_name: str
    is_publishing: bool
    done: int
    total: int


def find_running_import() -> RunningImport | None:
    """The newest import that moves by itself, None where none does."""
    running = list_imports().filter(state__in=MOVING).first()
    if running is None:
        return None
    done, total = get_progress(running)
    is_publishing = not running.is_before_publishing
    return RunningImport(file_name=running.file_name, is_publishing=is_publishing, done=done, total=total)
