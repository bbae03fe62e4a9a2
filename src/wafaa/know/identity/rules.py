"""Who is one customer with whom: a pure function of what was told and of what staff decided.

It knows sets only, so that no order of arrival can matter. Four levels, each on what the one before it joined: what staff
decided, e-mails, phones, and visitors' devices, which attach to one group and never join two.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import combinations

from wafaa.know.customers.rules import read_email, read_phone

# An e-mail or phone of more accounts than a household has is a till's or a courier's; so is a device.
SHARED_ACCOUNTS = 5
# So many visitors tell the same e-mail at a till or in a shop's own forms.
SHARED_VISITORS = 500
# Nobody has more e-mails or phones; who claims more is a robot or a collective account.
CLAIMS_MAX = 20
# Browsers forget within a week, so one person may be many visitors; more is a counter's account.
DEVICES_MAX = 500
# So many accounts and guests of one person.
GROUP_MAX = 50
# A web of more accounts and guests than this is left as it is: looking at it would hold everybody up.
WEB_MAX = 500

VISITOR = "anonymous:"
NOBODY = "order:"  # an order that names nobody
EMAIL_MAX = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_E164 = re.compile(r"\+[1-9]\d{6,14}")


class Kind(StrEnum):
    """Of an identifier: what stands before its colon."""

    EMAIL = "email"
    PHONE = "phone"
    DEVICE = "anonymous"


MAX_OF_KIND = {Kind.EMAIL: CLAIMS_MAX, Kind.PHONE: CLAIMS_MAX, Kind.DEVICE: DEVICES_MAX}


class Reason(StrEnum):
    """Why the rules don't join two that share something."""

    ONE_SHOP = "one_shop"  # a shop has both as accounts of their own
    TOO_MANY = "too_many"  # they would be more ids than one person has
    WEB = "web"  # others would be joined with them who are not one
    TOO_LARGE = "too_large"  # the web was not looked at


class Rule(StrEnum):
    """By what somebody belongs to a customer."""

    STAFF = "staff"
    EMAIL = "email"
    PHONE = "phone"
    DEVICE = "device"


@dataclass(frozen=True, order=True, slots=True)
class Told:
    """A distinct id and an identifier that an event spoke of together."""

    distinct_id: str
    identifier: str

    @property
    def kind(self) -> Kind:
        return kind_of(self.identifier)

    @property
    def by_visitor(self) -> bool:
        return is_visitor(self.distinct_id)

    @property
    def is_own(self) -> bool:
        """A guest or visitor of whom something was told under their own id."""
        return self.distinct_id == self.identifier


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """A decision of the staff; of two that contradict each other the later one (by number) stands."""

    number: int
    is_same: bool
    left: frozenset[str]
    right: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    """Why ids of one group belong together."""

    rule: Rule
    identifier: str  # "" where staff decided
    ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Question:
    """Two ids of different groups that share an identifier: for staff to decide."""

    first: str
    second: str
    identifier: str
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Partition:
    """Disjoint groups of ids; who belongs to nobody else is a group of one."""

    groups: frozenset[frozenset[str]]
    ties: tuple[Tie, ...] = ()
    questions: tuple[Question, ...] = ()


def is_visitor(distinct_id: str) -> bool:
    return distinct_id.startswith(VISITOR)


def kind_of(identifier: str) -> Kind:
    return Kind(identifier.partition(":")[0])


def is_guest(distinct_id: str) -> bool:
    """Known by an e-mail or phone alone."""
    return distinct_id.startswith((f"{Kind.EMAIL}:", f"{Kind.PHONE}:"))


def get_namespace(distinct_id: str) -> str:
    """What stands before the customer's own id: the shop whose account it is; "" for the ids of programs."""
    if is_guest(distinct_id):
        return kind_of(distinct_id)
    return distinct_id.rpartition(":")[0]


def rank(distinct_id: str) -> tuple[int, str]:
    """Accounts before guests before visitors."""
    return (2 if is_visitor(distinct_id) else 1 if is_guest(distinct_id) else 0, distinct_id)


def read_identifiers(
    *, email: str | None, phone: str | None, country: str | None, device: str | None, region: str
) -> list[str]:
    """What an event's words mean; what can be no e-mail or no full phone number says nothing."""
    found = []
    if email and (identifier := _read_email(email)):
        found.append(identifier)
    if phone and (identifier := _read_phone(phone, country or "", region)):
        found.append(identifier)
    if device and len(device) <= 200 - len(VISITOR):
        found.append(VISITOR + device)
    return found


def _read_email(text: str) -> str:
    email = read_email(text)
    return f"{Kind.EMAIL}:{email}" if len(email) <= EMAIL_MAX and _EMAIL.fullmatch(email) else ""


