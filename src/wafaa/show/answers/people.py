"""Customers behind the figures, as far as somebody may see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.queries import filter_by_stores, get_store_scope
from wafaa.learn.scores.rules import Person


@dataclass(frozen=True, kw_only=True)
class PersonShown:
    customer: Customer
    label: str
    value: int
    scale: int
    day: date
    last_order: date | None


def find_customers(ids: Collection[int], staff: Staff) -> dict[int, Customer]:
    """Of other stores' customers nobody hears who sees some stores only; who was erased since then is gone."""
    found = Customer.objects.filter(pk__in=ids)
    stores = get_store_scope(staff)
    if stores is not None:
        found = filter_by_stores(found, stores)
    return {customer.pk: customer for customer in found}


def show_people(people: Sequence[Person], staff: Staff) -> list[PersonShown]:
    customers = find_customers([person.customer for person in people], staff)
    sees_personal = staff.may(Capability.SEE_PERSONAL)
    return [
        PersonShown(
            customer=customer,
            label=say_customer(customer, sees_personal),
            value=person.value,
            scale=10 if person.points == 11 else person.points,
            day=person.day,
            last_order=person.last_order,
        )
        for person in people
        if (customer := customers.get(person.customer))
    ]
