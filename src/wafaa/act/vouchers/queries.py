"""Finding pools, codes and their uses; how a code stands, and what pools add up to."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from wafaa.act.vouchers.errors import BatchMissing, CodeMissing, PoolMissing, UseMissing
from wafaa.act.vouchers.models import Batch, Code, CustomerCount, GiftCard, Pool, Use
from wafaa.act.vouchers.rules import Reason, UseState, find_slip, normalise_code
from wafaa.act.vouchers.rules.quoting import Standing
from wafaa.kit import clock

HOLDING = (UseState.RESERVED, UseState.REDEEMED)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A code that somebody typed and how it stands, or why it is not there."""

    code: Code | None
    standing: Standing = field(default_factory=Standing)
    reason: Reason | None = None


@dataclass(kw_only=True)
class Figures:
    """What a pool adds up to; `given` is less what was taken back, by currency."""

    made: int = 0
    used: int = 0
    reserved: int = 0
    rolled_back: int = 0
    given: dict[str, int] = field(default_factory=dict)


def get_pool(pool_uuid: uuid.UUID) -> Pool:
    """Raises PoolMissing."""
    found = Pool.objects.select_related("created_by").filter(uuid=pool_uuid).first()
    if found is None:
        raise PoolMissing
    return found


def list_pools(*, search: str = "", state: str = "", at: datetime | None = None) -> QuerySet[Pool]:
    """`state`: running, paused, ended, coming; by a part of a name or the beginning of a code."""
    at = at or clock.now()
    found = Pool.objects.all()
    ended, coming = Q(ends_at__lte=at), Q(starts_at__gt=at)
    match state:
        case "running":
            found = found.filter(is_paused=False).exclude(ended).exclude(coming)
        case "paused":
            found = found.filter(is_paused=True)
        case "ended":
            found = found.filter(ended)
        case "coming":
            found = found.filter(coming)
    if text := search.strip():
        named = Q(name__ar__icontains=text) | Q(name__en__icontains=text)
        code = normalise_code(text)
        if len(code) > 2:
            named |= Q(pk__in=Code.objects.filter(text=code).values("pool"))
            named |= Q(pattern__istartswith=text)
        found = found.filter(named)
    return found


def say_state(pool: Pool, at: datetime) -> str:
    """running, paused, ended or coming."""
    if pool.ends_at is not None and pool.ends_at <= at:
        return "ended"
    if pool.is_paused:
        return "paused"
    return "coming" if pool.starts_at is not None and pool.starts_at > at else "running"


def count_figures(pools: Collection[int]) -> dict[int, Figures]:
    """By pool, in three statements however many there are."""
    figures = {pk: Figures() for pk in pools}
    batches = Batch.objects.filter(pool__in=pools).values("pool").annotate(n=Sum("made")).order_by()
    for row in batches:
        figures[row["pool"]].made += row["n"]
    given_away = Code.objects.filter(pool__in=pools, batch=None).values("pool").annotate(n=Count("pk"))
    for row in given_away.order_by():
        figures[row["pool"]].made += row["n"]
    uses = Use.objects.filter(pool__in=pools).values("pool", "state", "currency").order_by()
    for row in uses.annotate(n=Count("pk"), given=Sum(F("given_minor") - F("returned_minor"))):
        one = figures[row["pool"]]
        match row["state"]:
            case UseState.RESERVED:
                one.reserved += row["n"]
            case UseState.REDEEMED:
                one.used += row["n"]
                one.given[row["currency"]] = one.given.get(row["currency"], 0) + row["given"]
            case UseState.ROLLED_BACK:
                one.rolled_back += row["n"]
    return figures


def list_codes(pool: Pool, *, search: str = "", state: str = "") -> QuerySet[Code]:
    """`state`: unused, used (also in part), full (as often as it may be), withdrawn, personal."""
    found = Code.objects.filter(pool=pool).select_related("batch", "pool", "customer")
    match state:
        case "unused":
            found = found.filter(uses=0, is_withdrawn=False)
        case "used":
            found = found.filter(uses__gt=0)
        case "full":
            found = found.filter(uses__gte=F("uses_max"))
        case "withdrawn":
            found = found.filter(is_withdrawn=True)
        case "personal":
            found = found.filter(is_personal=True)
    if text := normalise_code(search):
        found = found.filter(text__startswith=text)
    return found


def get_code(pool: Pool, text: str) -> Code:
    """Raises CodeMissing."""
    found = Code.objects.select_related("batch", "pool", "customer").filter(pool=pool, text=text).first()
    if found is None:
        raise CodeMissing
    return found


def list_uses(code: Code) -> QuerySet[Use]:
    """The latest first."""
    return Use.objects.filter(code=code).select_related("customer").order_by("-id")


def get_use(use_uuid: uuid.UUID) -> Use:
    """Raises UseMissing."""
    found = Use.objects.select_related("code__batch", "pool", "customer").filter(uuid=use_uuid).first()
    if found is None:
        raise UseMissing
    found.code.pool = found.pool
    return found


def list_order_uses(order_ref: str) -> QuerySet[Use]:
    """What was used for an order, oldest first: for whoever refunds it."""
    return Use.objects.filter(order_ref=order_ref).exclude(order_ref="").select_related("pool").order_by("id")


def list_batches(pool: Pool) -> QuerySet[Batch]:
    """The latest first."""
    return Batch.objects.filter(pool=pool).select_related("created_by").order_by("-id")


