"""Gift cards: a wallet without a customer in the ledger, and the code that opens it.

What is spent is held, captured, released and put back by the ledger (act.points); a card only finds the wallet.
"""

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.points.actions import award, open_wallet, place_hold
from wafaa.act.points.actions.spending import PlacedHold
from wafaa.act.points.queries import get_balance
from wafaa.act.vouchers.actions.crediting import get_money_unit
from wafaa.act.vouchers.errors import CardBlocked, CardMissing, CardMistyped, KeyReused, KeyWrong
from wafaa.act.vouchers.models import GiftCard
from wafaa.act.vouchers.rules import KEY_LETTERS_MAX, digest, draw_codes, find_slip, normalise_code
from wafaa.act.vouchers.rules.codes import CARD_PATTERN
from wafaa.kit import clock

CARD = {"ar": "بطاقة هدية", "en": "Gift card"}
DRAWS = 10


@transaction.atomic
def issue_card(
    *,
    key: str,
    amount_minor: int,
    currency: str,
    expires_at: datetime | None = None,
    by: Staff | None = None,
    via: str = "",
) -> GiftCard:
    """A card with so much on it. The same key is the same card. Raises KeyReused, KeyWrong, the ledger's AmountWrong."""
    if not 0 < len(key) <= KEY_LETTERS_MAX:
        raise KeyWrong
    kept, body = digest(f"card:{key}"), digest([amount_minor, currency, str(expires_at)])
    if known := _find(kept, body):
        return known
    unit = get_money_unit("card", CARD, currency)
    try:
        with transaction.atomic():
            card = GiftCard.objects.create(
                text=_draw(),
                wallet=open_wallet(unit_id=unit.pk),
                key=kept,
                body=body,
                expires_at=expires_at,
                created_at=clock.now(),
            )
    except IntegrityError:  # the same key at the same moment
        if known := _find(kept, body):
            return known
        raise
    _load(card, f"vouchers:card:{kept}", amount_minor, expires_at)
    record_change(staff=by, deed="issue_gift_card", subject=str(card.uuid), via=via)
    return card


def _find(kept: uuid.UUID, body: uuid.UUID) -> GiftCard | None:
    known = GiftCard.objects.select_related("wallet__unit").filter(key=kept).first()
    if known is not None and known.body != body:
        raise KeyReused
    return known


def _draw() -> str:
    drawn = list(draw_codes(CARD_PATTERN, DRAWS))
    taken = set(GiftCard.objects.filter(text__in=drawn).values_list("text", flat=True))
    return next(one for one in drawn if one not in taken)


def _load(card: GiftCard, key: str, amount_minor: int, expires_at: datetime | None) -> None:
    award(
        key=key,
        wallet_id=card.wallet_id,
        amount=amount_minor,
        at=clock.now(),
        expires_at=expires_at,
        cause={"gift_card": str(card.uuid)},
    )


@transaction.atomic
def top_up_card(
    *, key: str, card: GiftCard, amount_minor: int, by: Staff | None = None, via: str = ""
) -> GiftCard:
    """Puts so much more on it, once for the key. Raises CardBlocked, KeyWrong, the ledger's KeyReused and AmountWrong."""
    if not 0 < len(key) <= KEY_LETTERS_MAX:
        raise KeyWrong
    _check(card)
    _load(card, f"vouchers:top-up:{digest(key)}", amount_minor, card.expires_at)
    record_change(staff=by, deed="top_up_gift_card", subject=str(card.uuid), via=via)
    return card


def find_card(code: str) -> GiftCard:
    """By what somebody typed. Raises CardMistyped, CardMissing."""
    stored = normalise_code(code)
    card = GiftCard.objects.select_related("wallet__unit").filter(text=stored).first() if stored else None
    if card is None:
        raise CardMistyped if find_slip(stored, CARD_PATTERN) else CardMissing
    return card


def get_card(card_uuid: uuid.UUID) -> GiftCard:
    """Raises CardMissing."""
    card = GiftCard.objects.select_related("wallet__unit").filter(uuid=card_uuid).first()
    if card is None:
        raise CardMissing
    return card


def hold_on_card(*, key: str, code: str, amount_minor: int, seconds: int, order_ref: str = "") -> PlacedHold:
    """Sets so much aside for a checkout; the ledger captures, voids and restores it. Raises CardMissing, CardMistyped,
    CardBlocked, KeyWrong, and what the ledger's place_hold raises: TooLittle, KeyReused.
    """
    if not 0 < len(key) <= KEY_LETTERS_MAX:
        raise KeyWrong
    card = find_card(code)
    _check(card)
    now = clock.now()
    return place_hold(
        key=f"vouchers:hold:{digest(key)}",
        wallet_id=card.wallet_id,
        amount=amount_minor,
        at=now,
        ends_at=now + timedelta(seconds=seconds),
        cause={"gift_card": str(card.uuid), **({"order_number": order_ref} if order_ref else {})},
    )


def _check(card: GiftCard) -> None:
    if card.is_blocked:
        raise CardBlocked


def count_on_card(card: GiftCard) -> int:
    """What can be spent at this moment."""
    return get_balance(card.wallet_id, clock.now()).available


@transaction.atomic
def block_card(*, card: GiftCard, is_blocked: bool, by: Staff | None = None, via: str = "") -> GiftCard:
    """A lost card gives nothing until it is opened again; what is on it stays."""
    held = GiftCard.objects.select_for_update().get(pk=card.pk)
    if held.is_blocked is not is_blocked:
        held.is_blocked = is_blocked
        held.save(update_fields=["is_blocked"])
        deed = "block_gift_card" if is_blocked else "open_gift_card"
        record_change(staff=by, deed=deed, subject=str(held.uuid), via=via)
    return get_card(held.uuid)
