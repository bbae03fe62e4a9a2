"""The audit in words: who was invited and shown other sites, by how satisfied they were, and why others were not."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from wafaa.listen.reviews.queries import read_audit
from wafaa.listen.reviews.rules import STARS, Asked, State
from wafaa.listen.reviews.words import REASONS, SKIPS

ROWS: tuple[int | None, ...] = (*reversed(STARS), None)


def show_audit() -> dict[str, Any]:
    """The tables of the page. A share is of the row's own whole; "" where nobody is in it."""
    audit = read_audit()
    return {
        "invited": _table(audit.invited, ("made", "sent", "opened", "reviewed"), "reviewed", "made"),
        "sites": [
            {
                "title": _("After a review") if asked == Asked.REVIEW else _("After an answer to a survey"),
                "rows": _table(rows, ("answered", "shown", "pressed"), "shown", "answered"),
            }
            for asked, rows in audit.sites.items()
        ],
        "decided": _table(audit.decided, tuple(_DECIDED), State.PUBLISHED, "all", adds_up=True),
        "reasons": [
            {"label": REASONS[reason], "cells": [counts.get(stars, 0) for stars in ROWS[:-1]]}
            for reason, counts in audit.reasons.items()
            if reason in REASONS
        ],
        "skipped": [
            {"label": SKIPS[reason], "cells": [counts.get(stars, 0) for stars in ROWS]}
            for reason, counts in audit.skipped.items()
            if reason in SKIPS
        ],
        "stars": ROWS,
    }


_DECIDED = (State.PUBLISHED, State.REJECTED, State.WAITING)


def _table(
    told: Mapping[int | None, Mapping[str, int]],
    names: tuple[str, ...],
    part: str,
    whole: str,
    *,
    adds_up: bool = False,
) -> list[dict[str, Any]]:
    """One row for each number of stars, the unknown last; rows of nobody stay out."""
    rows = []
    for stars in ROWS:
        counts = dict(told.get(stars) or {})
        if adds_up:
            counts["all"] = sum(counts.get(name, 0) for name in names)
        if counts.get(whole):
            cells = [counts.get(name, 0) for name in names]
            rows.append({"stars": stars, "cells": cells, "share": counts.get(part, 0) / counts[whole]})
    return rows
