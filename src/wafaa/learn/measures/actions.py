"""Keeping answers fresh."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from django.db.models import Q

from wafaa.access.business.models import Business
from wafaa.access.business.queries import get_business
from wafaa.kit import clock
from wafaa.learn.facts.queries import find_manifest, list_versions
from wafaa.learn.measures import queries
from wafaa.learn.measures.models import Answer
from wafaa.learn.measures.periods import add_months
from wafaa.learn.measures.rules import Period

log = logging.getLogger(__name__)

# Answers about tables that did not turn stay no longer than this: they speak of the day on which they were counted.
KEPT_FOR = timedelta(days=2)
# Today's chart reaches back so far.
MONTHS_OF_CHART = 24


def prune_answers() -> int:
    """Deletes answers about facts that are no longer the present ones, and about days long gone; returns how many."""
    manifest = find_manifest()
    if manifest is None:
        return 0
    present = Q(facts_version__in=list_versions(manifest).values())
    old = Q(counted_at__lt=clock.now() - KEPT_FOR) & ~Q(facts_version=manifest.version)
    return Answer.objects.filter(~present | old).delete()[0]


def warm_answers() -> int:
    """Counts what Today and the reports ask by default, so that people never wait for it; returns how many answers.

    Called in each sync before the new facts become the present ones, in the process that has the engine. What cannot be
    counted must not hold them back.
    """
    asked = _list_asked(get_business())
    warmed = 0
    for ask in asked:
        try:
            ask()
        except Exception:
            log.warning("an answer could not be counted ahead", exc_info=True)
        else:
            warmed += 1
    return warmed


def _list_asked(business: Business) -> list[Callable[[], object]]:
    question = queries.get_default_question(business)
    whole = replace(question, period=None)

    def ask_months() -> object:
        standing = queries.get_standing(business.currency)
        if standing.first_day is None:
            return None
        last_month = (question.as_of - timedelta(days=1)).replace(day=1)
        start = max(add_months(last_month, 1 - MONTHS_OF_CHART), standing.first_day.replace(day=1))
        return queries.get_series(replace(question, period=Period(start=start, end=question.as_of)), "month")

    return [
        lambda: queries.get_standing(business.currency),
        lambda: queries.get_summary(question),
        ask_months,
        lambda: queries.get_rfm(whole),
        lambda: queries.get_gaps(whole),
        lambda: queries.get_pareto(whole),
        lambda: queries.get_cohorts(whole),
        lambda: queries.get_pareto(question),
        lambda: queries.get_journey(question),
    ]
