"""Finding customers and reading what happened to them."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import mask
from wafaa.kit.sql import load_sql
from wafaa.kit.text import latin_digits, without_marks
from wafaa.know.customers.errors import (
    BulkEditMissing,
    CustomerMissing,
    FieldMissing,
    MergeMissing,
    TagMissing,
    ViewMissing,
)
from wafaa.know.customers.models import (
    BulkEdit,
    Customer,
    CustomerTag,
    CustomerView,
    DistinctId,
    Merge,
    OwnField,
    Tag,
)
from wafaa.know.customers.rules import (
    ATTRIBUTE,
    PROFILE_FIELDS,
    OwnValue,
    Pair,
    make_search_query,
    read_place,
)
from wafaa.stream.queries import list_events
from wafaa.stream.rules import StoredEvent

# Up to so many customers are sorted at once.
RARE_MAX = 2_000
# Below this number of customers every way is fast; above, so many are looked at to tell common words from rare ones.
SAMPLED_FROM = 100_000
SAMPLE = 1_000
# Of such words the index holds some 100,000 at a million customers, which is read in a tenth of a second.
COMMON_SHARE = 0.1


def get_customer(customer_uuid: uuid.UUID) -> Customer:
    """The customer; of one who was merged into another, that other. Raises CustomerMissing."""
    customer = Customer.objects.select_related("owner", "totals").filter(uuid=customer_uuid).first()
    while customer is not None and customer.merged_into_id:
        customer = (
            Customer.objects.select_related("owner", "totals").filter(pk=customer.merged_into_id).first()
        )
    if customer is None:
        raise CustomerMissing
    return customer


def list_customers(
    *,
    search: str = "",
    country: str = "",
    searches_numbers_only: bool = False,
    tags: Collection[int] = (),
    owner: int | None = None,
    has_owner: bool | None = None,
    own_values: Mapping[str, Sequence[OwnValue]] | None = None,
    own_ranges: Collection[str] = (),
) -> QuerySet[Customer]:
    """Customers whose name, e-mail, phone or ids have words that begin as the searched ones do, letter
    variants alike; who wear all of these tags, whose own fields hold one of the spellings given for each key, and lie
    in all of these ranges (of rules.make_range).

    Those merged into others are never among them.
    """
    everybody = Customer.objects.filter(merged_into=None)
    narrowed = everybody
    if searches_numbers_only:
        # for eyes that may not see personal data, a search in it would answer what the page hides
        number = latin_digits(without_marks(search))
        narrowed = narrowed.filter(external_id__startswith=number) if number else narrowed
    elif query := make_search_query(search):
        if _is_common(query):
            everybody = everybody.filter(search_text__matches=query)
            narrowed = everybody
        else:
            narrowed = narrowed.filter(search_text__finds=query)
    for tag in tags:
        narrowed = narrowed.filter(Exists(CustomerTag.objects.filter(tag=tag, customer=OuterRef("pk"))))
    if owner is not None:
        narrowed = narrowed.filter(owner=owner)
    if has_owner is not None:
        narrowed = narrowed.filter(owner__isnull=not has_owner)
    for key, spellings in (own_values or {}).items():
        holds = reduce(or_, (Q(attributes__contains={key: one}) for one in spellings))
        narrowed = narrowed.filter(holds).exclude(attributes={})  # the index leaves out who has none
    for one in own_ranges:
        narrowed = narrowed.filter(attributes__fits=one)
    found = everybody if narrowed is everybody else _find_rare_first(narrowed)
    return found.filter(country=country) if country else found


def _is_common(query: str) -> bool:
    """Whether so many customers have these words that each order's head has enough of them.

    The index would be read for every word with such a beginning: "05" begins as many words as there are phones.
    """
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.customers", "count_roughly"))
        customers = cursor.fetchone()[0]
        if customers < SAMPLED_FROM:
            return False
        values = {"query": query, "percent": 100 * SAMPLE / customers}
        cursor.execute(load_sql("wafaa.know.customers", "share_of_words"), values)
        sampled, found = cursor.fetchone()
    return bool(found > COMMON_SHARE * sampled)


def _find_rare_first(narrowed: QuerySet[Customer]) -> QuerySet[Customer]:
    """Whom few fit are looked up first: beside an order and a limit the planner takes every condition for a common
    one and walks through all customers. Of what fits many, enough customers stand near the head of any
    order.
    """
    ids = list(narrowed.order_by().values_list("pk", flat=True)[: RARE_MAX + 1])
    return narrowed if len(ids) > RARE_MAX else Customer.objects.filter(pk__in=ids)


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


def get_timeline(customer: Customer, *, place: str = "", limit: int = 50) -> tuple[list[StoredEvent], str]:
    """What happened to the customer, newest first: a page, and the place from which the next one goes on ("" at the
    beginning of time). Raises ValueError for what is no place.
    """
    before = read_place(place) if place else None
    found = list_events(list_distinct_ids([customer.id])[customer.id], before=before, limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], f"{last.occurred_at.isoformat()}~{last.position}" if last else ""


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


def compare_customers(kept: Customer, gone: Customer, *, all_fields: bool = False) -> list[Pair]:
    """The fields of two customers side by side, as far as one of them says something (or all of them)."""
    pairs = [
        *(
            Pair(field=field, kept=getattr(kept, field), gone=getattr(gone, field))
            for field in PROFILE_FIELDS
        ),
        Pair(field="owner", kept=kept.owner_id, gone=gone.owner_id),
        *(
            Pair(field=ATTRIBUTE + key, kept=kept.attributes.get(key), gone=gone.attributes.get(key))
            for key in sorted({*kept.attributes, *gone.attributes})
        ),
    ]
    return [pair for pair in pairs if all_fields or pair.has_kept or pair.has_gone]


def list_tags() -> QuerySet[Tag]:
    """All tags by name."""
    return Tag.objects.order_by("folded")


def count_worn() -> dict[int, int]:
    """By tag: how many customers wear it."""
    worn = CustomerTag.objects.filter(customer__merged_into=None).order_by()
    return dict(worn.values_list("tag").annotate(Count("customer")).values_list("tag", "customer__count"))


def get_tag(tag_id: int) -> Tag:
    """Raises TagMissing."""
    tag = Tag.objects.filter(pk=tag_id).first()
    if tag is None:
        raise TagMissing
    return tag


def list_tags_of(customer_ids: Collection[int]) -> dict[int, list[Tag]]:
    """The tags that each of these customers wears, by name; one query."""
    found: dict[int, list[Tag]] = defaultdict(list)
    worn = CustomerTag.objects.filter(customer__in=customer_ids).select_related("tag").order_by("tag__folded")
    for one in worn:
        found[one.customer_id].append(one.tag)
    return found


def list_fields() -> list[OwnField]:
    """The own fields in the order in which they are shown."""
    return list(OwnField.objects.order_by("position", "id"))


def get_field(field_id: int) -> OwnField:
    """Raises FieldMissing."""
    field = OwnField.objects.filter(pk=field_id).first()
    if field is None:
        raise FieldMissing
    return field


def list_views(staff: Staff) -> QuerySet[CustomerView]:
    """The person's own views and those that others share, by name."""
    return CustomerView.objects.filter(Q(staff=staff) | Q(is_shared=True)).order_by("name", "id")


