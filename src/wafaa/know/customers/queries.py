"""Finding customers and reading what happened to them."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from wafaa.access.staff.rules import mask
from wafaa.kit.sql import load_sql
from wafaa.kit.text import latin_digits, without_marks
from wafaa.know.customers.errors import CustomerMissing
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.customers.rules import make_search_query
from wafaa.stream.queries import list_events
from wafaa.stream.rules import StoredEvent

# Up to so many customers are sorted at once.
RARE_MAX = 2_000


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
        customers = _find_by_words(query)
    return customers.filter(country=country) if country else customers


def _find_by_words(query: str) -> QuerySet[Customer]:
    """A rare word is looked up first: beside an order and a limit the planner takes every word for a common
    one and walks through all customers. Of a common word enough customers stand near the head of any
    order.
    """
    found = Customer.objects.filter(search_text__finds=query)
    ids = list(found.values_list("pk", flat=True)[: RARE_MAX + 1])
    return found if len(ids) > RARE_MAX else Customer.objects.filter(pk__in=ids)


def list_countries() -> list[str]:
    """The countries that customers live in, sorted; costs as many look-ups as there are countries."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.customers", "list_countries"))
        return [country for (country,) in cursor.fetchall() if country]


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
