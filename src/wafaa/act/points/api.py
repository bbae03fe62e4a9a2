"""Wallets for programs: what they hold, what moved, holds that are captured or released, and adjustments."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Query, Router, Schema, Status
from pydantic import AwareDatetime
from pydantic import Field as Checked

from wafaa.access.keys.api import ReadKey, WriteKey, identify_key
from wafaa.act.points.actions import (
    Adjusted,
    adjust_as_program,
    capture_hold,
    place_hold,
    reinstate_expired,
    restore_capture,
    void_hold,
)
from wafaa.act.points.asked.api import router as asked
from wafaa.act.points.models import Hold, Request, Transfer, Wallet
from wafaa.act.points.queries import (
    as_entry,
    find_wallets,
    get_balance,
    get_hold,
    get_request,
    get_wallet,
    list_entries,
)
from wafaa.act.points.rules import AMOUNT_MAX, NOTE_LETTERS_MAX, Coming, HoldState, Outcome
from wafaa.kit import clock
from wafaa.kit.api import PAGE_ITEMS, CleanText, Closed, Cursor, DeedKey, Limit, Page, cut_page
from wafaa.kit.pagination import Stretch
from wafaa.know.customers.queries import get_customer

router = Router(auth=ReadKey(), tags=["wallets"])
router.add_router("", asked)

HOLD_SECONDS, HOLD_SECONDS_MAX = 900, 30 * 86_400
Amount = Annotated[int, Checked(ge=1, le=AMOUNT_MAX)]


class UnitItem(Schema):
    code: str = Field(description=gettext_noop("The unit's name for programs."))
    name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    kind: str = Field(description=gettext_noop("points, money or count."))
    scale: int = Field(description=gettext_noop("Decimals: with 2, an amount of 150 is 1.50."))
    currency: str = Field(description=gettext_noop("ISO 4217 for money; empty otherwise."))


class ComingItem(Schema):
    at: datetime = Field(description=gettext_noop("When."))
    amount: int = Field(description=gettext_noop("How much."))


class WalletItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    customer_id: uuid.UUID | None = Field(description=gettext_noop("Null for gift cards."))
    unit: UnitItem = Field(description=gettext_noop("What it holds."))
    available: int = Field(description=gettext_noop("What can be spent now."))
    pending: int = Field(description=gettext_noop("What can be spent later."))
    held: int = Field(description=gettext_noop("Set aside by holds."))
    owed: int = Field(description=gettext_noop("What later awards pay first."))
    ending: list[ComingItem] = Field(description=gettext_noop("Available amounts that end, soonest first."))
    ripening: list[ComingItem] = Field(
        description=gettext_noop("Pending amounts and when they can be spent.")
    )


class EntryItem(Schema):
    id: int = Field(description=gettext_noop("Of the movement in the ledger."))
    kind: str = Field(description=gettext_noop("award, spend, hold, capture, expire, reverse …"))
    amount: int = Field(
        description=gettext_noop(
            "Above 0 what came in, below 0 what went out, 0 what only changed its state."
        )
    )
    role: str = Field(description=gettext_noop("active, pending, held or owed: what it is now."))
    occurred_at: datetime = Field(description=gettext_noop("When."))
    cause: dict[str, Any] = Field(description=gettext_noop("What it is about, by ids."))


class HoldItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    amount: int = Field(description=gettext_noop("What is set aside."))
    state: str = Field(description=gettext_noop("open, captured, voided or ended."))
    ends_at: datetime = Field(description=gettext_noop("From then on it is free again."))


class HoldAsked(Closed):
    key: DeedKey
    amount: Amount = Field(description=gettext_noop("In the unit's smallest part."))
    seconds: int = Field(
        HOLD_SECONDS,
        ge=1,
        le=HOLD_SECONDS_MAX,
        description=gettext_noop("How long it is held at most; a quarter of an hour unless told."),
    )
    order: CleanText = Field(
        "", max_length=200, description=gettext_noop("The order's number, if there is one.")
    )


class CaptureAsked(Closed):
    amount: Amount | None = Field(
        None,
        description=gettext_noop("A part of what is held; without one the whole. The rest is free again."),
    )


class RestoreAsked(Closed):
    key: DeedKey
    amount: Amount = Field(description=gettext_noop("What is put back, never more than was captured."))


class AdjustmentAsked(Closed):
    key: DeedKey
    amount: int = Field(ge=-AMOUNT_MAX, le=AMOUNT_MAX, description=gettext_noop("Above 0 in, below 0 out."))
    reason: Annotated[CleanText, Checked(min_length=1, max_length=60)] = Field(
        description=gettext_noop("A short code of yours, such as goodwill.")
    )
    note: CleanText = Field(
        "",
        max_length=NOTE_LETTERS_MAX,
        description=gettext_noop("Words for whoever decides, if it needs a second person."),
    )


class AdjustmentDone(Schema):
    state: str = Field(
        description=gettext_noop(
            "done, or above the limit of programs open; later approved, declined or ended."
        )
    )
    id: int | None = Field(
        description=gettext_noop("Of the movement in the ledger; null while there is none.")
    )
    is_replay: bool = Field(description=gettext_noop("Whether it stood before this request."))
    request_id: uuid.UUID | None = Field(
        description=gettext_noop("Of the request that waits for a person; null where it was done at once.")
    )


class ReinstatementAsked(Closed):
    key: DeedKey
    since: AwareDatetime = Field(description=gettext_noop("What ended from then on comes back."))
    days: int = Field(30, ge=1, le=366, description=gettext_noop("It can be used for so many days."))


class ReinstatementDone(Schema):
    amount: int = Field(description=gettext_noop("How much came back by this key."))


class MovementDone(Schema):
    id: int = Field(description=gettext_noop("Of the movement in the ledger."))
    is_replay: bool = Field(description=gettext_noop("Whether it stood before this request."))


class EntryQuestion(Closed):
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


@router.get(
    "/customers/{uuid:customer_id}/wallets",
    response=list[WalletItem],
    summary=gettext_noop("A customer's wallets"),
    description=gettext_noop("One for each unit that the customer ever had any of."),
    operation_id="list_wallets",
)
def wallets(request: HttpRequest, customer_id: uuid.UUID) -> Any:
    return [_say_wallet(one) for one in find_wallets(get_customer(customer_id).pk)]


@router.get(
    "/wallets/{uuid:wallet_id}",
    response=WalletItem,
    summary=gettext_noop("One wallet"),
    description=gettext_noop("What it holds, what ends and what comes."),
    operation_id="get_wallet",
)
def wallet(request: HttpRequest, wallet_id: uuid.UUID) -> Any:
    return _say_wallet(get_wallet(wallet_id))


@router.get(
    "/wallets/{uuid:wallet_id}/entries",
    response=Page[EntryItem],
    summary=gettext_noop("What moved in a wallet"),
    description=gettext_noop("Newest first."),
    operation_id="list_entries",
)
def entries(request: HttpRequest, wallet_id: uuid.UUID, asked: Annotated[EntryQuestion, Query()]) -> Any:
    found = get_wallet(wallet_id)

    def say(one: Transfer) -> EntryItem:
        entry = as_entry(one, found.pk)
        return EntryItem(
            id=one.pk,
            kind=entry.kind.name.lower(),
            amount=entry.amount,
            role=entry.role.name.lower(),
            occurred_at=one.occurred_at,
            cause=one.cause,
        )

    stretch = Stretch(rows=list_entries(found.pk), key="id", is_descending=True)
    question = {"list": "entries", "wallet": str(wallet_id)}
    return cut_page([stretch], cursor=asked.cursor, limit=asked.limit, question=question, say=say)


@router.post(
    "/wallets/{uuid:wallet_id}/holds",
    response=HoldItem,
    auth=WriteKey(),
    summary=gettext_noop("Hold an amount"),
    description=gettext_noop(
        "As during a checkout: captured when the order is placed, released when it is not."
    ),
    operation_id="place_hold",
)
def hold(request: HttpRequest, wallet_id: uuid.UUID, asked: Annotated[HoldAsked, Body()]) -> Any:
    now = clock.now()
    placed = place_hold(
        key=f"api:{asked.key}",
        wallet_id=wallet_id,
        amount=asked.amount,
        at=now,
        ends_at=now + timedelta(seconds=asked.seconds),
        cause={"order_number": asked.order} if asked.order else {},
    )
    return _say_hold(placed.uuid, placed.amount, placed.state, placed.ends_at)


@router.get(
    "/holds/{uuid:hold_id}",
    response=HoldItem,
    summary=gettext_noop("One hold"),
    operation_id="get_hold",
)
def one_hold(request: HttpRequest, hold_id: uuid.UUID) -> Any:
    return _say_row(get_hold(hold_id))


@router.post(
    "/holds/{uuid:hold_id}/capture",
    response=MovementDone,
    auth=WriteKey(),
    summary=gettext_noop("Capture a hold"),
    description=gettext_noop("Once; the same request again gives the same answer."),
    operation_id="capture_hold",
)
def capture(request: HttpRequest, hold_id: uuid.UUID, asked: Annotated[CaptureAsked, Body()]) -> Any:
    done = capture_hold(key=f"hold:{hold_id}:capture", hold=hold_id, at=clock.now(), amount=asked.amount)
    return {"id": done.transfer_id, "is_replay": done.is_replay}


@router.post(
    "/holds/{uuid:hold_id}/void",
    response=HoldItem,
    auth=WriteKey(),
    summary=gettext_noop("Release a hold"),
    description=gettext_noop("What was held is free again, in the lots that it came from."),
    operation_id="void_hold",
)
def void(request: HttpRequest, hold_id: uuid.UUID) -> Any:
    void_hold(hold=hold_id, at=clock.now())
    return _say_row(get_hold(hold_id))


@router.post(
    "/holds/{uuid:hold_id}/restore",
    response=MovementDone,
    auth=WriteKey(),
    summary=gettext_noop("Put back what a hold took"),
    description=gettext_noop("After a refund, whole or in part, into the lots that it came from."),
    operation_id="restore_hold",
)
def restore(request: HttpRequest, hold_id: uuid.UUID, asked: Annotated[RestoreAsked, Body()]) -> Any:
    done = restore_capture(key=f"api:{asked.key}", hold=hold_id, amount=asked.amount, at=clock.now())
    return {"id": done.transfer_id, "is_replay": done.is_replay}


@router.post(
    "/wallets/{uuid:wallet_id}/adjustments",
    response={200: AdjustmentDone, 202: AdjustmentDone},
    auth=WriteKey(),
    summary=gettext_noop("Put a balance right"),
    description=gettext_noop(
        "By hand, with a reason; it stands in the audit trail. Above the limit of programs it waits for a person, and the "
        "answer is 202."
    ),
    operation_id="adjust_balance",
)
def adjustment(request: HttpRequest, wallet_id: uuid.UUID, asked: Annotated[AdjustmentAsked, Body()]) -> Any:
    done = adjust_as_program(
        key=f"api:{asked.key}",
        wallet_id=get_wallet(wallet_id).pk,
        amount=asked.amount,
        at=clock.now(),
        reason=asked.reason,
        program=identify_key(request),
        note=asked.note,
    )
    return _say_adjusted(done)


@router.post(
    "/wallets/{uuid:wallet_id}/reinstatements",
    response=ReinstatementDone,
    auth=WriteKey(),
    summary=gettext_noop("Bring back what ended"),
    description=gettext_noop(
        "Into its own awards, each once, whatever key asks; it stands in the audit trail."
    ),
    operation_id="reinstate_balance",
)
def reinstatement(
    request: HttpRequest, wallet_id: uuid.UUID, asked: Annotated[ReinstatementAsked, Body()]
) -> Any:
    now = clock.now()
    amount = reinstate_expired(
        key=f"api:{asked.key}",
        wallet=get_wallet(wallet_id),
        since=asked.since,
        at=now,
        ends_at=now + timedelta(days=asked.days),
        by=None,
        via=identify_key(request).name,
    )
    return {"amount": amount}


@router.get(
    "/adjustments/{uuid:request_id}",
    response=AdjustmentDone,
    summary=gettext_noop("What became of a request"),
    description=gettext_noop("Of an adjustment that needed a person."),
    operation_id="get_adjustment",
)
def adjustment_request(request: HttpRequest, request_id: uuid.UUID) -> Any:
    return _say_request(get_request(request_id), is_replay=True)


def _say_adjusted(done: Adjusted) -> Any:
    if done.request:
        told = _say_request(done.request, is_replay=done.is_replay)
        return Status(HTTPStatus.ACCEPTED, told) if done.request.outcome == Outcome.OPEN else told
    assert done.posting is not None
    return {
        "state": "done",
        "id": done.posting.transfer_id,
        "is_replay": done.posting.is_replay,
        "request_id": None,
    }


def _say_request(one: Request, *, is_replay: bool) -> Mapping[str, Any]:
    return {
        "state": Outcome(one.outcome).name.lower(),
        "id": one.posting_id,
        "is_replay": is_replay,
        "request_id": one.uuid,
    }


def _say_wallet(one: Wallet) -> Mapping[str, Any]:
    found = get_balance(one.pk, clock.now())
    unit = one.unit
    return {
        "id": one.uuid,
        "customer_id": one.customer.uuid if one.customer else None,
        "unit": {
            "code": unit.code,
            "name": unit.name,
            "kind": unit.kind,
            "scale": unit.scale,
            "currency": unit.currency,
        },
        "available": found.available,
        "pending": found.pending,
        "held": found.held,
        "owed": found.owed,
        "ending": [_say_coming(coming) for coming in found.ending],
        "ripening": [_say_coming(coming) for coming in found.ripening],
    }


def _say_coming(one: Coming) -> Mapping[str, Any]:
    return {"at": one.at, "amount": one.amount}


def _say_row(one: Hold) -> Mapping[str, Any]:
    return _say_hold(one.uuid, one.amount, HoldState(one.state), one.ends_at)


def _say_hold(uuid: uuid.UUID, amount: int, state: HoldState, ends_at: datetime) -> Mapping[str, Any]:
    return {"id": uuid, "amount": amount, "state": state.name.lower(), "ends_at": ends_at}
