"""Adjustments that were above somebody's limit, for programs. Only a person approves one: a program could approve its own."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Field, Query, Router, Schema

from wafaa.access.keys.api import ReadKey
from wafaa.act.points.models import Request
from wafaa.act.points.queries import find_open_requests, list_requests
from wafaa.act.points.rules import Outcome
from wafaa.kit import clock
from wafaa.kit.api import PAGE_ITEMS, Closed, Cursor, Limit, Page, cut_page
from wafaa.kit.pagination import Stretch

router = Router(auth=ReadKey(), tags=["wallets"])


class AdjustmentItem(Schema):
    request_id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    state: str = Field(description=gettext_noop("open, approved, declined or ended."))
    id: int | None = Field(
        description=gettext_noop("Of the movement in the ledger; null while there is none.")
    )
    wallet_id: uuid.UUID = Field(description=gettext_noop("Whose balance."))
    amount: int = Field(description=gettext_noop("Above 0 in, below 0 out."))
    reason: str = Field(description=gettext_noop("A short code, such as goodwill."))
    note: str = Field(description=gettext_noop("Words for whoever decides."))
    asked_at: datetime = Field(description=gettext_noop("When it was asked for."))
    decided_at: datetime | None = Field(
        description=gettext_noop("When somebody decided, or its time was over.")
    )


class AdjustmentsQuestion(Closed):
    state: Literal["", "open"] = Field(
        "", description=gettext_noop("open: only those that wait for a person.")
    )
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


@router.get(
    "/adjustments",
    response=Page[AdjustmentItem],
    summary=gettext_noop("Adjustments that needed a person"),
    description=gettext_noop(
        "Newest first. A person approves or declines them in the console, never a program."
    ),
    operation_id="list_adjustments",
)
def adjustments(request: HttpRequest, asked: Annotated[AdjustmentsQuestion, Query()]) -> Any:
    rows = find_open_requests(clock.now()) if asked.state == "open" else list_requests()
    return cut_page(
        [Stretch(rows=rows, key="asked_at", is_descending=True)],
        cursor=asked.cursor,
        limit=asked.limit,
        question={"list": "adjustments", "state": asked.state},
        say=_say,
    )


def _say(one: Request) -> dict[str, Any]:
    return {
        "request_id": one.uuid,
        "state": Outcome(one.outcome).name.lower(),
        "id": one.posting_id,
        "wallet_id": one.wallet.uuid,
        "amount": one.amount,
        "reason": one.reason,
        "note": one.note,
        "asked_at": one.asked_at,
        "decided_at": one.decided_at,
    }