def get_view(view_uuid: uuid.UUID, staff: Staff) -> CustomerView:
    """Raises ViewMissing, also for what another person keeps for themselves."""
    view = list_views(staff).filter(uuid=view_uuid).first()
    if view is None:
        raise ViewMissing
    return view


def get_bulk_edit(edit_uuid: uuid.UUID) -> BulkEdit:
    """Raises BulkEditMissing."""
    edit = BulkEdit.objects.select_related("staff").filter(uuid=edit_uuid).first()
    if edit is None:
        raise BulkEditMissing
    return edit


def get_merge(merge_uuid: uuid.UUID) -> Merge:
    """Raises MergeMissing."""
    merge = Merge.objects.select_related("kept", "gone", "staff").filter(uuid=merge_uuid).first()
    if merge is None:
        raise MergeMissing
    return merge


def list_merges(customer: Customer) -> QuerySet[Merge]:
    """Whom staff merged into this customer and still is, newest first; what rules joined is explained by know.identity."""
    by_staff = Q(why={}) | Q(why__rule="staff")
    return (
        customer.merges.filter(by_staff, undone_at=None)
        .select_related("gone", "staff")
        .order_by("-at", "-id")
    )


def list_duplicate_keys(by: str, *, after: str = "", limit: int = 25) -> list[tuple[str, ...]]:
    """What several customers share, sorted, behind `after` (its parts joined by U+001F): (phone,), (email,) or
    (name_key, city). Walks along an index.
    """
    parts = after.split("\x1f") if after else []
    columns = 2 if by == "name" else 1
    parts = (parts + [""] * columns)[:columns]
    values: dict[str, str | int] = {"first": parts[0], "second": parts[-1], "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.customers", f"list_duplicates_by_{by}"), values)
        return [tuple(row) for row in cursor.fetchall()]


def list_namesakes(by: str, keys: Sequence[tuple[str, ...]]) -> QuerySet[Customer]:
    """The customers who share one of the keys that list_duplicate_keys found."""
    customers = Customer.objects.filter(merged_into=None)
    if not keys:
        return customers.none()
    if by != "name":
        return customers.filter(**{f"{by}__in": [key[0] for key in keys]})
    return customers.filter(
        reduce(or_, (Q(name_key=name_key, city=city) for name_key, city in keys)),
        name_key__gt="",
        city__gt="",
    )
