"""Making customers, writing what is known of them, removing those of a source."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
from babel.core import get_global
from django.db import connection, transaction
from django.db.models import QuerySet

from wafaa.access.business.queries import get_business
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.kit.sql import load_sql
from wafaa.know.customers.actions.tags import wear_tags
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.customers.rules import (
    Traits,
    make_name_key,
    make_search_text,
    read_birthday,
    read_email,
    read_phone,
)

# So many new customers at once may change how the table is best read.
REMEASURED_FROM = 1_000
# Key of the advisory lock between those who write by distinct ids and those who move distinct ids.
DISTINCT_IDS_LOCK = 0x57414641_03


@transaction.atomic
def ensure_customers(
    distinct_ids: Collection[str], *, sources: Mapping[str, str] | None = None
) -> dict[str, int]:
    """The customer's id for each distinct id; those that are new get a customer. Safe when several do it at
    once.

    `sources` says which source spoke of a distinct id first.
    """
    sources = sources or {}
    wanted = sorted(set(distinct_ids))
    hold_still()
    known = _find(wanted)
    if new := [distinct_id for distinct_id in wanted if distinct_id not in known]:
        numbers = ["" if ":" in distinct_id else distinct_id for distinct_id in new]
        with connection.cursor() as cursor:
            cursor.execute(
                load_sql("wafaa.know.customers", "ensure_customers"),
                {
                    "distinct_ids": new,
                    "uuids": [new_id() for _ in new],
                    "external_ids": numbers,
                    "search_texts": [make_search_text(name="", email="", phone="", ids=[one]) for one in new],
                    "sources": [sources.get(distinct_id, "") for distinct_id in new],
                    "now": clock.now(),
                },
            )
            if len(new) >= REMEASURED_FROM:
                cursor.execute(load_sql("wafaa.know.customers", "remeasure"))
        known |= _find(new)
    return known


def hold_still(*, alone: bool = False) -> None:
    """Until the transaction ends, whose distinct ids are whose stays as it is for all who call this.

    Merging calls it `alone`: it waits for everybody who is writing by distinct ids just now, and they wait for it.
    Without it an order being applied could land on the customer whose ids are moving away.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.know.customers", "hold_still"), {"alone": alone, "key": DISTINCT_IDS_LOCK}
        )


def _find(distinct_ids: Sequence[str]) -> dict[str, int]:
    return dict(
        DistinctId.objects.filter(distinct_id__in=distinct_ids).values_list("distinct_id", "customer_id")
    )


@transaction.atomic
def identify_customers(
    *, told: Iterable[tuple[str, Traits]], sources: Mapping[str, str] | None = None
) -> int:
    """Writes the given traits onto the customers of their distinct ids, later ones over earlier. Returns how
    many customers.

    Only what is given changes. An e-mail is kept in lower case, a phone in E.164 where it can be read, else
    as given.
    """
    told = list(told)
    owner = ensure_customers([distinct_id for distinct_id, _ in told], sources=sources)
    customers = {customer.id: customer for customer in lock(set(owner.values()))}
    region = get_default_region()
    for distinct_id, traits in told:
        _apply_traits(customers[owner[distinct_id]], traits, region)
    save(list(customers.values()))
    tags: dict[int, list[str]] = {}
    for distinct_id, traits in told:
        if traits.tags:
            tags.setdefault(owner[distinct_id], []).extend(traits.tags)
    if tags:
        wear_tags(told=tags)
    return len(customers)


def lock(ids: Collection[int]) -> QuerySet[Customer]:
    """In the order of their ids, so that two who lock the same customers can't deadlock."""
    return Customer.objects.filter(id__in=ids).order_by("id").select_for_update()


def get_default_region() -> str:
    """The country whose phone numbers are written without a prefix here: that of the business's time zone."""
    territories: Mapping[str, str] = get_global("zone_territories")
    return territories.get(get_business().time_zone, "")


def _apply_traits(customer: Customer, traits: Traits, region: str) -> None:
    for field in ("name", "language", "country", "city"):
        given = getattr(traits, field)
        if given is not None:
            setattr(customer, field, given.strip())
    if traits.customer_number is not None:
        customer.external_id = str(traits.customer_number).strip()
    if traits.email is not None:
        customer.email = read_email(traits.email)
    if traits.phone is not None:
        customer.phone = read_phone(str(traits.phone), customer.country, region)
    if traits.birthday is not None:
        customer.birth_date = read_birthday(traits.birthday)
    if traits.attributes is not None:
        customer.attributes = {**customer.attributes, **traits.attributes}


def save(customers: Sequence[Customer]) -> None:
    """Writes the columns of customers that were locked, with what they are found by."""
    if not customers:
        return
    known_as = list_distinct_ids([customer.id for customer in customers])
    for customer in customers:
        customer.search_text = make_search_text(
            name=customer.name,
            email=customer.email,
            phone=customer.phone,
            ids=[customer.external_id, *known_as[customer.id]],
        )
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.know.customers", "save_customers"),
            {
                "ids": [customer.id for customer in customers],
                "external_ids": [customer.external_id for customer in customers],
                "names": [customer.name for customer in customers],
                "emails": [customer.email for customer in customers],
                "phones": [customer.phone for customer in customers],
                "languages": [customer.language for customer in customers],
                "countries": [customer.country for customer in customers],
                "cities": [customer.city for customer in customers],
                "birth_dates": [customer.birth_date for customer in customers],
                "attributes": [msgspec.json.encode(customer.attributes).decode() for customer in customers],
                "search_texts": [customer.search_text for customer in customers],
                "name_keys": [make_name_key(customer.name) for customer in customers],
            },
        )


@transaction.atomic
def remove_source(*, source: str) -> int:
    """Deletes the customers that `source` told of; their orders must be gone before.

    Returns how many customers went.
    """
    with connection.cursor() as cursor:
        for statement in ("forget_source", "remove_source"):
            cursor.execute(load_sql("wafaa.know.customers", statement), {"source": source})
        return int(cursor.rowcount)
