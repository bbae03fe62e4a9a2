"""Letting the customers follow what is known of who is who: ids attach, customers join, and part again."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.know.customers.actions import ensure_customers, merge_customers, undo_merge
from wafaa.know.customers.actions.identifying import hold_still, lock, save
from wafaa.know.customers.models import Customer, DistinctId, Merge
from wafaa.know.customers.rules import Mover
from wafaa.know.identity.evidence import Web, load_web
from wafaa.know.identity.models import Claim, Doubt, Unsettled
from wafaa.know.identity.rules import Partition, Question, Reason, Tie, is_visitor, rank

# Key of the advisory lock among those who change who is one with whom; taken before that of the distinct ids.
IDENTITY_LOCK = 0x57414641_41
# So many joins and partings are done in half a second; the rest waits for the next turn.
CHANGES_AT_ONCE = 40
# So many ids that wait are looked at in one turn.
UNSETTLED_AT_ONCE = 200

Group = frozenset[str]


class _MustBeAlone(Exception):
    """Customers must be joined or parted, for which nobody may write by their ids meanwhile."""


def lock_identity() -> None:
    """Until the transaction ends nobody else changes who is one with whom."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.identity", "lock"), {"key": IDENTITY_LOCK})


@transaction.atomic
def settle(seeds: Collection[str], *, movers: Sequence[Mover]) -> int:
    """Brings the customers of these ids, and of all who hang together with them, into step with the rules.

    Returns how many joins and partings are left for later: they are noted, and settle_rest goes on with them.
    """
    lock_identity()
    if not seeds:
        return 0
    web = load_web(seeds)
    partition, groups = web.divide()
    _save_questions(web, partition)
    try:
        with transaction.atomic():
            hold_still()
            _Arrangement(groups, partition, movers).attach()
            return 0
    except _MustBeAlone:
        hold_still(alone=True)
        return _Arrangement(groups, partition, movers).arrange()


@transaction.atomic
def settle_rest(*, movers: Sequence[Mover]) -> bool:
    """Goes on where too much was to be joined at once. Returns whether there is more to do."""
    lock_identity()
    waiting = list(
        Unsettled.objects.order_by("distinct_id").values_list("distinct_id", flat=True)[:UNSETTLED_AT_ONCE]
    )
    if waiting:
        Unsettled.objects.filter(distinct_id__in=waiting).delete()
        settle(waiting, movers=movers)
    return Unsettled.objects.exists()


def _save_questions(web: Web, partition: Partition) -> None:
    """What staff must decide about these ids: exactly what the rules ask now."""
    seen = sorted(web.ids - web.too_large)
    asked = {
        (one.first, one.second, one.identifier): one
        for one in partition.questions
        if {one.first, one.second} <= web.ids - web.too_large
    }
    for one in sorted(web.too_large, key=rank)[:1]:
        asked[one, "", ""] = Question(first=one, second="", identifier="", reason=Reason.TOO_LARGE)
    former = {
        (one.first, one.second, one.identifier): one
        for one in (*Doubt.objects.filter(first__in=seen), *Doubt.objects.filter(second__in=seen))
    }
    for key in former.keys() - asked.keys():
        Doubt.objects.filter(first=key[0], second=key[1], identifier=key[2]).delete()
    Doubt.objects.bulk_create(
        [
            Doubt(
                first=one.first,
                second=one.second,
                identifier=one.identifier,
                reason=one.reason,
                at=clock.now(),
            )
            for key, one in sorted(asked.items())
            if key not in former
        ],
        ignore_conflicts=True,
    )


