"""The end of a customer: rows, ids, and what is kept elsewhere in this room about them."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from wafaa.know.customers.models import (
    BulkEdit,
    BulkEditRow,
    Customer,
    CustomerTag,
    CustomerView,
    DistinctId,
    Merge,
    Tag,
)
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.stream.erasing import note_gone


def find_family(customer_ids: Collection[int]) -> list[int]:
    """These customers and whoever was merged into them, and into those."""
    family = set(customer_ids)
    while True:
        more = set(Customer.objects.filter(merged_into__in=family).values_list("id", flat=True)) - family
        if not more:
            return sorted(family)
        family |= more


@transaction.atomic
def erase_customers(*, customer_ids: Sequence[int], names_person: Callable[[str], bool]) -> dict[str, int]:
    """Deletes the customers, their ids, tags and merges, and takes them out of changes of many and saved views.

    Everything in other rooms must be gone before. Returns what -> how many.
    """
    uuids = {str(one) for one in Customer.objects.filter(id__in=customer_ids).values_list("uuid", flat=True)}
    worn = list(CustomerTag.objects.filter(customer__in=customer_ids).values_list("tag_id", flat=True))
    count = {
        "ids": DistinctId.objects.filter(customer__in=customer_ids).delete()[0],
        "tags": CustomerTag.objects.filter(customer__in=customer_ids).delete()[0],
        "merges": Merge.objects.filter(Q(kept__in=customer_ids) | Q(gone__in=customer_ids)).delete()[0],
        "bulk_edits": BulkEditRow.objects.filter(customer__in=customer_ids).delete()[0],
    }
    _forget_edits(uuids, names_person)
    count["views"] = _forget_views(names_person)
    for tag in Tag.objects.filter(id__in=worn):
        if names_person(tag.name) and not CustomerTag.objects.filter(tag=tag).exists():
            tag.delete()
    Customer.objects.filter(id__in=customer_ids).update(merged_into=None)
    count["customers"] = Customer.objects.filter(id__in=customer_ids).count()
    Customer.objects.filter(id__in=customer_ids).delete()
    note_gone(table="customers", keys=customer_ids)
    return count


def _forget_edits(uuids: Collection[str], names_person: Callable[[str], bool]) -> None:
    for edit in BulkEdit.objects.all():
        chosen, what = dict(edit.chosen), dict(edit.what)
        if set(chosen.get("ids", [])) & set(uuids):
            chosen["ids"] = [one for one in chosen["ids"] if one not in uuids]
        if names_person(str(chosen.get("asked", ""))):
            chosen["asked"] = ""
            chosen["ids"] = chosen.get("ids", [])  # without its words the filter would mean everybody
        if isinstance(what.get("value"), str) and names_person(what["value"]):
            what["value"] = ""
        if (chosen, what) != (edit.chosen, edit.what):
            edit.chosen, edit.what = chosen, what
            edit.save(update_fields=["chosen", "what"])


def _forget_views(names_person: Callable[[str], bool]) -> int:
    """Saved views go without the words that name the person."""
    changed = 0
    for view in CustomerView.objects.all():
        kept = {
            key: [one for one in values if not names_person(str(one))] for key, values in view.asked.items()
        }
        if kept != view.asked or names_person(view.name):
            view.asked = {key: values for key, values in kept.items() if values}
            view.name = "–" if names_person(view.name) else view.name
            view.save(update_fields=["asked", "name"])
            changed += 1
    return changed


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The profile with own fields, tags and ids, as plain values."""
    fields = (
        "uuid", "external_id", "name", "email", "phone", "language", "country", "city", "birth_date", "attributes",
        "source", "created_at",
    )  # fmt: skip
    known = list_distinct_ids([customer_id])[customer_id]
    tags = Tag.objects.filter(worn__customer=customer_id).order_by("folded")
    return {
        "customers": list(Customer.objects.filter(id=customer_id).values(*fields)),
        "ids": [{"distinct_id": one} for one in known],
        "tags": list(tags.values("name")),
    }
