"""What the three contestants are asked, and the form in which they answer."""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from wafaa.learn.measures.figures import Counts, make_figures
from wafaa.learn.measures.periods import find_previous, find_year_before
from wafaa.learn.measures.rules import Period

AS_OF = date(2025, 12, 31)
PERIOD = Period(start=date(2025, 12, 1), end=AS_OF)
PERIODS = {"figures": PERIOD, "previous": find_previous(PERIOD), "year_before": find_year_before(PERIOD)}
LAPSE_WINDOW_DAYS = 180
CURRENCY = "SAR"
MEMORY_LIMIT = "1500MB"


def to_figures(counts: dict[str, dict[str, int]]) -> dict[str, Any]:
    """Counts of each period -> what a Row holds, as JSON."""
    return {name: msgspec.to_builtins(make_figures(Counts(**counts.get(name, {})))) for name in PERIODS}


def contest(answer: Callable[[Path], dict[str, Any]]) -> None:
    """Runs one contestant on the folder of the command line; prints its time, its peak memory and its figures."""
    started = time.perf_counter()
    figures = answer(Path(sys.argv[1]))
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    result = {
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,  # of the whole process, imports included
        "peak_mb": used.ru_maxrss / 1024,
        "figures": figures,
    }
    json.dump(result, sys.stdout)
