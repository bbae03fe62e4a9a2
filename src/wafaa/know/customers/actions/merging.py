"""Joining two customers that are one, and taking that back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.fields import CurrentTransactionId
from wafaa.know.customers.actions.bulk import put_attribute
from wafaa.know.customers.actions.identifying import hold_still, lock, save
from wafaa.know.customers.actions.profile import name_for_trail
from wafaa.know.customers.errors import MergeRefused, UndoRefused
from wafaa.know.customers.models import Customer, CustomerTag, DistinctId, Merge
from wafaa.know.customers.queries import compare_customers
from wafaa.know.customers.rules import ATTRIBUTE, Mover

Side = Literal["kept", "gone"]


@transaction.atomic
def merge_customers(
    *,
    kept: Customer,
    gone: Customer,
    choices: Mapping[str, Side],
    movers: Sequence[Mover],
    by: Staff | None,
    why: Mapping[str, str] | None = None,
) -> Merge:
    """`gone` becomes a part of `kept`: their distinct ids, tags and what the movers move. Raises MergeRefused.

    `why` is kept for the history: by which rule, by what they share.

    Of fields in which they differ, `choices` says whose stands (kept's, unless it is empty). No event is
    rewritten: later events of the moved ids find `kept`. The row of `gone` stays, seen by nobody, with its fields and tags.
    """
    hold_still(alone=True)
    kept, gone = _lock_two(kept, gone)
    if kept.pk == gone.pk or kept.merged_into_id or gone.merged_into_id:
        raise MergeRefused
    moved: dict[str, Any] = {"distinct_ids": _move_ids(gone, kept), "tags": _copy_tags(gone, kept)}
    for mover in movers:
        moved[mover.name] = mover.move(gone.pk, kept.pk)
    before, after = _join_fields(kept, gone, choices)
    save([kept])
    Customer.objects.filter(pk=kept.pk).update(owner_id=kept.owner_id)
    _stamp(gone, merged_into=kept)
    merge = Merge.objects.create(
        at=clock.now(),
        staff=by,
        kept=kept,
        gone=gone,
        before=before,
        after=after,
        moved=moved,
        why=why or {},
    )
    if by or not why:  # the trail is of people; what rules do stands in the merges alone
        record_change(
            staff=by,
            deed="merge_customers",
            subject=name_for_trail(kept),
            before={"merged": name_for_trail(gone)},
        )
    return merge


@transaction.atomic
def undo_merge(*, merge: Merge, movers: Sequence[Mover], by: Staff | None) -> Merge:
    """Both customers are again what they were, and what came since by an id that goes back goes with it.

    A field that was changed since the merge stays as it is. Undoing twice is undoing once. Raises UndoRefused where
    `kept` was itself merged into another customer since.
    """
    hold_still(alone=True)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at is not None:
        return merge
    kept, gone = _lock_two(merge.kept, merge.gone)
    if kept.merged_into_id:
        raise UndoRefused
    DistinctId.objects.filter(distinct_id__in=merge.moved["distinct_ids"], customer=kept).update(
        customer=gone
    )
    CustomerTag.objects.filter(customer=kept, tag__in=_leave_to_later(merge)).delete()
    for mover in movers:
        if mover.name in merge.moved:
            mover.give_back(kept.pk, gone.pk, merge.moved[mover.name])
    _part_fields(kept, merge)
    save([kept, gone])
    Customer.objects.filter(pk=kept.pk).update(owner_id=kept.owner_id)
    _stamp(gone, merged_into=None)
    merge.undone_at = clock.now()
    merge.save(update_fields=["undone_at"])
    if by or not merge.why:
        record_change(
            staff=by,
            deed="undo_merge",
            subject=name_for_trail(kept),
            after={"merged": name_for_trail(gone)},
        )
    return merge


def _lock_two(kept: Customer, gone: Customer) -> tuple[Customer, Customer]:
    """Both as they stand now. Raises MergeRefused where one is no more."""
    found = {customer.pk: customer for customer in lock({kept.pk, gone.pk})}
    if kept.pk not in found or gone.pk not in found:
        raise MergeRefused
    return found[kept.pk], found[gone.pk]


def _stamp(gone: Customer, *, merged_into: Customer | None) -> None:
    """The row counts as written by this transaction, so that the facts leave it out or take it in again."""
    Customer.objects.filter(pk=gone.pk).update(merged_into=merged_into, changed_in=CurrentTransactionId())


def _move_ids(gone: Customer, kept: Customer) -> list[str]:
    ids = DistinctId.objects.filter(customer=gone)
    moved = sorted(ids.values_list("distinct_id", flat=True))
    ids.update(customer=kept)
    return moved


def _copy_tags(gone: Customer, kept: Customer) -> list[int]:
    """Which tags the kept customer wears from now on."""
    worn = set(CustomerTag.objects.filter(customer=kept).values_list("tag_id", flat=True))
    new = sorted(set(CustomerTag.objects.filter(customer=gone).values_list("tag_id", flat=True)) - worn)
    CustomerTag.objects.bulk_create([CustomerTag(tag_id=tag, customer=kept) for tag in new])
    return new


def _join_fields(
    kept: Customer, gone: Customer, choices: Mapping[str, Side]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the kept customer had and has, of the fields that change."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for pair in compare_customers(kept, gone):
        takes_theirs = choices.get(pair.field) == "gone" if pair.is_conflict else not pair.has_kept
        if takes_theirs and pair.gone != pair.kept:
            before[pair.field], after[pair.field] = _to_json(pair.kept), _to_json(pair.gone)
            _put(kept, pair.field, pair.gone)
    return before, after


def _leave_to_later(merge: Merge) -> list[int]:
    """What later merges into the same customer build on becomes theirs, so that merges can be undone in any order.

    Returns the tags that nobody brought but this merge.
    """
    tags = set(merge.moved["tags"])
    later = Merge.objects.filter(kept=merge.kept_id, undone_at=None, pk__gt=merge.pk).order_by("pk")
    for other in later:
        worn = set(
            CustomerTag.objects.filter(customer=other.gone_id, tag__in=tags).values_list("tag_id", flat=True)
        )
        other.moved["tags"] = sorted({*other.moved["tags"], *worn})
        tags -= worn
        for field, former in merge.before.items():
            if field in other.before and other.before[field] == merge.after[field]:
                other.before[field] = former
        other.save(update_fields=["moved", "before"])
    return sorted(tags)


def _part_fields(kept: Customer, merge: Merge) -> None:
    current = {pair.field: pair.kept for pair in compare_customers(kept, merge.gone, all_fields=True)}
    for field, former in merge.before.items():
        if _to_json(current.get(field)) == merge.after[field]:
            _put(kept, field, former)


def _put(customer: Customer, field: str, value: Any) -> None:
    if field.startswith(ATTRIBUTE):
        put_attribute(customer, field.removeprefix(ATTRIBUTE), value)
    elif field == "owner":
        customer.owner_id = value
    elif field == "birth_date":
        customer.birth_date = date.fromisoformat(value) if isinstance(value, str) else value
    else:
        setattr(customer, field, value)


def _to_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