@dataclass
class _Arrangement:
    """One turn over some groups: what their ids' customers are now, and how they come to be what they should."""

    groups: list[Group]
    partition: Partition
    movers: Sequence[Mover]
    changes: int = 0
    customer_of: dict[str, int] = field(default_factory=dict)
    group_of: dict[str, Group] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.group_of = {one: group for group in self.groups for one in group}

    def attach(self) -> None:
        """Gives ids without a customer their group's. Raises _MustBeAlone where more is needed."""
        self._look()
        self._ensure_accounts()
        if self._list_divided() or any(len(self._customers_of(group)) > 1 for group in self.groups):
            raise _MustBeAlone
        self._attach_rest()

    def arrange(self) -> int:
        """Parts what is no longer one, joins what is, attaches the rest. Returns how many groups wait."""
        self._look()
        self._ensure_accounts()
        self._part()
        waiting: set[str] = set()
        for group in self.groups:
            if not self._join(group):
                waiting |= group
        self._attach_rest()
        Unsettled.objects.bulk_create(
            [Unsettled(distinct_id=one) for one in sorted(waiting)], ignore_conflicts=True
        )
        return len(waiting)

    def _look(self) -> None:
        rows = DistinctId.objects.filter(distinct_id__in=list(self.group_of))
        self.customer_of = dict(rows.values_list("distinct_id", "customer_id"))

    def _customers_of(self, group: Group) -> set[int]:
        return {self.customer_of[one] for one in group if one in self.customer_of}

    def _ensure_accounts(self) -> None:
        """An account or guest who is spoken of has a customer, whoever is heard first."""
        missing = [one for one in self.group_of if one not in self.customer_of and not is_visitor(one)]
        if missing:
            self.customer_of |= ensure_customers(missing, sources=_find_sources(missing))

    def _attach_rest(self) -> None:
        """Guests and visitors of a group without a row go to its customer; of a group that has none one is made."""
        leaders = [
            min(group, key=rank) for group in self.groups if len(group) > 1 and not self._customers_of(group)
        ]
        if leaders:
            self.customer_of |= ensure_customers(leaders, sources=_find_sources(leaders))
        coming = {
            one: min(customers)
            for group in self.groups
            if len(customers := self._customers_of(group)) == 1
            for one in group
            if one not in self.customer_of
        }
        if coming:
            values: dict[str, Any] = {"distinct_ids": list(coming), "customers": list(coming.values())}
            with connection.cursor() as cursor:
                cursor.execute(load_sql("wafaa.know.identity", "attach_ids"), values)
                attached = {one for (one,) in cursor.fetchall()}
            if attached < coming.keys():  # somebody heard of them in this moment
                raise _MustBeAlone
            self.customer_of |= coming
            # an address that is now one of their ids is what they are found by
            save(list(lock({customer for one, customer in coming.items() if not is_visitor(one)})))

    def _list_divided(self) -> list[int]:
        """Customers whose ids are no longer one group."""
        groups: dict[int, set[Group]] = defaultdict(set)
        for one, customer in self.customer_of.items():
            groups[customer].add(self.group_of[one])
        return sorted(customer for customer, some in groups.items() if len(some) > 1)

    # parting

    def _part(self) -> None:
        while divided := self._list_divided():
            for customer in divided:
                self._part_one(customer)
            self._look()

    def _part_one(self, customer: int) -> None:
        """Undoes the merges that brought in what belongs elsewhere; what attached without one moves out by itself."""
        self.changes += 1
        here = {one for one, owner in self.customer_of.items() if owner == customer}
        merges = list(Merge.objects.filter(kept=customer, undone_at=None).order_by("-at", "-id"))
        moved = {one for merge in merges for one in merge.moved["distinct_ids"]}
        main = self.group_of[min(here - moved or here, key=rank)]
        for merge in merges:
            if any(self.group_of[one] != main for one in here & set(merge.moved["distinct_ids"])):
                undo_merge(merge=merge, movers=self.movers, by=None)
                return
        for group in {self.group_of[one] for one in here} - {main}:
            self._detach(customer, sorted(here & group, key=rank))

    def _detach(self, customer: int, ids: Sequence[str]) -> None:
        """These ids leave a customer and get one of their own, with what was told by them.

        Visitors of whom nothing is known get none: the list of customers is no list of strangers.
        """
        DistinctId.objects.filter(distinct_id__in=ids, customer=customer).delete()
        own = ensure_customers(ids[:1], sources=_find_sources(ids[:1]))[ids[0]]
        DistinctId.objects.bulk_create([DistinctId(distinct_id=one, customer_id=own) for one in ids[1:]])
        for mover in self.movers:
            # as if they had been merged with nothing of their own
            mover.give_back(customer, own, mover.move(own, customer))
        if not _are_known(ids) and not any(any(mover.count(own).values()) for mover in self.movers):
            Customer.objects.get(pk=own).delete()
            return
        save(list(lock([customer, own])))

    # joining

    def _join(self, group: Group) -> bool:
        """Whether the group has one customer at most now."""
        customers = self._customers_of(group)
        if len(customers) < 2:
            return True
        best = {
            customer: min(rank(one)[0] for one in group if self.customer_of.get(one) == customer)
            for customer in customers
        }
        kept, *others = sorted(customers, key=lambda customer: (best[customer], customer))
        for gone in others:
            if self.changes >= CHANGES_AT_ONCE:
                return False
            self.changes += 1
            theirs = {one for one in group if self.customer_of.get(one) == gone}
            merge_customers(
                kept=Customer(pk=kept),
                gone=Customer(pk=gone),
                choices={},
                movers=self.movers,
                by=None,
                why=self._say_why(group, theirs),
            )
            self.customer_of |= dict.fromkeys(theirs, kept)
        return True

    def _say_why(self, group: Group, theirs: set[str]) -> Mapping[str, str]:
        ties = [tie for tie in self.partition.ties if group >= set(tie.ids)]
        ours = group - theirs
        crossing = [tie for tie in ties if theirs & set(tie.ids) and ours & set(tie.ids)]
        return _describe(crossing[0]) if crossing else {}


def _describe(tie: Tie) -> dict[str, str]:
    return {"rule": tie.rule, "identifier": tie.identifier}


def _are_known(ids: Collection[str]) -> bool:
    """Whether anything but their visits was told of them: themselves, an e-mail or a phone."""
    return any(not is_visitor(one) for one in ids) or Claim.objects.filter(distinct_id__in=ids).exists()


def _find_sources(distinct_ids: Collection[str]) -> dict[str, str]:
    claims = Claim.objects.filter(distinct_id__in=distinct_ids).exclude(source="").order_by("-position")
    return dict(claims.values_list("distinct_id", "source"))
