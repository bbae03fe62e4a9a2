"""The steps of the first hour, in their order."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """Each is the name of its page."""

    ACCOUNT = "start-account"
    BUSINESS = "start-business"
    ORDERS = "start-orders"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the steps somebody is; `number` counts from 1."""

    step: Step
    number: int
    steps: tuple[Step, ...]


def list_steps(*, needs_account: bool) -> tuple[Step, ...]:
    """Somebody with a sign-in of their own starts at the business."""
    return tuple(Step) if needs_account else (Step.BUSINESS, Step.ORDERS)


def find_place(step: Step, *, needs_account: bool) -> Place:
    """A step that is no longer asked for still knows its place."""
    steps = list_steps(needs_account=needs_account or step is Step.ACCOUNT)
    return Place(step=step, number=steps.index(step) + 1, steps=steps)
