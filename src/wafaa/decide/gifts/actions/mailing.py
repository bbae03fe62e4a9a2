"""Mails that bring gift cards: handed over by the worker when their moment has come, again while the way is shut."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from wafaa.access.business.queries import get_business
from wafaa.act.messages.actions import hand_over
from wafaa.act.points.queries import get_balance
from wafaa.act.vouchers.actions import note_mailed
from wafaa.act.vouchers.models import GiftCard
from wafaa.act.vouchers.queries import list_cards_to_mail
from wafaa.kit.money import format_money
from wafaa.stream.outbox import Verdict

TRIED_FOR: Final = timedelta(days=2)


def deliver_cards(*, at: datetime) -> int:
    """Returns how many went. A crash in the middle sends the same card twice at worst, never none."""
    return sum(_deliver(card, at) for card in list_cards_to_mail(at))


def _deliver(card: GiftCard, at: datetime) -> bool:
    business = get_business()
    language = card.language or business.language
    with translation.override(language), timezone.override(business.zone):
        context = {
            "card": card,
            "business": business.name or "Wafaa",
            "amount": format_money(
                get_balance(card.wallet_id, at).available, card.wallet.unit.currency, language
            ),
        }
        outcome = hand_over(
            channel="email",
            address=card.mail_to,
            key=UUID(int=card.uuid.int ^ int((card.mail_at or at).timestamp())),
            language=language,
            subject=_("A gift card from {business}").format(business=context["business"]),
            text=render_to_string("gifts/card_mail.txt", context),
        )
    if outcome.verdict is Verdict.DELIVERED:
        note_mailed(card=card, at=at)
        return True
    is_late = card.mail_at is not None and card.mail_at + TRIED_FOR <= at
    if outcome.verdict is not Verdict.FAILED or is_late:
        note_mailed(card=card, at=None, error=outcome.error or "refused")
    return False
