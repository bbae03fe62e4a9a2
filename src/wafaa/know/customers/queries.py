"""Finding customers and reading what happened to them."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from wafaa.access.staff.rules import mask
from wafaa.kit.text import latin_digits, without_marks
from wafaa.know.customers.errors import CustomerMissing
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.customers.rules import make_search_query
from wafaa.stream.queries import list_events
from wafaa.stream.rules import StoredEvent


def get_customer(customer_uuid: uuid.UUID) -> Customer:
    """Raises CustomerMissing."""
    customer = Customer.objects.filter(uuid=customer_uuid).first()
    if customer is None:
        raise CustomerMissing
    return customer


def list_customers(
    *, search: str = "", country: str = "", searches_numbers_only: bool = False
) -> QuerySet[Customer]:
    """Customers whose name, e-mail, phone or ids have words that begin as the searched ones do, letter
    variants alike.
    """
    customers = Customer.objects.all()
    if searches_numbers_only:
        # for eyes that may not see personal data, a search in it would answer what the page hides
        number = latin_digits(without_marks(search))
        customers = customers.filter(external_id__startswith=number) if number else customers
    elif query := make_search_query(search):
        customers = customers.filter(search_text__finds=query)
    return customers.filter(country=country) if country else customers


def list_countries() -> list[str]:
    """The countries that customers live in, sorted."""
    return list(
        Customer.objects.exclude(country="").order_by("country").values_list("country", flat=True).distinct()
    )


def list_distinct_ids(customer_ids: Collection[int]) -> dict[int, list[str]]:
    """By which ids the stream knows each of these customers, sorted."""
    ids: dict[int, list[str]] = defaultdict(list)
    rows = DistinctId.objects.filter(customer_id__in=customer_ids).order_by("distinct_id")
    for customer_id, distinct_id in rows.values_list("customer_id", "distinct_id"):
        ids[customer_id].append(distinct_id)
    return ids


def get_timeline(
    customer: Customer, *, before: tuple[datetime, int] | None = None, limit: int = 50
) -> list[StoredEvent]:
    """Everything that happened to the customer, newest first, before (occurred_at, position)."""
    return list_events(list_distinct_ids([customer.id])[customer.id], before=before, limit=limit)


def say_customer(customer: Customer | None, sees_personal: bool) -> str:
    """What a customer is called for these eyes: name, number, e-mail or phone; without personal data the
    number or a mask.
    """
    if customer is None:
        return ""
    if sees_personal:
        return str(customer)
    if customer.name:
        return mask(customer.name)
    return customer.external_id or mask(customer.email or customer.phone or "?")