@lru_cache(maxsize=20_000)
def _read_phone(text: str, country: str, region: str) -> str:
    phone = read_phone(text, country, region)
    return f"{Kind.PHONE}:{phone}" if _E164.fullmatch(phone) else ""


def divide(told: Iterable[Told], rulings: Collection[Ruling] = (), ids: Iterable[str] = ()) -> Partition:
    """Who is one with whom. The same for every order of what was told.

    `ids` are looked at even where nothing is told of them.
    """
    division = _Division(frozenset(told), rulings)
    for one in ids:
        division.groups.add(one)
    return division.run()


@dataclass
class _Groups:
    """Disjoint sets of ids that grow together."""

    root_of: dict[str, str] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)

    def add(self, one: str) -> None:
        if one not in self.root_of:
            self.root_of[one], self.members[one] = one, {one}

    def join(self, ids: Iterable[str]) -> None:
        roots = sorted({self.root_of[one] for one in ids}, key=lambda root: -len(self.members[root]))
        for root in roots[1:]:
            for one in self.members[root]:
                self.root_of[one] = roots[0]
            self.members[roots[0]] |= self.members.pop(root)

    def roots(self, ids: Iterable[str]) -> set[str]:
        return {self.root_of[one] for one in ids}


class _Division:
    """One run of the levels over all that was told."""

    def __init__(self, told: frozenset[Told], rulings: Collection[Ruling]) -> None:
        self.rulings = sorted(rulings, key=lambda ruling: -ruling.number)
        self.accounts: dict[str, set[str]] = defaultdict(set)  # identifier -> who claims it, guests too
        self.visitors: dict[str, set[str]] = defaultdict(set)
        self.claims: dict[str, dict[Kind, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.groups = _Groups()
        self.enemies: dict[str, set[str]] = defaultdict(set)
        self.ties: list[Tie] = []
        for one in sorted(told):
            self.groups.add(one.distinct_id)
            if one.by_visitor and one.is_own:
                continue
            (self.visitors if one.by_visitor else self.accounts)[one.identifier].add(one.distinct_id)
            self.claims[one.distinct_id][one.kind].add(one.identifier)
            if one.kind is Kind.DEVICE:
                self.groups.add(one.identifier)
        for ruling in self.rulings:
            for id_ in ruling.left | ruling.right:
                self.groups.add(id_)

    def run(self) -> Partition:
        self._obey_staff()
        for kind in (Kind.EMAIL, Kind.PHONE):
            self._join_level(kind)
        questions = tuple(sorted(set(self._ask())))
        self._attach_visitors()
        return Partition(
            groups=frozenset(frozenset(ids) for ids in self.groups.members.values()),
            ties=tuple(self.ties),
            questions=questions,
        )

    # level 0

    def _obey_staff(self) -> None:
        """The newest first: an older decision holds as far as it contradicts none of them."""
        for ruling in self.rulings:
            both = ruling.left | ruling.right
            if not ruling.is_same:
                for one in ruling.left:
                    for other in ruling.right:
                        if self.groups.root_of[one] != self.groups.root_of[other]:
                            self.enemies[one].add(other)
                            self.enemies[other].add(one)
            else:
                self._join_by_staff(both)

    def _join_by_staff(self, ids: Collection[str]) -> None:
        """As one, or where a later decision parts some of them, as few as it leaves."""
        parts: list[list[str]] = []
        for one in sorted(ids, key=rank):
            for part in parts:
                if not self._has_enemies(self.groups.roots([*part, one])):
                    self.groups.join([*part, one])
                    part.append(one)
                    break
            else:
                parts.append([one])
        self.ties += [
            Tie(rule=Rule.STAFF, identifier="", ids=tuple(sorted(part))) for part in parts if len(part) > 1
        ]

    def _has_enemies(self, roots: Iterable[str]) -> bool:
        return any(
            self.groups.root_of[enemy] in set(roots) - {root}
            for root in roots
            for one in self.groups.members[root] & self.enemies.keys()
            for enemy in self.enemies[one]
        )

    # levels 1 and 2

    def _join_level(self, kind: Kind) -> None:
        """Joins the groups that an identifier connects, unless what would become one breaks a rule."""
        bridges = {}
        for identifier in sorted(self.accounts):
            if kind_of(identifier) is kind:
                claimants = self._list_claimants(identifier)
                roots = self.groups.roots(claimants)
                if len(roots) > 1 and self._find_hindrance(roots, kind) is None:
                    bridges[identifier] = (claimants, roots)
        webs = _Groups()
        for _claimants, roots in bridges.values():
            for root in roots:
                webs.add(root)
            webs.join(roots)
        allowed = {
            web: self._find_hindrance(roots, kind) is None for web, roots in sorted(webs.members.items())
        }
        for identifier, (claimants, roots) in bridges.items():
            if allowed[webs.root_of[next(iter(roots))]]:
                self.groups.join(claimants)
                self.ties.append(Tie(rule=Rule(kind), identifier=identifier, ids=tuple(sorted(claimants))))

    def _list_claimants(self, identifier: str) -> set[str]:
        """Accounts and guests whom this identifier may join: nobody where too many claim it."""
        claimants = self.accounts.get(identifier, set())
        if self._is_shared(identifier):
            return set()
        return {one for one in claimants if not self._claims_too_much(one, kind_of(identifier))}

    def _is_shared(self, identifier: str) -> bool:
        return len(self.accounts.get(identifier, set()) - {identifier}) > SHARED_ACCOUNTS

    def _claims_too_much(self, distinct_id: str, kind: Kind) -> bool:
        return len(self.claims[distinct_id][kind]) > MAX_OF_KIND[kind]

    def _find_hindrance(self, roots: Collection[str], kind: Kind) -> Reason | None:
        """What speaks against these groups being one: first what staff said, then shops, then the number."""
        if self._has_enemies(roots):
            return Reason.WEB
        seen: set[str] = set()
        for root in roots:
            # whom this very kind makes known is no second person: two mails of one account have a guest each
            spaces = {
                get_namespace(one)
                for one in self.groups.members[root]
                if not is_visitor(one) and not one.startswith(f"{kind}:")
            }
            if seen & spaces:
                return Reason.ONE_SHOP
            seen |= spaces
        people = sum(not is_visitor(one) for root in roots for one in self.groups.members[root])
        return Reason.TOO_MANY if people > GROUP_MAX else None

    def _ask(self) -> Iterable[Question]:
        """Each two groups that share an identifier and are neither joined nor told apart by staff."""
        for identifier in sorted(self.accounts):
            if kind_of(identifier) is Kind.DEVICE:
                continue
            speakers: dict[str, str] = {}
            for one in sorted(self._list_claimants(identifier), key=rank):
                speakers.setdefault(self.groups.root_of[one], one)
            for (root, one), (other_root, other) in combinations(speakers.items(), 2):
                if not self._has_enemies((root, other_root)):
                    first, second = sorted((one, other), key=rank)
                    reason = self._find_hindrance((root, other_root), kind_of(identifier)) or Reason.WEB
                    yield Question(first=first, second=second, identifier=identifier, reason=reason)

    # level 3

    def _attach_visitors(self) -> None:
        """Visitors, or those whom staff joined, go to the one group that they were seen with."""
        units = {root for root, ids in self.groups.members.items() if all(is_visitor(one) for one in ids)}
        coming: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for unit in sorted(units):
            places = self._find_places(unit)
            if len({place for place, _by in places}) == 1:
                place, by = min(places)
                coming[place].append((unit, by))
        for place, guests in sorted(coming.items()):
            home = {place} if place in self.groups.members else set()
            everybody = home | {unit for unit, _by in guests}
            welcome = [(unit, by) for unit, by in guests if not self._is_enemy(unit, everybody - {unit})]
            host = min(self.groups.members[place], key=rank) if home else welcome[0][0] if welcome else ""
            for unit, by in welcome:
                if unit != host:
                    self.ties.append(Tie(rule=Rule.DEVICE, identifier=by, ids=(host, unit)))
            if welcome:
                self.groups.join([host, *(unit for unit, _by in welcome)])

    def _is_enemy(self, unit: str, others: set[str]) -> bool:
        enemies = {enemy for one in self.groups.members[unit] for enemy in self.enemies.get(one, ())}
        return any(self.groups.root_of[enemy] in others for enemy in enemies)

    def _find_places(self, unit: str) -> set[tuple[str, str]]:
        """Where these visitors were seen, and by what: a group's root; else an identifier that no account claims."""
        places = set()
        for visitor in self.groups.members[unit]:
            for account in self._list_claimants(visitor):
                places.add((self.groups.root_of[account], visitor))
            for kind in (Kind.EMAIL, Kind.PHONE):
                if self._claims_too_much(visitor, kind):
                    continue
                for identifier in self.claims[visitor][kind]:
                    places |= {(place, identifier) for place in self._find_owners(identifier)}
        people = {place for place in places if place[0] in self.groups.members}
        return people or places

    def _find_owners(self, identifier: str) -> set[str]:
        if len(self.visitors[identifier]) > SHARED_VISITORS:
            return set()
        if not self.accounts.get(identifier):
            return {identifier}
        return self.groups.roots(self._list_claimants(identifier))


def explain(partition: Partition, ids: Collection[str]) -> Mapping[str, Sequence[Tie]]:
    """For each of a customer's ids: by what it belongs to the others."""
    wanted = set(ids)
    found: dict[str, list[Tie]] = {one: [] for one in sorted(wanted, key=rank)}
    for tie in partition.ties:
        if wanted >= set(tie.ids):
            for one in tie.ids:
                found[one].append(tie)
    return found