def get_batch(batch_uuid: uuid.UUID) -> Batch:
    """Raises BatchMissing."""
    found = Batch.objects.select_related("pool").filter(uuid=batch_uuid).first()
    if found is None:
        raise BatchMissing
    return found


def list_customer_codes(customer_id: int) -> QuerySet[Code]:
    """Personal ones, the latest first."""
    found = Code.objects.filter(customer=customer_id, is_personal=True).select_related("batch", "pool")
    return found.order_by("-id")


def list_customer_uses(customer_id: int) -> QuerySet[Use]:
    """The latest first."""
    found = Use.objects.filter(customer=customer_id).select_related("pool", "code__batch", "code__pool")
    return found.order_by("-id")


def find_code(text: str, *, customer_id: int | None, at: datetime) -> Found:
    """How a typed code stands, without any lock: places of reservations that are over count as free."""
    stored = normalise_code(text)
    code = Code.objects.select_related("pool", "batch").filter(text=stored).first() if stored else None
    if code is None:
        return Found(code=None, reason=Reason.MISTYPED if _looks_mistyped(stored) else Reason.UNKNOWN)
    return Found(code=code, standing=_find_standing(code, customer_id, at))


def _looks_mistyped(stored: str) -> bool:
    patterns = set(Pool.objects.exclude(pattern="").values_list("pattern", flat=True))
    patterns |= set(Batch.objects.exclude(pattern="").values_list("pattern", flat=True).distinct())
    return any(find_slip(stored, pattern) for pattern in patterns)


def _find_standing(code: Code, customer_id: int | None, at: datetime) -> Standing:
    pool = code.pool
    customer_left = None
    if pool.customer_uses_max is not None and customer_id is not None:
        held = CustomerCount.objects.filter(pool=pool, customer=customer_id).values_list("uses", flat=True)
        customer_left = _count_left(
            pool.customer_uses_max, held.first() or 0, at, pool=pool, customer=customer_id
        )
    return Standing(
        is_paused=pool.is_paused,
        is_withdrawn=code.is_withdrawn,
        is_personal=code.is_personal,
        is_theirs=customer_id is not None and code.customer_id == customer_id,
        has_customer=customer_id is not None,
        code_left=_count_left(code.uses_max, code.uses, at, code=code),
        pool_left=_count_left(pool.uses_max, pool.uses, at, pool=pool),
        customer_left=customer_left,
    )


def _count_left(limit: int | None, uses: int, at: datetime, **whose: Any) -> int | None:
    """None without a limit. Only where none seems left it is asked who holds a place no longer."""
    if limit is None:
        return None
    if uses < limit:
        return limit - uses
    late = Use.objects.filter(state=UseState.RESERVED, ends_at__lte=at, **whose)
    return limit - uses + late.count()


@dataclass(frozen=True, kw_only=True, slots=True)
class CardFigures:
    """What gift cards of one currency hold: cards with something on them, what can be spent, what is held."""

    currency: str
    cards: int
    active: int
    held: int


def list_cards() -> QuerySet[GiftCard]:
    """The latest first."""
    return GiftCard.objects.select_related("wallet__unit", "customer", "created_by").order_by("-id")


def list_customer_cards(customer_id: int, at: datetime) -> QuerySet[GiftCard]:
    """With something on them, the soonest to end first; a present whose mail is still to come is told by the mail."""
    told = Q(mail_at=None) | Q(mail_at__lte=at) | Q(mailed_at__isnull=False)
    lasts = Q(expires_at=None) | Q(expires_at__gt=at)
    rows = list_cards().filter(told, lasts, customer=customer_id, is_blocked=False, wallet__active__gt=0)
    return rows.order_by(F("expires_at").asc(nulls_last=True), "id")


def list_batch_cards(batch: uuid.UUID) -> QuerySet[GiftCard]:
    return GiftCard.objects.filter(batch=batch).select_related("wallet__unit").order_by("id")


def measure_cards() -> list[CardFigures]:
    """What is outstanding, by currency."""
    rows = GiftCard.objects.values("wallet__unit__currency").order_by("wallet__unit__currency")
    counted = rows.annotate(
        cards=Count("pk", filter=Q(wallet__active__gt=0) | Q(wallet__held__gt=0)),
        active=Sum("wallet__active"),
        held=Sum("wallet__held"),
    )
    return [
        CardFigures(
            currency=row["wallet__unit__currency"], cards=row["cards"], active=row["active"], held=row["held"]
        )
        for row in counted
    ]


def list_cards_to_mail(at: datetime, *, limit: int = 100) -> list[GiftCard]:
    """Those whose moment has come and that no mail has brought yet; a blocked one waits."""
    due = list_cards().filter(mail_at__lte=at, mailed_at=None, is_blocked=False).exclude(mail_to="")
    return list(due.order_by("mail_at", "id")[:limit])


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """A person's codes, and what they used."""
    codes: Any = Code.objects.filter(customer=customer_id).order_by("id")
    uses: Any = Use.objects.filter(customer=customer_id).order_by("id")
    cards: Any = GiftCard.objects.filter(customer=customer_id).order_by("id")
    card = ("uuid", "recipient", "message", "mail_to", "mail_at", "mailed_at", "expires_at", "created_at")
    return {
        "gift_cards": list(cards.values(*card)),
        "vouchers": list(codes.values("text", "pool__name", "uses", "uses_max", "created_at")),
        "voucher_uses": list(
            uses.values(
                "code__text", "pool__name", "order_ref", "state", "given_minor", "returned_minor", "currency",
                "reserved_at", "redeemed_at", "ended_at",
            )
        ),
    }  # fmt: skip
