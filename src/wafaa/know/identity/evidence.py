"""What is known about some ids and everybody who hangs together with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from wafaa.kit.sql import load_sql
from wafaa.know.identity.models import DecisionMember
from wafaa.know.identity.rules import (
    MAX_OF_KIND,
    SHARED_ACCOUNTS,
    SHARED_VISITORS,
    WEB_MAX,
    Kind,
    Partition,
    Ruling,
    Told,
    divide,
    is_visitor,
)


@dataclass
class Web:
    """Evidence that is complete for `ids`; those of `too_large` hang in webs that were not looked at to their end."""

    told: set[Told] = field(default_factory=set)
    rulings: dict[int, Ruling] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    too_large: set[str] = field(default_factory=set)

    def divide(self) -> tuple[Partition, list[frozenset[str]]]:
        """The partition, and those of its groups that are known as a whole."""
        partition = divide(self.told, list(self.rulings.values()), self.ids)
        complete = self.ids - self.too_large
        groups = [group for group in partition.groups if group <= complete]
        return partition, sorted(groups, key=min)


class _Webs:
    """Which of the ids found so far hang together, and how many people each web has."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}
        self.people: dict[str, int] = {}

    def find(self, one: str) -> str:
        if one not in self.parent:
            self.parent[one] = one
            self.people[one] = 0 if is_visitor(one) else 1
        while self.parent[one] != one:
            self.parent[one] = self.parent[self.parent[one]]
            one = self.parent[one]
        return one

    def connect(self, ids: Iterable[str]) -> None:
        roots = sorted({self.find(one) for one in ids})
        for root in roots[1:]:
            self.parent[root] = roots[0]
            self.people[roots[0]] += self.people[root]

    def is_too_large(self, one: str) -> bool:
        return self.people[self.find(one)] > WEB_MAX


def load_web(seeds: Collection[str]) -> Web:
    """Everything that decides with whom these ids are one, step by step along what they share."""
    web, webs = Web(), _Webs()
    looked_up: set[str] = set()
    frontier = set(seeds)
    while frontier:
        web.ids |= frontier
        for one in frontier:
            webs.find(one)
        steps = [*_follow_claims(web, frontier, looked_up), *_follow_rulings(web, frontier)]
        for ids in steps:
            webs.connect(ids)
        found = {one for ids in steps for one in ids} - web.ids
        frontier = {one for one in found if not webs.is_too_large(one)}
    web.too_large = {one for one in web.ids if webs.is_too_large(one)}
    return web


def _follow_claims(web: Web, frontier: Collection[str], looked_up: set[str]) -> list[set[str]]:
    """Sets of ids that share something by which they may be joined."""
    claims: dict[tuple[str, Kind], set[str]] = defaultdict(set)
    for one in list_claims(frontier):
        web.told.add(one)
        claims[one.distinct_id, one.kind].add(one.identifier)
    shared = {one for one in frontier if is_visitor(one)}
    for (_distinct_id, kind), identifiers in claims.items():
        if len(identifiers) <= MAX_OF_KIND[kind]:
            shared |= identifiers
    asked = sorted(shared - looked_up)
    looked_up.update(asked)
    claimants: dict[str, set[str]] = {identifier: set() for identifier in asked}
    for one in list_claimants(asked):
        web.told.add(one)
        claimants[one.identifier].add(one.distinct_id)
    steps = []
    for identifier, ids in claimants.items():
        if reached := choose_reached(identifier, ids):
            steps.append(reached | ({identifier} if is_visitor(identifier) else set()))
    return steps


def choose_reached(identifier: str, claimants: Iterable[str]) -> set[str]:
    """Of who claims an identifier those whom it may join; nobody where they are too many."""
    claimants = set(claimants)
    accounts = {one for one in claimants if not is_visitor(one)}
    visitors = claimants - accounts
    if len(accounts - {identifier}) > SHARED_ACCOUNTS:
        return set()
    return accounts | (visitors if len(visitors) <= SHARED_VISITORS else set())


def _follow_rulings(web: Web, frontier: Collection[str]) -> list[set[str]]:
    """Whom staff said to be one with these."""
    standing = DecisionMember.objects.filter(decision__withdrawn_at=None)
    numbers = set(standing.filter(distinct_id__in=frontier).values_list("decision_id", flat=True))
    steps = []
    for ruling in list_rulings(numbers - web.rulings.keys()):
        web.rulings[ruling.number] = ruling
        if ruling.is_same:
            steps.append(set(ruling.left | ruling.right))
    return steps


def list_rulings(numbers: Collection[int]) -> list[Ruling]:
    """Decisions as the rules want them."""
    sides: dict[int, tuple[bool, set[str], set[str]]] = {}
    members = (
        DecisionMember.objects.filter(decision__in=numbers) if numbers else DecisionMember.objects.none()
    )
    for number, is_same, distinct_id, is_left in members.values_list(
        "decision_id", "decision__is_same", "distinct_id", "is_left"
    ):
        _same, left, right = sides.setdefault(number, (is_same, set(), set()))
        (left if is_left else right).add(distinct_id)
    return [
        Ruling(number=number, is_same=is_same, left=frozenset(left), right=frozenset(right))
        for number, (is_same, left, right) in sorted(sides.items())
    ]


def list_claims(distinct_ids: Collection[str]) -> list[Told]:
    """What these ids claim; of a kind that one claims too much of, one more than is allowed."""
    return _read(
        "list_claims",
        {
            "distinct_ids": sorted(distinct_ids),
            "kinds": list(MAX_OF_KIND),
            "limits": [most + 1 for most in MAX_OF_KIND.values()],
        },
    )


def list_claimants(identifiers: Sequence[str]) -> list[Told]:
    """Who claims these identifiers; of too many, one more than is allowed."""
    limits = {"accounts": SHARED_ACCOUNTS + 1, "visitors": SHARED_VISITORS + 1}
    return _read("list_claimants", {"identifiers": list(identifiers), **limits})


def _read(name: str, values: dict[str, Any]) -> list[Told]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.identity", name), values)
        return [Told(distinct_id, identifier) for distinct_id, identifier in cursor.fetchall()]
