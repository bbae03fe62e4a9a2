"""Keeping what events tell of who is who; only what is told for the first time costs anything more."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.know.customers.actions import get_default_region
from wafaa.know.customers.rules import Mover
from wafaa.know.identity.actions.settling import lock_identity, settle
from wafaa.know.identity.evidence import list_claimants, list_claims
from wafaa.know.identity.models import SharedIdentifier
from wafaa.know.identity.rules import (
    MAX_OF_KIND,
    NOBODY,
    SHARED_ACCOUNTS,
    SHARED_VISITORS,
    Kind,
    Told,
    is_guest,
    is_visitor,
    read_identifiers,
)
from wafaa.stream.rules import EventHead, get_places

# By these an id comes to have a customer of its own.
MAKES_KNOWN = frozenset({"identify", "Order Completed", "Order Updated", "Order Cancelled", "Order Refunded"})


@dataclass(frozen=True, kw_only=True, slots=True)
class First:
    """The event that said something first."""

    position: int
    occurred_at: datetime
    source: str


@transaction.atomic
def hear_claims(heads: Sequence[EventHead], *, movers: Sequence[Mover]) -> int:
    """Keeps what these events tell of who is who and lets the customers follow. Returns how much of it was new.

    Told again it changes nothing, so that any range of the stream may be handed in once more.
    """
    told = _find_new(_read_told(heads))
    if not told:
        return 0
    lock_identity()
    identifiers = sorted({one.identifier for one in told})
    before = list_claimants(identifiers)
    new = _save(told)
    _note_shared([*before, *new])
    settle(find_affected(new, before), movers=movers)
    return len(new)


def _read_told(heads: Sequence[EventHead]) -> dict[Told, First]:
    told: dict[Told, First] = {}
    heads = [head for head in heads if not head.distinct_id.startswith(NOBODY)]
    speaking = [
        head
        for head in heads
        if head.name == "identify" or not (is_visitor(head.distinct_id) or is_guest(head.distinct_id))
    ]
    if speaking:
        region = get_default_region()
        with connection.cursor() as cursor:
            cursor.execute(load_sql("wafaa.know.identity", "unpack_claims"), get_places(speaking))
            rows = cursor.fetchall()
        for ordinal, distinct_id, email, phone, country, device, occurred_at, source in rows:
            first = First(position=speaking[ordinal - 1].position, occurred_at=occurred_at, source=source)
            # two devices say nothing of each other, and no guest signs in
            signs_in = not is_visitor(distinct_id) and not is_guest(distinct_id)
            for identifier in read_identifiers(
                email=email, phone=phone, country=country, device=device if signs_in else None, region=region
            ):
                _keep_first(told, Told(distinct_id, identifier), first)
    for head in heads:
        if is_guest(head.distinct_id) or (is_visitor(head.distinct_id) and head.name in MAKES_KNOWN):
            first = First(position=head.position, occurred_at=head.received_at, source="")
            _keep_first(told, Told(head.distinct_id, head.distinct_id), first)
    return told


def _keep_first(told: dict[Told, First], one: Told, first: First) -> None:
    known = told.get(one)
    if known is None or (first.position, not first.source) < (known.position, not known.source):
        told[one] = first


def _find_new(told: dict[Told, First]) -> dict[Told, First]:
    if not told:
        return {}
    ordered = list(told)
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.identity", "find_new_claims"), _as_columns(ordered))
        return {ordered[place - 1]: told[ordered[place - 1]] for (place,) in cursor.fetchall()}


def _save(told: dict[Told, First]) -> list[Told]:
    """Returns what nobody else saved meanwhile."""
    ordered = list(told)
    values: dict[str, Any] = {
        **_as_columns(ordered),
        "by_visitors": [one.by_visitor for one in ordered],
        "positions": [told[one].position for one in ordered],
        "moments": [told[one].occurred_at for one in ordered],
        "sources": [told[one].source for one in ordered],
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.identity", "save_claims"), values)
        return [Told(distinct_id, identifier) for distinct_id, identifier in cursor.fetchall()]


def _as_columns(told: Sequence[Told]) -> dict[str, list[str]]:
    return {
        "distinct_ids": [one.distinct_id for one in told],
        "kinds": [one.kind for one in told],
        "identifiers": [one.identifier for one in told],
    }


def _note_shared(told: Iterable[Told]) -> None:
    """E-mails and phones of too many accounts are listed for staff."""
    accounts: dict[str, set[str]] = defaultdict(set)
    for one in told:
        if not one.by_visitor and not one.is_own and one.kind is not Kind.DEVICE:
            accounts[one.identifier].add(one.distinct_id)
    shared = [identifier for identifier, ids in sorted(accounts.items()) if len(ids) > SHARED_ACCOUNTS]
    SharedIdentifier.objects.bulk_create(
        [SharedIdentifier(identifier=identifier, at=clock.now()) for identifier in shared],
        ignore_conflicts=True,
    )


def find_affected(new: Collection[Told], before: Collection[Told]) -> set[str]:
    """Whose group may differ after the new claims; everybody else's stays as it is.

    An identifier that nobody else claims changes nothing. One that becomes too many people's parts those whom it joined.
    """
    told_before, told_new = _by_identifier(before), _by_identifier(new)
    affected = _find_collective(new)
    for identifier, claimants in told_new.items():
        former = told_before.get(identifier, set()) - claimants
        everybody = former | claimants
        accounts, visitors = _split(everybody - {identifier})
        former_accounts, former_visitors = _split(former - {identifier})
        if is_visitor(identifier):
            affected |= {identifier} | _split(claimants)[0]
        elif len(former_accounts) > SHARED_ACCOUNTS:
            continue
        elif len(accounts) > SHARED_ACCOUNTS:
            affected |= former
        elif len(everybody) > 1:
            affected |= claimants
        affected |= _split(claimants)[1]  # a visitor's second place takes them from the first
        if len(visitors) > SHARED_VISITORS >= len(former_visitors):
            affected |= former
    return affected


def _find_collective(new: Collection[Told]) -> set[str]:
    """Who claims too much of a kind since now, and with whom they were joined by it."""
    new_of = defaultdict(set)
    for one in new:
        new_of[one.distinct_id, one.kind].add(one.identifier)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "distinct_ids": sorted({one.distinct_id for one in new}),
            "kinds": list(MAX_OF_KIND),
            "limits": list(MAX_OF_KIND.values()),
        }
        cursor.execute(load_sql("wafaa.know.identity", "find_collective"), values)
        counted = cursor.fetchall()
    collective = {
        (distinct_id, kind)
        for distinct_id, kind, count in counted
        if count - len(new_of[distinct_id, kind]) <= MAX_OF_KIND[Kind(kind)] and new_of[distinct_id, kind]
    }
    if not collective:
        return set()
    ids = {distinct_id for distinct_id, _kind in collective}
    theirs = {one.identifier for one in list_claims(ids) if (one.distinct_id, one.kind) in collective}
    devices = {identifier for identifier in theirs if is_visitor(identifier)}
    return ids | devices | {one.distinct_id for one in list_claimants(sorted(theirs))}


def _by_identifier(told: Iterable[Told]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in told:
        if one.by_visitor and one.is_own:
            continue
        found[one.identifier].add(one.distinct_id)
    return found


def _split(ids: Iterable[str]) -> tuple[set[str], set[str]]:
    """Accounts and guests, visitors."""
    ids = set(ids)
    visitors = {one for one in ids if is_visitor(one)}
    return ids - visitors, visitors
