"""What all pages of the touchpoints show."""

from wafaa.stream.queries import count_refused, list_parked, list_problems

# The tabs say how many; beyond this it is enough to know that there are many.
COUNTED_MAX = 1_000


def count_troubles() -> dict[str, int]:
    """How much waits behind each tab."""
    return {
        "parked_count": list_parked()[:COUNTED_MAX].count(),
        "refused_count": count_refused(limit=COUNTED_MAX),
        "problem_count": list_problems()[:COUNTED_MAX].count(),
    }
