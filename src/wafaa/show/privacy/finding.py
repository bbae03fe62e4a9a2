"""Who is meant: the ids, addresses and names of a customer and of all who were merged into them."""

from collections.abc import Iterator, Sequence

import msgspec

from wafaa.know.customers.actions import find_family
from wafaa.know.customers.models import Customer, DistinctId, Merge
from wafaa.know.customers.rules import read_properties
from wafaa.know.orders.erasing import list_order_ids
from wafaa.show.privacy.rules import Person
from wafaa.stream.queries import list_events
from wafaa.stream.rules import StoredEvent

EVENTS_AT_ONCE = 1_000


def find_person(
    customer_ids: Sequence[int], *, former: Person | None = None, reads_events: bool = True
) -> Person:
    """All by which these customers are known now, and by which `former` knew them; every event of theirs may tell more."""
    found = _read_rows(find_family([*customer_ids, *(former.customer_ids if former else [])]))
    found = former.join(found) if former else found
    for event in list_all_events(found.distinct_ids) if reads_events else ():
        _read_event(found, event)
    return former.join(found) if former else Person().join(found)


def _read_rows(family: list[int]) -> Person:
    customers = list(Customer.objects.filter(id__in=family))
    ids = DistinctId.objects.filter(customer__in=family).order_by("distinct_id")
    found = Person(
        customer_ids=family,
        uuids=[str(one.uuid) for one in customers],
        distinct_ids=[*ids.values_list("distinct_id", flat=True), *list_order_ids(family)],
        numbers=[one.external_id for one in customers if one.external_id],
        emails=[one.email for one in customers if one.email],
        phones=[one.phone for one in customers if one.phone],
        names=[one.name for one in customers if one.name],
        sources=[one.source for one in customers if one.source],
    )
    for merge in Merge.objects.filter(kept__in=family):
        for told in (merge.before, merge.after):
            _read_traits(found, told)
    return found


def _read_event(found: Person, event: StoredEvent) -> None:
    if event.source:
        found.sources.append(event.source)
    context = read_properties(event.context)
    if isinstance(context.get("import"), str):
        found.imports.append(context["import"])
    if event.name == "identify":
        _read_traits(found, read_properties(event.properties))


def _read_traits(found: Person, told: dict[str, object]) -> None:
    first, last = told.get("firstName"), told.get("lastName")
    whole = " ".join(str(one) for one in (first, last) if one)
    for kept, values in (
        (found.names, (told.get("name"), whole)),
        (found.emails, (told.get("email"),)),
        (found.phones, (told.get("phone"),)),
        (found.numbers, (told.get("customer_number"), told.get("external_id"))),
    ):
        kept += [
            str(value).strip() for value in values if isinstance(value, (str, int)) and str(value).strip()
        ]


def list_all_events(distinct_ids: Sequence[str]) -> Iterator[StoredEvent]:
    """Every event of these ids, newest first."""
    before = None
    while page := list_events(list(distinct_ids), before=before, limit=EVENTS_AT_ONCE):
        yield from page
        before = (page[-1].occurred_at, page[-1].position)


def load_person(kept: object) -> Person:
    return msgspec.convert(kept, Person)


def dump_person(person: Person) -> object:
    return msgspec.to_builtins(person)
