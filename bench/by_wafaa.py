"""The measures as the analyst answers them: a fresh process, nothing derived or kept yet."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
django.setup()

# What follows reads Django's settings while it is imported.
import msgspec  # noqa: E402

import wafaa.learn.measures.counting.answers  # noqa: E402, F401 - the analyst has the engine loaded already
from bench.asked import AS_OF, CURRENCY, LAPSE_WINDOW_DAYS, PERIOD, contest  # noqa: E402
from wafaa.learn.measures import queries  # noqa: E402
from wafaa.learn.measures.rules import Question  # noqa: E402


def answer(folder: Path) -> dict[str, Any]:
    whole = Question(as_of=AS_OF, lapse_window_days=LAPSE_WINDOW_DAYS, currency=CURRENCY)
    summary = queries.get_summary(replace(whole, period=PERIOD, by="category"), folder=folder)
    cohorts = queries.get_cohorts(whole, folder=folder)
    gaps = queries.get_gaps(whole, folder=folder)
    pareto = queries.get_pareto(whole, folder=folder)
    rfm = queries.get_rfm(whole, folder=folder)
    rows = {row.group: row for row in [summary.total, *summary.rows]}
    return msgspec.to_builtins(
        {
            "rows": {
                group: {"figures": row.figures, "previous": row.previous, "year_before": row.year_before}
                for group, row in rows.items()
            },
            "cohorts": [[c.month, c.customers, c.active, c.gross_minor] for c in cohorts.cohorts],
            "gaps": [gaps.histogram, gaps.lower_quartile, gaps.median, gaps.upper_quartile],
            "pareto": [
                pareto.customers,
                pareto.gross_minor,
                [share for _, share in pareto.curve],
                pareto.customers_for_80,
            ],
            "rfm": [
                rfm.cuts,
                sorted([c.recency, c.frequency, c.monetary, c.customers, c.gross_minor] for c in rfm.cells),
            ],
        }
    )


if __name__ == "__main__":
    contest(answer)
