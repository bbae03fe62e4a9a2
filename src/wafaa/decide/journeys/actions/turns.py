"""One after another, and what fails delays no other."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


def take_turns(items: Iterable[T], do: Callable[[T], int]) -> int:
    """The sum of what each gives; the last error is raised once all have had their turn."""
    total, failure = 0, None
    for item in items:
        try:
            total += do(item)
        except Exception as error:
            log.warning("%s could not go on: %s", item, error)
            failure = error
    if failure is not None:
        raise failure
    return total
