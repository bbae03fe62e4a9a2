"""What wallets hold, and what moved in them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Abs

from wafaa.access.business.queries import get_business
from wafaa.access.keys.models import ApiKey
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability, capabilities_of
from wafaa.access.staff.rules import Role as StaffRole
from wafaa.act.points.errors import HoldMissing, RequestMissing, WalletMissing
from wafaa.act.points.models import Hold, Limit, Lot, MovedAlone, Request, Seal, Transfer, Unit, Wallet
from wafaa.act.points.rules import (
    REQUEST_LIVES,
    Balance,
    Coming,
    Kind,
    Limits,
    Outcome,
    Role,
    UnitKind,
    find_usual_limits,
)
from wafaa.kit.sql import load_sql

# Roles of staff that may decide a request.
DECIDERS = [role for role in StaffRole if Capability.MANAGE_LOYALTY in capabilities_of(role)]
# Roles whose amounts a member reads; held and owed are told apart.
SHOWN = (Role.ACTIVE, Role.PENDING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A movement as one wallet sees it: above 0 in, below 0 out, 0 where it only became active."""

    transfer: Transfer
    amount: int
    role: Role

    @property
    def kind(self) -> Kind:
        return Kind(self.transfer.kind)


def list_units() -> list[Unit]:
    return list(Unit.objects.order_by("id"))


def sum_unit(unit_id: int) -> dict[str, int]:
    """What is outstanding: all wallets' amounts by their state."""
    names = ("active", "pending", "held", "owed")
    sums = Wallet.objects.filter(unit=unit_id).aggregate(**{name: Sum(name) for name in names})
    return {name: sums[name] or 0 for name in names}


def find_wallets(customer_id: int) -> QuerySet[Wallet]:
    """A customer's wallets with their units, in the order of the units."""
    return Wallet.objects.filter(customer=customer_id).select_related("unit").order_by("unit_id")


def get_wallet(wallet: uuid.UUID) -> Wallet:
    """With its unit and customer. Raises WalletMissing."""
    found = Wallet.objects.select_related("unit", "customer").filter(uuid=wallet).first()
    if found is None:
        raise WalletMissing
    return found


def get_hold(hold: uuid.UUID) -> Hold:
    """Raises HoldMissing."""
    found = Hold.objects.filter(uuid=hold).first()
    if found is None:
        raise HoldMissing
    return found


def get_last_seal() -> Seal | None:
    return Seal.objects.order_by("-through").first()


def get_balance(wallet_id: int, at: datetime) -> Balance:
    """Raises WalletMissing."""
    found = list_balances([wallet_id], at)
    if not found:
        raise WalletMissing
    return found[wallet_id]


def list_balances(wallet_ids: Sequence[int], at: datetime) -> dict[int, Balance]:
    """Of wallets that there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.act.points", "list_balances"), {"wallet_ids": list(wallet_ids), "at": at}
        )
        return {wallet_id: _read_balance(row) for wallet_id, *row in cursor.fetchall()}


def _read_balance(row: Sequence[Any]) -> Balance:
    active, pending, held, owed, ended, ripe, ending, ripening = row
    free = active - ended + ripe
    return Balance(
        # what is owed is paid as soon as something ripens
        available=free - min(owed, free),
        pending=pending - ripe,
        held=held,
        owed=owed - min(owed, free),
        ending=_read_coming(ending),
        ripening=_read_coming(ripening),
    )


def _read_coming(told: Sequence[tuple[str, int]]) -> tuple[Coming, ...]:
    return tuple(Coming(at=datetime.fromisoformat(at), amount=int(amount)) for at, amount in told)


def find_ending(unit_id: int, start: datetime, end: datetime) -> QuerySet[Lot]:
    """What ends from `start` up to `end` and is not spent."""
    return Lot.objects.filter(wallet__unit=unit_id, is_open=True, expires_at__gte=start, expires_at__lt=end)


def sum_ending(unit_id: int, start: datetime, end: datetime) -> tuple[int, int]:
    """Of how many wallets, and how much altogether."""
    found = find_ending(unit_id, start, end).aggregate(
        wallets=Count("wallet", distinct=True), amount=Sum("remaining")
    )
    return found["wallets"], found["amount"] or 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Expired:
    """What ended by one transfer and has not come back."""

    transfer_id: int
    amount: int
    at: datetime


def list_expired(wallet_id: int, since: datetime) -> list[Expired]:
    """What ended in a wallet from a moment on, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.points", "list_expired"), {"wallet_id": wallet_id, "since": since})
        return [Expired(transfer_id=pk, amount=amount, at=at) for pk, amount, at in cursor.fetchall()]


