"""One change to many customers: chunk by chunk, each in a transaction of its own, and back again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.know.customers.actions.identifying import lock, save
from wafaa.know.customers.errors import BulkEditBusy
from wafaa.know.customers.models import BulkEdit, BulkEditRow, Customer, CustomerTag, Tag
from wafaa.know.customers.rules import BulkState, Deed

# So many customers are changed in well under a second, own fields included (some 0.4 s on one core).
CHUNK = 2_000
# How long a change of many can be taken back.
KEPT_DAYS = 30


@transaction.atomic
def start_bulk_edit(
    *, deed: Deed, what: dict[str, Any], chosen: dict[str, Any], total: int, by: Staff
) -> BulkEdit:
    """Notes what is to be done, in the audit trail too; change_chunk then does it.

    `what` is {"tag": id}, {"owner": staff id or None} or {"key": own field, "value": value}; `label` says it in words.
    `chosen` is {"ids": [...]} or {"asked": parameters of the list}.
    """
    edit = BulkEdit.objects.create(
        at=clock.now(), staff=by, deed=deed, what=what, chosen=chosen, total=total, state=BulkState.RUNNING
    )
    record_change(
        staff=by,
        deed=f"bulk_{deed}",
        subject=str(what.get("label", "")),
        after={"customers": total},
    )
    return edit


@transaction.atomic
def change_chunk(*, edit_id: int, ids: Sequence[int]) -> BulkEdit:
    """Changes these customers, who follow on those done before; an empty chunk means that all are done.

    Only who really changes is noted, with what was there before. A chunk that was done already does nothing.
    """
    edit = BulkEdit.objects.select_for_update().get(pk=edit_id)
    if edit.state != BulkState.RUNNING:
        return edit
    if not ids:
        edit.state = BulkState.DONE
        edit.save(update_fields=["state"])
        return edit
    ids = [one for one in ids if one > edit.last_id]
    if not ids:  # another worker has done them meanwhile
        return edit
    customers = list(lock(ids).filter(merged_into=None))
    before = _CHANGES[Deed(edit.deed)](customers, edit.what)
    BulkEditRow.objects.bulk_create(
        [
            BulkEditRow(edit=edit, customer_id=customer_id, before=value)
            for customer_id, value in before.items()
        ]
    )
    edit.done += len(ids)
    edit.last_id = max(ids)
    edit.save(update_fields=["done", "last_id"])
    return edit


def _add_tag(customers: Sequence[Customer], what: dict[str, Any]) -> dict[int, Any]:
    if not Tag.objects.select_for_update(no_key=True).filter(pk=what["tag"]).exists():
        return {}  # removed meanwhile, from everybody
    ids = [customer.pk for customer in customers]
    wearing = set(
        CustomerTag.objects.filter(tag=what["tag"], customer__in=ids).values_list("customer_id", flat=True)
    )
    new = [one for one in ids if one not in wearing]
    CustomerTag.objects.bulk_create([CustomerTag(tag_id=what["tag"], customer_id=one) for one in new])
    return dict.fromkeys(new)


def _remove_tag(customers: Sequence[Customer], what: dict[str, Any]) -> dict[int, Any]:
    worn = CustomerTag.objects.filter(tag=what["tag"], customer__in=[customer.pk for customer in customers])
    ids = list(worn.values_list("customer_id", flat=True))
    worn.delete()
    return dict.fromkeys(ids)


def _set_owner(customers: Sequence[Customer], what: dict[str, Any]) -> dict[int, Any]:
    changed = [customer for customer in customers if customer.owner_id != what["owner"]]
    Customer.objects.filter(pk__in=[customer.pk for customer in changed]).update(owner_id=what["owner"])
    return {customer.pk: customer.owner_id for customer in changed}


def _set_field(customers: Sequence[Customer], what: dict[str, Any]) -> dict[int, Any]:
    key, value = what["key"], what["value"]
    before = {customer.pk: customer.attributes.get(key) for customer in customers}
    changed = [customer for customer in customers if before[customer.pk] != value]
    for customer in changed:
        put_attribute(customer, key, value)
    save(changed)
    return {customer.pk: before[customer.pk] for customer in changed}


def put_attribute(customer: Customer, key: str, value: Any) -> None:
    """Sets one own field in memory; None takes it away."""
    kept = {name: one for name, one in customer.attributes.items() if name != key}
    customer.attributes = kept if value is None else {**kept, key: value}


_CHANGES = {
    Deed.ADD_TAG: _add_tag,
    Deed.REMOVE_TAG: _remove_tag,
    Deed.SET_OWNER: _set_owner,
    Deed.SET_FIELD: _set_field,
}


@transaction.atomic
def start_undo(*, edit_id: int, by: Staff) -> BulkEdit:
    """Asks for a bulk edit to be taken back; undo_chunk then does it. Raises BulkEditBusy while it still runs."""
    edit = BulkEdit.objects.select_for_update().get(pk=edit_id)
    if edit.state in {BulkState.UNDOING, BulkState.UNDONE}:
        return edit
    if edit.state != BulkState.DONE:
        raise BulkEditBusy
    edit.state, edit.last_id, edit.done = BulkState.UNDOING, 0, 0
    edit.save(update_fields=["state", "last_id", "done"])
    record_change(staff=by, deed="undo_bulk_edit", subject=str(edit.what.get("label", "")))
    return edit


@transaction.atomic
def undo_chunk(*, edit_id: int) -> BulkEdit:
    """Takes the next customers back to what they had, where nobody changed it since."""
    edit = BulkEdit.objects.select_for_update().get(pk=edit_id)
    if edit.state != BulkState.UNDOING:
        return edit
    rows = list(
        BulkEditRow.objects.filter(edit=edit, customer_id__gt=edit.last_id).order_by("customer_id")[:CHUNK]
    )
    if not rows:
        edit.state = BulkState.UNDONE
        edit.save(update_fields=["state"])
        return edit
    before = {row.customer_id: row.before for row in rows}
    customers = list(lock(before))
    _UNDOINGS[Deed(edit.deed)](customers, edit.what, before)
    edit.done += len(rows)
    edit.last_id = rows[-1].customer_id
    edit.save(update_fields=["done", "last_id"])
    return edit


def _take_tag_off(customers: Sequence[Customer], what: dict[str, Any], before: dict[int, Any]) -> None:
    ids = [customer.pk for customer in customers]
    CustomerTag.objects.filter(tag=what["tag"], customer__in=ids).delete()


def _put_tag_on(customers: Sequence[Customer], what: dict[str, Any], before: dict[int, Any]) -> None:
    _add_tag(customers, what)


def _give_owner_back(customers: Sequence[Customer], what: dict[str, Any], before: dict[int, Any]) -> None:
    unchanged = [customer for customer in customers if customer.owner_id == what["owner"]]
    known = set(
        Staff.objects.filter(pk__in={before[one.pk] for one in unchanged} - {None}).values_list(
            "pk", flat=True
        )
    )
    for owner in {before[one.pk] for one in unchanged}:
        ids = [one.pk for one in unchanged if before[one.pk] == owner]
        Customer.objects.filter(pk__in=ids).update(owner_id=owner if owner in known else None)


def _give_field_back(customers: Sequence[Customer], what: dict[str, Any], before: dict[int, Any]) -> None:
    key = what["key"]
    unchanged = [customer for customer in customers if customer.attributes.get(key) == what["value"]]
    for customer in unchanged:
        put_attribute(customer, key, before[customer.pk])
    save(unchanged)


_UNDOINGS = {
    Deed.ADD_TAG: _take_tag_off,
    Deed.REMOVE_TAG: _put_tag_on,
    Deed.SET_OWNER: _give_owner_back,
    Deed.SET_FIELD: _give_field_back,
}


def forget_bulk_edits() -> int:
    """Ends what was changed KEPT_DAYS ago, with what customers had before. Returns how many changes were forgotten."""
    old = BulkEdit.objects.filter(at__lt=clock.now() - timedelta(days=KEPT_DAYS))
    ended = list(old.exclude(state__in=[BulkState.RUNNING, BulkState.UNDOING]))
    for edit in ended:
        while ids := list(edit.rows.values_list("customer_id", flat=True)[:CHUNK]):
            edit.rows.filter(customer_id__in=ids).delete()
        edit.delete()
    return len(ended)
