"""What a picture says in a few words, for the list of reports."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wafaa.learn.measures.rules import Cohorts, Gaps, Pareto, Rfm
from wafaa.show.console.words.headline import say_customers
from wafaa.show.words import percent, say, within_days

NOTHING = SafeString("")


def say_next_month(cohorts: Cohorts) -> SafeString:
    """Of all who could, how many ordered again in the month after their first."""
    reached = [cohort for cohort in cohorts.cohorts if len(cohort.active) > 1]
    customers = sum(cohort.customers for cohort in reached)
    if not customers:
        return NOTHING
    share = sum(cohort.active[1] for cohort in reached) / customers
    return say(_("{share} order again in the next month"), share=percent(share))


def say_median(gaps: Gaps) -> SafeString:
    if gaps.median is None:
        return NOTHING
    return say(_("Half within {days}"), days=within_days(gaps.median))


def say_top(pareto: Pareto) -> SafeString:
    if pareto.top_20_share is None:
        return NOTHING
    return say(_("The top 20% bring {share}"), share=percent(pareto.top_20_share))


def say_champions(rfm: Rfm) -> SafeString:
    found = next((group.customers for group in rfm.groups if group.key == "champions"), 0)
    return say(_("Champions: {customers}"), customers=say_customers(found)) if rfm.cuts else NOTHING
