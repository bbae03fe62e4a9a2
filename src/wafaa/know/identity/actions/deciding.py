"""What staff decide: that two are one customer, that they are not, and taking either back."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.know.customers.actions import merge_customers, undo_merge
from wafaa.know.customers.actions.merging import Side
from wafaa.know.customers.actions.profile import name_for_trail
from wafaa.know.customers.models import Customer, Merge
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.customers.rules import Mover
from wafaa.know.identity.actions.settling import lock_identity, settle
from wafaa.know.identity.evidence import load_web
from wafaa.know.identity.models import Decision, DecisionMember
from wafaa.know.identity.rules import Rule, is_visitor


@transaction.atomic
def join_customers(
    *,
    kept: Customer,
    gone: Customer,
    choices: Mapping[str, Side],
    movers: Sequence[Mover],
    by: Staff | None,
) -> Merge:
    """Staff say that two customers are one: merges them, and the rules keep them so. Raises MergeRefused."""
    lock_identity()
    ids = list_distinct_ids([kept.pk, gone.pk])
    merge = merge_customers(
        kept=kept, gone=gone, choices=choices, movers=movers, by=by, why={"rule": Rule.STAFF}
    )
    _decide(ids[kept.pk], ids[gone.pk], is_same=True, by=by, merge=merge)
    settle([*ids[kept.pk], *ids[gone.pk]], movers=movers)
    return merge


@transaction.atomic
def part_customers(*, merge: Merge, movers: Sequence[Mover], by: Staff | None) -> Merge:
    """Undoes a merge, and sees to it that the rules don't join the two again. Raises UndoRefused.

    What staff had joined is only forgotten; where the rules would join them too, staff's word against it is kept.
    """
    lock_identity()
    merge = Merge.objects.select_related("kept").get(pk=merge.pk)
    if merge.undone_at is not None:
        return merge
    here = set(list_distinct_ids([merge.kept_id])[merge.kept_id])
    theirs = here & set(merge.moved["distinct_ids"])
    left, right = _choose_sides(theirs), _choose_sides(here - theirs)
    Decision.objects.filter(merge=merge, withdrawn_at=None).update(withdrawn_at=clock.now())
    merge = undo_merge(merge=merge, movers=movers, by=by)
    _partition, groups = load_web(here).divide()
    if any(group & left and group & right for group in groups):
        _decide(left, right, is_same=False, by=by, merge=merge)
    settle(here, movers=movers)
    return merge


@transaction.atomic
def tell_apart(
    *, ids: Collection[str], customer: Customer, movers: Sequence[Mover], by: Staff | None
) -> Decision:
    """Staff say that these ids are not this customer's: now, or where the rules ask, for good."""
    lock_identity()
    others = set(list_distinct_ids([customer.pk])[customer.pk]) - set(ids)
    decision = _decide(_choose_sides(ids), _choose_sides(others), is_same=False, by=by)
    settle({*ids, *others}, movers=movers)
    record_change(staff=by, deed="tell_apart", subject=name_for_trail(customer))
    return decision


@transaction.atomic
def withdraw(*, decision: Decision, movers: Sequence[Mover], by: Staff | None) -> None:
    """Staff take a decision back; the rules alone say then what becomes of these ids."""
    lock_identity()
    if not Decision.objects.filter(pk=decision.pk, withdrawn_at=None).update(withdrawn_at=clock.now()):
        return
    members = DecisionMember.objects.filter(decision=decision)
    settle(list(members.values_list("distinct_id", flat=True)), movers=movers)
    record_change(staff=by, deed="withdraw_decision", subject=str(decision.uuid)[:8])


def _decide(
    left: Collection[str],
    right: Collection[str],
    *,
    is_same: bool,
    by: Staff | None,
    merge: Merge | None = None,
) -> Decision:
    decision = Decision.objects.create(at=clock.now(), staff=by, is_same=is_same, merge=merge)
    sides = dict.fromkeys(right, False) | dict.fromkeys(left, True)
    DecisionMember.objects.bulk_create(
        [
            DecisionMember(distinct_id=one, decision=decision, is_left=is_left)
            for one, is_left in sorted(sides.items())
        ]
    )
    return decision


def _choose_sides(ids: Collection[str]) -> set[str]:
    """Visitors follow those whom they were seen with, so that nothing is said of them unless it is about them alone."""
    people = {one for one in ids if not is_visitor(one)}
    return people or set(ids)