def list_entries(wallet_id: int) -> QuerySet[Transfer]:
    """All movements of a wallet, newest first; `as_entry` reads one."""
    return Transfer.objects.filter(Q(source=wallet_id) | Q(target=wallet_id)).order_by("-id")


def sum_after(wallet: Wallet, transfer_id: int) -> int:
    """What a wallet held, active and pending, once this movement was made."""
    later = Transfer.objects.filter(pk__gt=transfer_id)
    came = later.filter(target=wallet, target_role__in=SHOWN).aggregate(sum=Sum("amount"))["sum"] or 0
    went = later.filter(source=wallet, source_role__in=SHOWN).aggregate(sum=Sum("amount"))["sum"] or 0
    return int(wallet.active + wallet.pending - came + went)


def as_entry(transfer: Transfer, wallet_id: int) -> Entry:
    """What it did to what the wallet holds: active and pending together, so that ripening is 0."""
    amount = 0
    if transfer.target_id == wallet_id and transfer.target_role in SHOWN:
        amount += transfer.amount
    if transfer.source_id == wallet_id and transfer.source_role in SHOWN:
        amount -= transfer.amount
    role = transfer.target_role if transfer.target_id == wallet_id else transfer.source_role
    return Entry(transfer=transfer, amount=amount, role=Role(role))


def find_limits(holder: str, unit: Unit) -> Limits:
    """Of a role of staff or of programs: what was set, or the usual."""
    found = Limit.objects.filter(holder=holder, unit=unit).first()
    if found is None:
        return find_usual_limits(holder, UnitKind(unit.kind), unit.scale)
    return Limits(per_deed=found.per_deed, per_day=found.per_day)


def sum_day(
    unit_id: int, at: datetime, *, asked_by: Staff | None = None, program: ApiKey | None = None
) -> int:
    """What somebody moved alone on the day of `at` in the business's zone, in and out alike: by putting balances right, and by
    deeds of other rooms.
    """
    start = at.astimezone(get_business().zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = (start.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=start.tzinfo)
    done = Request.objects.filter(
        outcome=Outcome.DONE, asked_at__gte=start, asked_at__lt=end, wallet__unit=unit_id
    )
    told = done.filter(program=program) if program else done.filter(asked_by=asked_by)
    moved = MovedAlone.objects.filter(by=asked_by, unit=unit_id, at__gte=start, at__lt=end)
    sums = [rows.aggregate(sum=Sum(Abs("amount")))["sum"] for rows in (told, moved)]
    return sum(int(one or 0) for one in sums)


def is_alone(staff: Staff) -> bool:
    """Whether this is an owner, and nobody else could decide what they ask for."""
    others = Staff.objects.filter(is_active=True, role__in=DECIDERS).exclude(pk=staff.pk)
    return staff.role == StaffRole.OWNER and not others.exists()


def list_requests() -> QuerySet[Request]:
    """What needed a second person, the newest first, with whom and what it is about."""
    return (
        Request.objects.exclude(outcome=Outcome.DONE)
        .select_related("wallet__unit", "wallet__customer", "asked_by", "program", "decided_by", "posting")
        .order_by("-asked_at", "-id")
    )


def find_open_requests(at: datetime) -> QuerySet[Request]:
    return list_requests().filter(outcome=Outcome.OPEN, asked_at__gt=at - REQUEST_LIVES)


def count_open_requests(at: datetime, *, staff: Staff | None = None) -> int:
    """Those that wait; for `staff`, those that this person may decide."""
    found = Request.objects.filter(outcome=Outcome.OPEN, asked_at__gt=at - REQUEST_LIVES)
    return (found.exclude(asked_by=staff) if staff else found).count()


def get_request(request: uuid.UUID) -> Request:
    """Raises RequestMissing."""
    found = list_requests().filter(uuid=request).first()
    if found is None:
        raise RequestMissing
    return found


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What a person's wallets hold and what moved in them, as plain values."""
    wallets = find_wallets(customer_id)
    moved = Transfer.objects.filter(
        Q(source__in=wallets.values("pk")) | Q(target__in=wallets.values("pk"))
    ).order_by("id")
    columns = ("uuid", "unit__code", "active", "pending", "held", "owed", "opened_at")
    moves = ("kind", "amount", "source__uuid", "target__uuid", "occurred_at", "cause")
    asked = Request.objects.filter(wallet__in=wallets.values("pk")).order_by("id")
    asks = ("uuid", "wallet__uuid", "amount", "reason", "note", "asked_at", "decided_at", "outcome")
    found: dict[str, tuple[Any, tuple[str, ...]]] = {
        "wallets": (wallets, columns),
        "movements": (moved, moves),
        "requests": (asked, asks),
    }
    return {name: list(rows.values(*names)) for name, (rows, names) in found.items()}
