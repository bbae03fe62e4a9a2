"""Gift cards: a wallet without a customer in the ledger, and the code that opens it.

What is spent is held, captured, released and put back by the ledger (act.points); a card only finds the wallet.
"""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.points.actions import award, award_many, open_wallet, place_hold
from wafaa.act.points.actions.spending import PlacedHold
from wafaa.act.points.models import Unit, Wallet
from wafaa.act.points.queries import get_balance
from wafaa.act.points.rules import Award
from wafaa.act.vouchers.actions.crediting import get_money_unit
from wafaa.act.vouchers.errors import (
    CardBlocked,
    CardMissing,
    CardMistyped,
    CountWrong,
    KeyReused,
    KeyWrong,
)
from wafaa.act.vouchers.models import GiftCard
from wafaa.act.vouchers.rules import KEY_LETTERS_MAX, digest, draw_codes, find_slip, normalise_code
from wafaa.act.vouchers.rules.codes import CARD_PATTERN
from wafaa.kit import clock
from wafaa.kit.ids import new_id

CARD = {"ar": "بطاقة هدية", "en": "Gift card"}
DRAWS = 10
CARDS_AT_ONCE = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Greeting:
    """Whom a card is for and what is said to them; `mail_at` and `mail_to` where a mail brings it."""

    customer_id: int | None = None
    recipient: str = ""
    message: str = ""
    language: str = ""
    mail_to: str = ""
    mail_at: datetime | None = None


@transaction.atomic
def issue_card(
    *,
    key: str,
    amount_minor: int,
    currency: str,
    expires_at: datetime | None = None,
    greeting: Greeting | None = None,
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
                created_by=by,
                **(asdict(greeting) if greeting else {}),
            )
    except IntegrityError:  # the same key at the same moment
        if known := _find(kept, body):
            return known
        raise
    _load(card, f"vouchers:card:{kept}", amount_minor, expires_at)
    after = {"amount": amount_minor, "currency": currency} if by else None
    record_change(staff=by, deed="issue_gift_card", subject=str(card.uuid), after=after, via=via)
    return card


@transaction.atomic
def issue_cards(
    *,
    key: uuid.UUID,
    count: int,
    amount_minor: int,
    currency: str,
    expires_at: datetime | None = None,
    by: Staff,
) -> list[GiftCard]:
    """So many equal cards, as for a shelf; `key` is their batch, and the same key the same cards. Raises CountWrong, KeyReused,
    the ledger's AmountWrong.
    """
    if not 0 < count <= CARDS_AT_ONCE:
        raise CountWrong(most=CARDS_AT_ONCE)
    unit = get_money_unit("card", CARD, currency)
    Unit.objects.select_for_update(no_key=True).get(
        pk=unit.pk
    )  # of two with one key the second finds the first's
    body = digest([amount_minor, currency, str(expires_at)])
    if known := list(GiftCard.objects.filter(batch=key).order_by("id")):
        if known[0].body != body or len(known) != count:
            raise KeyReused
        return known
    now = clock.now()
    texts = _draw_many(count)
    wallets = Wallet.objects.bulk_create(
        Wallet(uuid=new_id(), unit_id=unit.pk, opened_at=now) for _card in range(count)
    )
    cards = GiftCard.objects.bulk_create(
        GiftCard(
            text=text,
            wallet=wallet,
            key=digest(f"cards:{key}:{number}"),
            body=body,
            expires_at=expires_at,
            created_at=now,
            created_by=by,
            batch=key,
        )
        for number, (text, wallet) in enumerate(zip(texts, wallets, strict=True))
    )
    award_many(
        awards=[
            Award(
                key=f"vouchers:card:{card.key}",
                wallet_id=card.wallet_id,
                amount=amount_minor,
                at=now,
                expires_at=expires_at,
                cause={"gift_card": str(card.uuid)},
            )
            for card in cards
        ]
    )
    after = {"codes": count, "amount": amount_minor, "currency": currency}
    record_change(staff=by, deed="issue_gift_cards", subject=str(key), after=after)
    return cards


def _draw_many(count: int) -> list[str]:
    """Texts that are no card's yet."""
    found: set[str] = set()
    while missing := count - len(found):
        drawn = set(draw_codes(CARD_PATTERN, missing))
        found |= drawn - set(GiftCard.objects.filter(text__in=drawn).values_list("text", flat=True))
    return list(found)


def note_mailed(*, card: GiftCard, at: datetime | None, error: str = "") -> None:
    """That its mail went, or why it did not and will not: then `at` is None."""
    GiftCard.objects.filter(pk=card.pk).update(
        mailed_at=at, mail_error=error[:60], **({} if at else {"mail_at": None})
    )


@transaction.atomic
def mail_card(*, card: GiftCard, mail_to: str, at: datetime, by: Staff) -> None:
    """Sends it (once more) at a moment, to this address."""
    GiftCard.objects.filter(pk=card.pk).update(mail_to=mail_to, mail_at=at, mailed_at=None, mail_error="")
    record_change(staff=by, deed="mail_gift_card", subject=str(card.uuid))


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
    after = {"amount": amount_minor, "currency": card.wallet.unit.currency} if by else None
    record_change(staff=by, deed="top_up_gift_card", subject=str(card.uuid), after=after, via=via)
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
