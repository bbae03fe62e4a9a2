"""Builders for experiments: people who come in, and what they do afterwards."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tests.build import NOON, make_event, order_event, tell

from wafaa.decide.experiments.actions import create_experiment, expose_customers, start_experiment
from wafaa.decide.experiments.models import Experiment
from wafaa.decide.experiments.rules import CONTROL, EXPOSED, TREATED, Kind, make_arms
from wafaa.kit import clock
from wafaa.know.customers.models import Customer

DAY = timedelta(days=1)


def make_people(count: int, *, at: datetime = NOON - 200 * DAY) -> list[Customer]:
    """So many customers, numbered P0000 on; each has the same id in every run, so that a lot that is given falls the same."""
    numbers = [f"P{number:04}" for number in range(count)]
    tell(
        *(
            make_event("identify", distinct_id=number, at=at, properties={"customer_number": number})
            for number in numbers
        )
    )
    found = {one.external_id: one for one in Customer.objects.filter(external_id__in=numbers)}
    for number, one in found.items():
        one.uuid = uuid.uuid5(uuid.NAMESPACE_OID, number)
    Customer.objects.bulk_update(found.values(), ["uuid"])
    return [found[number] for number in numbers]


def make_experiment(*, control_bp: int = 5_000, at: datetime = NOON, is_running: bool = True, **told):
    """A running campaign, half of whose people are kept aside."""
    with clock.fixed_at(at):
        experiment = create_experiment(
            **{
                "name": "Eid offer",
                "kind": Kind.CAMPAIGN,
                "arms": make_arms(control_bp=control_bp),
                "by": None,
                **told,
            }
        )
        return start_experiment(experiment=experiment, by=None) if is_running else experiment


def expose(experiment: Experiment, people: Sequence[Customer], *, at: datetime = NOON, **how):
    """They come in, and the stream has been heard."""
    with clock.fixed_at(at):
        verdicts = expose_customers(
            experiment=experiment, customer_ids=[one.pk for one in people], obeys_universal=False, **how
        )
        tell()
    return {one: verdicts[one.pk].variant for one in people}


def tell_exposed(
    experiment: Experiment, variants: Mapping[str, str], *, at: datetime = NOON, **told: str
) -> None:
    """As a shop's own site would say so: distinct id -> variant."""
    tell(
        *(
            make_event(
                EXPOSED,
                distinct_id=distinct_id,
                at=at,
                properties={"experiment_id": str(experiment.uuid), "variation_id": variant, **told},
            )
            for distinct_id, variant in variants.items()
        )
    )


def halve(people: Sequence[Customer]) -> dict[str, str]:
    """The first half is treated, the rest kept aside; by distinct id."""
    middle = len(people) // 2
    return {one.external_id: TREATED if place < middle else CONTROL for place, one in enumerate(people)}


def buy(number: str, amount: str, *, at: datetime = NOON + DAY, **told):
    """One order of one piece."""
    product = {"sku": "OUD", "quantity": 1, "price": amount}
    if "cost" in told:
        product["cost"] = told.pop("cost")
    return order_event(f"{number}-{at.isoformat()}", customer=number, at=at, lines=[product], **told)
