"""Staff and programs put balances right: within their limits at once, above them by a second person.

Locks are taken in this order: who asks (so that two deeds of one person count each other), the request, the wallet.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.keys.models import ApiKey
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.act.points.actions.awarding import post_adjustment
from wafaa.act.points.actions.opening import open_wallets
from wafaa.act.points.asking import check_amount
from wafaa.act.points.errors import (
    KeyReused,
    MayNotDecide,
    RequestDecided,
    RequestMissing,
    SamePerson,
    WalletMissing,
)
from wafaa.act.points.models import Request, Wallet
from wafaa.act.points.queries import find_limits, is_alone, sum_day
from wafaa.act.points.rules import NOTE_LETTERS_MAX, PROGRAM, REQUEST_LIVES, Outcome, Posting, read_key


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjusted:
    """What came of it: a movement, or a request that waits. Where the key is an old one, the request may be decided: approved,
    then with its movement, declined or ended.
    """

    posting: Posting | None
    request: Request | None
    is_replay: bool = False


@transaction.atomic
def adjust_as_staff(
    *, key: str, wallet_id: int, amount: int, at: datetime, reason: str, by: Staff, note: str = ""
) -> Adjusted:
    """Puts right what a person may put right alone, and asks for a second person above that. With the same key again it says
    what came of it. An owner whom nobody could approve needs nobody.

    Raises WalletMissing, TooLittle, KeyReused, AmountWrong.
    """
    by = Staff.objects.select_for_update(no_key=True).get(pk=by.pk)
    asked: dict[str, Any] = {
        "amount": amount,
        "reason": reason,
        "note": note[:NOTE_LETTERS_MAX],
        "asked_by": by,
    }
    return _adjust(key=key, wallet_id=wallet_id, at=at, holder=by.role, free=is_alone(by), asked=asked)


@transaction.atomic
def adjust_as_program(
    *, key: str, wallet_id: int, amount: int, at: datetime, reason: str, program: ApiKey, note: str = ""
) -> Adjusted:
    """The same by an API key: what programs put right alone is a line of its own among the limits."""
    program = ApiKey.objects.select_for_update(no_key=True).get(pk=program.pk)
    asked: dict[str, Any] = {
        "amount": amount,
        "reason": reason,
        "note": note[:NOTE_LETTERS_MAX],
        "program": program,
    }
    return _adjust(key=key, wallet_id=wallet_id, at=at, holder=PROGRAM, free=False, asked=asked)


@transaction.atomic
def approve_request(*, request: uuid.UUID, by: Staff, at: datetime) -> Posting:
    """Does what was asked for. Of two at once, one does it. Again by the same person it moves nothing.

    Raises RequestMissing, MayNotDecide, SamePerson, RequestDecided, TooLittle.
    """
    found = _lock_request(request, by)
    if found.outcome == Outcome.APPROVED and found.decided_by_id == by.pk and found.posting_id:
        return Posting(transfer_id=found.posting_id, is_replay=True)
    _check_open(found, at)
    posting = post_adjustment(
        key=found.key,
        wallet_id=_find_kept(found.wallet),
        amount=found.amount,
        at=at,
        reason=found.reason,
        by=found.asked_by,
    )
    found.posting_id = posting.transfer_id
    _decide(found, Outcome.APPROVED, by, at)
    _note(found, "approve_adjustment", by)
    return posting


@transaction.atomic
def decline_request(*, request: uuid.UUID, by: Staff, at: datetime) -> None:
    """Nothing moves. Raises RequestMissing, MayNotDecide, SamePerson, RequestDecided."""
    found = _lock_request(request, by)
    if found.outcome == Outcome.DECLINED and found.decided_by_id == by.pk:
        return
    _check_open(found, at)
    _decide(found, Outcome.DECLINED, by, at)
    _note(found, "decline_adjustment", by)


def end_requests(*, at: datetime) -> int:
    """Those that nobody decided in seven days; returns how many."""
    over = Request.objects.filter(outcome=Outcome.OPEN, asked_at__lte=at - REQUEST_LIVES)
    return over.update(outcome=Outcome.ENDED, decided_at=at)


def _adjust(
    *, key: str, wallet_id: int, at: datetime, holder: str, free: bool, asked: dict[str, Any]
) -> Adjusted:
    amount: int = asked["amount"]
    check_amount(abs(amount))
    if stood := Request.objects.filter(key=read_key(key)).first():
        return _tell_stood(stood, wallet_id, asked)
    wallet = Wallet.objects.select_related("unit").filter(pk=wallet_id).first()
    if wallet is None:
        raise WalletMissing
    who = {name: asked[name] for name in ("asked_by", "program") if name in asked}
    made = Request(key=key, wallet=wallet, asked_at=at, outcome=Outcome.OPEN, **asked)
    limits = find_limits(holder, wallet.unit)
    if not free and not limits.allow(abs(amount), sum_day(wallet.unit_id, at, **who)):
        _keep(made)
        _note(made, "ask_adjustment", made.asked_by)
        return Adjusted(posting=None, request=made)
    posting = post_adjustment(
        key=key, wallet_id=wallet_id, amount=amount, at=at, reason=made.reason, by=made.asked_by
    )
    made.outcome, made.posting_id = Outcome.DONE, posting.transfer_id
    _keep(made)
    if not posting.is_replay:
        _note(made, "adjust_balance", made.asked_by)
    return Adjusted(posting=posting, request=None, is_replay=posting.is_replay)


def _keep(made: Request) -> None:
    """Another person may have used the key meanwhile."""
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise KeyReused from error


def _tell_stood(stood: Request, wallet_id: int, asked: dict[str, Any]) -> Adjusted:
    same = stood.wallet_id == wallet_id and all(
        getattr(stood, name) == asked.get(name) for name in ("amount", "reason", "asked_by", "program")
    )
    if not same:
        raise KeyReused
    if stood.posting_id:
        return Adjusted(
            posting=Posting(transfer_id=stood.posting_id, is_replay=True),
            request=_asked(stood),
            is_replay=True,
        )
    return Adjusted(posting=None, request=stood, is_replay=True)


def _asked(stood: Request) -> Request | None:
    return None if stood.outcome == Outcome.DONE else stood


def _lock_request(request: uuid.UUID, by: Staff) -> Request:
    if not by.may(Capability.MANAGE_LOYALTY):
        raise MayNotDecide
    found = (
        Request.objects.select_for_update(of=("self",))
        .select_related("wallet__unit", "wallet__customer", "asked_by", "program")
        .filter(uuid=request)
        .first()
    )
    if found is None:
        raise RequestMissing
    if found.asked_by_id == by.pk:
        raise SamePerson
    return found


def _check_open(found: Request, at: datetime) -> None:
    if found.outcome != Outcome.OPEN or found.asked_at + REQUEST_LIVES <= at:
        raise RequestDecided


def _find_kept(wallet: Wallet) -> int:
    """The wallet itself, or the one of the customer into whom its own was merged since."""
    customer = wallet.customer
    kept = customer
    while kept is not None and kept.merged_into is not None:
        kept = kept.merged_into
    if kept is None or kept == customer:
        return wallet.pk
    return open_wallets(unit_id=wallet.unit_id, customer_ids=[kept.pk])[kept.pk]


def _decide(found: Request, outcome: Outcome, by: Staff, at: datetime) -> None:
    found.outcome, found.decided_by, found.decided_at = outcome, by, at
    found.save(update_fields=["outcome", "decided_by", "decided_at", "posting"])


def _note(one: Request, deed: str, by: Staff | None) -> None:
    after: dict[str, Any] = {"amount": one.amount, "unit": one.wallet.unit.code, "reason": one.reason}
    if by != one.asked_by:
        after["asked_by"] = one.asked_by.email if one.asked_by else one.program.name if one.program else ""
    via = one.program.name if one.program and by is None else ""
    record_change(staff=by, deed=deed, subject=str(one.wallet.uuid), after=after, via=via)
