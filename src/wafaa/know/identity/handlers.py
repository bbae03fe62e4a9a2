"""What the identity room does when events arrive."""

from collections.abc import Callable, Sequence
from functools import partial

from wafaa.know.customers.rules import Mover
from wafaa.know.identity.actions import hear_claims
from wafaa.stream.rules import EventHead


def make_listener(movers: Sequence[Mover]) -> Callable[[Sequence[EventHead]], None]:
    """The handler, with the rooms whose rows follow a customer: they lie above this one."""
    return partial(_hear, movers=movers)


def _hear(heads: Sequence[EventHead], *, movers: Sequence[Mover]) -> None:
    hear_claims(heads, movers=movers)
