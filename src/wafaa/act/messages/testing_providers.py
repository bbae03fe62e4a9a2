"""A test of a provider's account: one message to an address that its holder types, by this very account."""

import uuid

from django.utils.translation import gettext, override
from procrastinate.contrib.django import app

from wafaa.access.business.queries import get_business
from wafaa.act.messages.channels import Parcel
from wafaa.act.messages.channels.carriers import open_account
from wafaa.act.messages.channels.registry import find_carrier
from wafaa.act.messages.models import Provider
from wafaa.act.messages.queries import Reader, get_house
from wafaa.act.messages.trying import FAILED, QUEUE, SENT, WAITING, note_test
from wafaa.kit.ids import new_id
from wafaa.kit.sealing import SealBroken
from wafaa.stream.outbox import Outcome, Verdict

TASK = "wafaa.act.messages.tasks.send_provider_test"


def ask_for_provider_test(*, provider: Provider, address: str, template: str = "") -> str:
    """Returns the key by which trying.find_test knows what came of it."""
    key = str(new_id())
    note_test(key, state=WAITING, to=address)
    app.configure_task(TASK, queue=QUEUE).defer(
        key=key, provider_id=provider.pk, address=address, template=template
    )
    return key


def deliver_provider_test(*, key: str, provider_id: int, address: str, template: str) -> None:
    """The worker's part. Tried once: who waits for it presses again."""
    provider = Provider.objects.filter(pk=provider_id).first()
    if provider is None:
        return
    outcome = _hand_over(key, provider, address, template)
    is_sent = outcome.verdict is Verdict.DELIVERED
    error = "" if is_sent else outcome.error or "not_now"
    note_test(key, state=SENT if is_sent else FAILED, to=address, error=error, said=outcome.answer[:200])


def _hand_over(key: str, provider: Provider, address: str, template: str) -> Outcome:
    carrier = find_carrier(provider.kind)
    if carrier is None:
        return Outcome(verdict=Verdict.PARKED, error="no_provider")
    try:
        account = open_account(provider)
    except SealBroken:
        return Outcome(verdict=Verdict.PARKED, error="secret_unreadable")
    business = get_business()
    with override(business.language):
        text = gettext("This is a test of %(business)s. You need not do anything.") % {
            "business": business.name
        }
    parcel = Parcel(
        key=f"test:{uuid.UUID(key)}",
        message_id=0,
        reader=Reader(
            customer_id=0,
            uuid=uuid.UUID(int=0),
            name="",
            email=address if provider.channel == "email" else "",
            phone=address if provider.channel in {"sms", "whatsapp"} else "",
            language=business.language,
            country="",
            city="",
            distinct_id="",
        ),
        address=address,
        subject=business.name,
        text=text,
        language=business.language,
        sender_name=get_house().sender_name or business.name,
        name=template,
    )
    return carrier.prepare(account, parcel)()
