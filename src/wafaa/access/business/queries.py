"""Reads about the business itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy

from wafaa.access.business.models import Business

# Of the request that is being answered; outside of one nothing is kept.
_KEPT: ContextVar[list[Business] | None] = ContextVar("business", default=None)


def get_business() -> Business:
    """The one business of this installation; its defaults where nothing was set yet. Within one request it is read once, and
    everybody gets a copy of their own: a form writes into its.
    """
    kept = _KEPT.get()
    if kept:
        return copy(kept[0])
    found = Business.objects.filter(id=1).first() or Business(id=1)
    if kept is not None:
        kept.append(copy(found))
    return found


@contextmanager
def keep_business() -> Iterator[None]:
    """For the time of one request."""
    token = _KEPT.set([])
    try:
        yield
    finally:
        _KEPT.reset(token)


def forget_business() -> None:
    """For whoever changes it."""
    if kept := _KEPT.get():
        kept.clear()
