"""Counting ahead what a page of results asks by default."""

import logging
from dataclasses import replace

from wafaa.access.business.queries import get_business
from wafaa.learn.scores.queries import get_default_sieve, get_results, list_busiest

log = logging.getLogger(__name__)


def warm_results() -> int:
    """Counts the results of the surveys that are answered most, so that nobody waits for them; returns of how many surveys.

    Called in each sync before the new facts become the present ones, in the process that has the engine. What was counted of
    the same answers already is not counted again; what cannot be counted must not hold the facts back.
    """
    sieve = get_default_sieve(get_business())
    try:
        surveys = list_busiest(sieve)
        for survey in surveys:
            get_results(replace(sieve, survey=survey))
    except Exception:
        log.warning("results could not be counted ahead", exc_info=True)
        return 0
    return len(surveys)
