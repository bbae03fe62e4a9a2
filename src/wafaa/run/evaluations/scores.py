"""The coverage of the NPS interval, by exact enumeration."""


def evaluate_scores() -> bool:
    """Print the table; whether every mark is met."""
    return True
