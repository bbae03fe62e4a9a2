"""Pools and their codes for programs: terms, figures, making and bringing codes, giving one away."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Query, Router, Schema
from pydantic import AwareDatetime
from pydantic import Field as Checked

from wafaa.access.keys.api import ReadKey, WriteKey, identify_key
from wafaa.act.vouchers.actions import (
    change_pool,
    give_code,
    import_codes,
    make_pool,
    pause_pool,
    request_codes,
    resume_pool,
)
from wafaa.act.vouchers.models import Batch, Code, Pool
from wafaa.act.vouchers.queries import count_figures, get_batch, get_pool, list_codes, list_pools, say_state
from wafaa.act.vouchers.rules import BATCH_CODES_MAX, LIST_MAX, WHOLE_BP, Kind, Terms
from wafaa.act.vouchers.words import say_both, say_pool
from wafaa.kit import clock
from wafaa.kit.api import (
    PAGE_ITEMS,
    Closed,
    Cursor,
    DeedKey,
    Limit,
    Minor,
    Money,
    Page,
    ShortText,
    cut_page,
    say_decimal,
    say_money,
)
from wafaa.kit.pagination import Stretch
from wafaa.know.customers.queries import get_customer

router = Router(auth=ReadKey(), tags=["vouchers"])

_PLAIN = (
    "amount_minor", "cap_minor", "sku", "starts_at", "ends_at", "uses_max", "code_uses_max", "customer_uses_max",
    "minimum_minor",
)  # fmt: skip
_LISTS = ("stores", "channels", "categories", "skus")

Names = Annotated[list[ShortText], Checked(max_length=LIST_MAX)]
Most = Annotated[int, Checked(ge=1, le=10**9)]


class BothWords(Schema):
    ar: str = Field(description=gettext_noop("In Arabic."))
    en: str = Field(description=gettext_noop("In English."))


class PoolTerms(Schema):
    kind: Literal["percent", "amount", "product", "shipping", "gift"] = Field(
        description=gettext_noop("What a code gives.")
    )
    currency: str = Field("", max_length=3, description=gettext_noop("ISO 4217, of all its amounts."))
    amount_minor: Minor = Field(0, description=gettext_noop("Of amount and gift: how much, in minor units."))
    percent: Decimal = Field(
        Decimal(0), ge=0, le=100, decimal_places=2, description=gettext_noop("Of percent: how much off.")
    )
    cap_minor: Minor | None = Field(
        None, description=gettext_noop("Of percent and shipping: so much at most.")
    )
    sku: ShortText = Field(
        "", description=gettext_noop("Of product: which one, of which a piece costs nothing.")
    )
    starts_at: AwareDatetime | None = Field(None, description=gettext_noop("Valid from this moment on."))
    ends_at: AwareDatetime | None = Field(None, description=gettext_noop("Valid before this moment."))
    uses_max: Most | None = Field(
        None, description=gettext_noop("How often all codes together may be used; null without a limit.")
    )
    code_uses_max: Most | None = Field(
        1, description=gettext_noop("How often each code may be used; null without a limit.")
    )
    customer_uses_max: Most | None = Field(
        None, description=gettext_noop("How often each customer may use these codes; null without a limit.")
    )
    minimum_minor: Minor = Field(
        0, description=gettext_noop("What the cart comes to at least, without shipping.")
    )
    stores: Names = Field([], description=gettext_noop("Codes of the stores; empty for all."))
    channels: Names = Field([], description=gettext_noop("web, store, app …; empty for all."))
    categories: Names = Field([], description=gettext_noop("Of products that it counts for; empty for all."))
    skus: Names = Field([], description=gettext_noop("Products that it counts for; empty for all."))


class PoolBody(Closed, PoolTerms):
    name: dict[Literal["ar", "en"], ShortText] = Field(description=gettext_noop("In one or both languages."))
    pattern: ShortText = Field(
        "",
        description=gettext_noop(
            "How codes look that are made, such as SUMMER-####-####; empty where all of them are imported."
        ),
    )


class PoolItem(PoolTerms):
    percent: str = Field(description=gettext_noop("Of percent: how much off, a decimal number as text."))  # type: ignore[assignment]  # told exactly
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    name: dict[str, str] = Field(description=gettext_noop("In both languages."))
    pattern: str = Field(description=gettext_noop("How codes look that are made."))
    state: str = Field(description=gettext_noop("running, paused, coming or ended."))
    sentence: BothWords = Field(description=gettext_noop("What it gives and when, for people."))
    created_at: datetime = Field(description=gettext_noop("When it was made."))


class PoolDetail(PoolItem):
    codes: int = Field(description=gettext_noop("How many codes there are."))
    used: int = Field(description=gettext_noop("Uses that stand."))
    reserved: int = Field(description=gettext_noop("Uses that are held for a checkout."))
    rolled_back: int = Field(description=gettext_noop("Uses that were taken back."))
    given: list[Money] = Field(
        description=gettext_noop("What was given, less what was taken back, by currency.")
    )


class PoolState(Closed):
    is_paused: bool = Field(description=gettext_noop("Whether its codes give nothing for now."))


class CodesBody(Closed):
    key: DeedKey
    count: int = Field(
        ge=1, le=BATCH_CODES_MAX, description=gettext_noop("Many are made by and by: ask for the batch.")
    )
    pattern: ShortText = Field("", description=gettext_noop("Empty is the pool's own."))


class ImportBody(Closed):
    key: DeedKey
    codes: Annotated[list[ShortText], Checked(min_length=1, max_length=20_000)] = Field(
        description=gettext_noop("As they are.")
    )


class GiveBody(Closed):
    key: DeedKey
    customer_id: uuid.UUID = Field(description=gettext_noop("Only they can use it."))


class RefusedLine(Schema):
    line: int = Field(description=gettext_noop("Which one, from 1."))
    text: str = Field(description=gettext_noop("As it came."))
    reason: str = Field(description=gettext_noop("unreadable, too_long, twice or taken."))


class BatchItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    kind: str = Field(description=gettext_noop("made or imported."))
    state: str = Field(description=gettext_noop("waiting, done or undone."))
    wanted: int = Field(description=gettext_noop("How many were asked for."))
    made: int = Field(description=gettext_noop("How many there are."))
    refused_count: int = Field(description=gettext_noop("Lines of a list that could not be kept."))
    refused: list[RefusedLine] = Field(description=gettext_noop("The first thousand of them."))
    created_at: datetime = Field(description=gettext_noop("When it was asked for."))


class CodeItem(Schema):
    code: str = Field(description=gettext_noop("As people read it."))
    customer_id: uuid.UUID | None = Field(description=gettext_noop("Who alone can use it; null for anybody."))
    is_personal: bool = Field(description=gettext_noop("Whether it is one customer's own."))
    uses: int = Field(description=gettext_noop("Used or held at this moment."))
    uses_max: int | None = Field(description=gettext_noop("How often it may be used; null without a limit."))
    is_withdrawn: bool = Field(description=gettext_noop("Whether it was taken out of use."))
    batch_id: uuid.UUID | None = Field(description=gettext_noop("With which batch it came."))


class CodesQuestion(Closed):
    q: ShortText = Field("", description=gettext_noop("Codes that begin so."))
    state: Literal["", "unused", "used", "full", "withdrawn", "personal"] = Field(
        "", description=gettext_noop("Only those in this state.")
    )
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


class PoolQuestion(Closed):
    q: ShortText = Field("", description=gettext_noop("Words of the name, or a whole code."))
    state: Literal["", "running", "paused", "coming", "ended"] = Field(
        "", description=gettext_noop("Only those in this state.")
    )
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


@router.get(
    "/vouchers/pools",
    response=Page[PoolItem],
    summary=gettext_noop("List vouchers"),
    description=gettext_noop("Each with its terms, newest first."),
    operation_id="list_voucher_pools",
)
def pools(request: HttpRequest, asked: Annotated[PoolQuestion, Query()]) -> Any:
    found = list_pools(search=asked.q, state=asked.state)
    return cut_page(
        [Stretch(rows=found, key="created_at", is_descending=True)],
        cursor=asked.cursor,
        limit=asked.limit,
        question={"list": "voucher_pools", **asked.dict(exclude={"cursor", "limit"})},
        say=_say_pool,
    )


@router.post(
    "/vouchers/pools",
    response=PoolDetail,
    auth=WriteKey(),
    summary=gettext_noop("Make vouchers"),
    description=gettext_noop("What they give never changes afterwards; their conditions may."),
    operation_id="make_voucher_pool",
)
def new_pool(request: HttpRequest, told: Annotated[PoolBody, Body()]) -> Any:
    via = str(identify_key(request))
    made = make_pool(name=_read_name(told), terms=_read_terms(told), pattern=told.pattern, by=None, via=via)
    return _say_detail(made)


@router.get(
    "/vouchers/pools/{uuid:pool_id}",
    response=PoolDetail,
    summary=gettext_noop("Vouchers and their figures"),
    operation_id="get_voucher_pool",
)
def pool(request: HttpRequest, pool_id: uuid.UUID) -> Any:
    return _say_detail(get_pool(pool_id))


@router.put(
    "/vouchers/pools/{uuid:pool_id}",
    response=PoolDetail,
    auth=WriteKey(),
    summary=gettext_noop("Change the conditions of vouchers"),
    description=gettext_noop("All conditions are told anew; what they give stays as it is."),
    operation_id="change_voucher_pool",
)
def put_pool(request: HttpRequest, pool_id: uuid.UUID, told: Annotated[PoolBody, Body()]) -> Any:
    via = str(identify_key(request))
    changed = change_pool(
        pool=get_pool(pool_id),
        name=_read_name(told),
        terms=_read_terms(told),
        pattern=told.pattern,
        by=None,
        via=via,
    )
    return _say_detail(changed)


@router.post(
    "/vouchers/pools/{uuid:pool_id}/state",
    response=PoolDetail,
    auth=WriteKey(),
    summary=gettext_noop("Pause or resume vouchers"),
    operation_id="turn_voucher_pool",
)
def turn_pool(request: HttpRequest, pool_id: uuid.UUID, told: Annotated[PoolState, Body()]) -> Any:
    turn = pause_pool if told.is_paused else resume_pool
    return _say_detail(turn(pool=get_pool(pool_id), by=None, via=str(identify_key(request))))


@router.get(
    "/vouchers/pools/{uuid:pool_id}/codes",
    response=Page[CodeItem],
    summary=gettext_noop("List the codes of vouchers"),
    operation_id="list_voucher_codes",
)
def codes(request: HttpRequest, pool_id: uuid.UUID, asked: Annotated[CodesQuestion, Query()]) -> Any:
    found = list_codes(get_pool(pool_id), search=asked.q, state=asked.state)
    return cut_page(
        [Stretch(rows=found, key="id", is_descending=False)],
        cursor=asked.cursor,
        limit=asked.limit,
        question={"list": f"voucher_codes:{pool_id}", **asked.dict(exclude={"cursor", "limit"})},
        say=_say_code,
    )


@router.post(
    "/vouchers/pools/{uuid:pool_id}/codes",
    response=BatchItem,
    auth=WriteKey(),
    summary=gettext_noop("Make codes"),
    operation_id="make_voucher_codes",
)
def make_codes(request: HttpRequest, pool_id: uuid.UUID, told: Annotated[CodesBody, Body()]) -> Any:
    via = str(identify_key(request))
    batch = request_codes(
        key=told.key, pool=get_pool(pool_id), count=told.count, pattern=told.pattern, by=None, via=via
    )
    return _say_batch(batch)


@router.post(
    "/vouchers/pools/{uuid:pool_id}/import",
    response=BatchItem,
    auth=WriteKey(),
    summary=gettext_noop("Bring codes that you have"),
    description=gettext_noop("Codes that cannot be kept are told with the reason; the others are kept."),
    operation_id="import_voucher_codes",
)
def bring_codes(request: HttpRequest, pool_id: uuid.UUID, told: Annotated[ImportBody, Body()]) -> Any:
    via = str(identify_key(request))
    return _say_batch(import_codes(key=told.key, pool=get_pool(pool_id), lines=told.codes, by=None, via=via))


@router.post(
    "/vouchers/pools/{uuid:pool_id}/give",
    response=CodeItem,
    auth=WriteKey(),
    summary=gettext_noop("Give a customer a code of their own"),
    operation_id="give_voucher",
)
def give(request: HttpRequest, pool_id: uuid.UUID, told: Annotated[GiveBody, Body()]) -> Any:
    customer = get_customer(told.customer_id)
    via = str(identify_key(request))
    return _say_code(give_code(key=told.key, pool=get_pool(pool_id), customer_id=customer.pk, via=via))


@router.get(
    "/vouchers/batches/{uuid:batch_id}",
    response=BatchItem,
    summary=gettext_noop("How far codes are made"),
    operation_id="get_voucher_batch",
)
def batch(request: HttpRequest, batch_id: uuid.UUID) -> Any:
    return _say_batch(get_batch(batch_id))


def _read_name(told: PoolBody) -> dict[str, str]:
    return {str(language): words for language, words in told.name.items()}


def _read_terms(told: PoolTerms) -> Terms:
    lists = {name: tuple(getattr(told, name)) for name in _LISTS}
    fields: dict[str, Any] = {name: getattr(told, name) for name in _PLAIN} | lists
    fields |= {"kind": Kind(told.kind), "currency": told.currency.upper()}
    return Terms(share_bp=int(told.percent * WHOLE_BP / 100), **fields)


def _say_pool(one: Pool) -> dict[str, Any]:
    terms = one.terms
    return {
        "id": one.uuid,
        "name": one.name,
        "pattern": one.pattern,
        "state": say_state(one, clock.now()),
        "sentence": say_both(say_pool, terms),
        "created_at": one.created_at,
        "percent": say_decimal(Decimal(terms.share_bp) / 100),
        **{name: getattr(terms, name) for name in ("kind", "currency", *_PLAIN)},
        **{name: list(getattr(terms, name)) for name in _LISTS},
    }


def _say_detail(one: Pool) -> dict[str, Any]:
    figures = count_figures([one.pk])[one.pk]
    return {
        **_say_pool(one),
        "codes": figures.made,
        "used": figures.used,
        "reserved": figures.reserved,
        "rolled_back": figures.rolled_back,
        "given": [say_money(minor, currency) for currency, minor in sorted(figures.given.items())],
    }


def _say_batch(one: Batch) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "kind": one.kind,
        "state": one.state,
        "wanted": one.wanted,
        "made": one.made,
        "refused_count": one.refused_count,
        "refused": [{"line": line, "text": text, "reason": why} for line, text, why in one.refused],
        "created_at": one.created_at,
    }


def _say_code(one: Code) -> dict[str, Any]:
    return {
        "code": one.shown,
        "customer_id": one.customer.uuid if one.customer else None,
        "is_personal": one.is_personal,
        "uses": one.uses,
        "uses_max": one.uses_max,
        "is_withdrawn": one.is_withdrawn,
        "batch_id": one.batch.uuid if one.batch else None,
    }
