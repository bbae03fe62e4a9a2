"""The member's yes: what their own page shows at this moment, or a code that only they got. Nothing is redeemed without."""

import hmac
import logging

from django.db import transaction
from procrastinate.contrib.django import app

from wafaa.access.limits.actions import give_back, take, take_all
from wafaa.access.staff.models import Staff
from wafaa.act.messages.actions import hand_over
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.kit.text import latin_digits, without_marks
from wafaa.know.customers.models import Customer
from wafaa.show.portal.queries import find_card_of, find_present_holder, get_portal, list_ways
from wafaa.show.portal.rules import ASK_MEMBERS, digest_code, is_proof
from wafaa.show.till.errors import NotReachable, ProofWrong
from wafaa.show.till.models import Confirmation
from wafaa.show.till.rules import ASK, CODE_DIGITS, CODE_LASTS, PROVE, make_code
from wafaa.show.till.words import write_yes
from wafaa.stream.outbox import Verdict

log = logging.getLogger(__name__)

QUEUE = "mail"
TASK = "wafaa.show.till.tasks.send_yes"
# Somebody stands at the till and waits: a code that comes later is of no use.
SENT_WITHIN = CODE_LASTS


class NotSent(Exception):
    """The provider could not be reached."""


def find_way(customer: Customer) -> str:
    """By which a code reaches them; "" by none."""
    ways = list_ways(get_portal())
    reached = [one for one in ways if (customer.email if one == "email" else customer.phone.startswith("+"))]
    return next((one for one in reached if one != "email"), next(iter(reached), ""))


@transaction.atomic
def ask_for_yes(*, customer: Customer, staff: Staff) -> Confirmation:
    """The worker makes the code and sends it. Raises NotReachable, TooManyAttempts."""
    way = find_way(customer)
    if not way:
        raise NotReachable
    bounded = ((ASK_MEMBERS, "all"),) if way != "email" else ()
    take_all((ASK, str(customer.uuid)), *bounded)
    now = clock.now()
    asked = Confirmation.objects.create(
        customer=customer, staff=staff, way=way, asked_at=now, ends_at=now + CODE_LASTS
    )
    app.configure_task(TASK, queue=QUEUE).defer(confirmation=str(asked.uuid))
    return asked


def deliver_yes(*, confirmation_uuid: str) -> None:
    """The worker's part: makes the code, so that no queue ever held it. Raises NotSent."""
    asked = Confirmation.objects.select_related("customer").filter(uuid=confirmation_uuid).first()
    now = clock.now()
    if asked is None or asked.used_at is not None or now - asked.asked_at > SENT_WITHIN:
        return
    code = make_code()
    Confirmation.objects.filter(pk=asked.pk).update(
        code=digest_code(str(asked.uuid), code), ends_at=now + CODE_LASTS
    )
    customer = asked.customer
    subject, text, language = write_yes(customer, code)
    outcome = hand_over(
        channel=asked.way,
        address=customer.email if asked.way == "email" else customer.phone,
        key=new_id(),
        language=language,
        subject=subject if asked.way == "email" else "",
        text=text,
        template=get_portal().whatsapp_template if asked.way == "whatsapp" else "",
        parameters=(code,),
        button=code if asked.way == "whatsapp" else "",
    )
    if outcome.verdict is Verdict.FAILED:
        raise NotSent(outcome.error)
    if outcome.verdict is not Verdict.DELIVERED:
        log.warning("a code by %s could not be sent: %s", asked.way, outcome.error)


def check_yes(customer: Customer, proof: str) -> str:
    """How the member said yes: "card" or "code", whose code is used up by it, in the caller's transaction.

    Wrong ones are counted by who calls (take_try), because this transaction is undone with them. Raises ProofWrong.
    """
    digits = latin_digits(without_marks(proof)).replace(" ", "").replace("-", "")
    if holder := find_present_holder(digits):
        if holder.pk == customer.pk:
            return "card"
        raise ProofWrong
    if len(digits) != CODE_DIGITS or not digits.isascii() or not digits.isdigit():
        raise ProofWrong
    now = clock.now()
    card = find_card_of(customer)
    if card is not None and is_proof(card.number, digits, now):
        return "card"
    sent = Confirmation.objects.select_for_update().filter(customer=customer, used_at=None, ends_at__gt=now)
    latest = sent.exclude(code="").order_by("-id").first()
    given = digest_code(str(latest.uuid) if latest else "", digits)
    if latest is None or not hmac.compare_digest(given, latest.code):
        raise ProofWrong
    latest.used_at = now
    latest.save(update_fields=["used_at"])
    return "code"


def take_try(customer_uuid: str) -> None:
    """Before a proof is looked at, outside of any transaction. Raises TooManyAttempts."""
    take(PROVE, customer_uuid)


def give_try_back(customer_uuid: str) -> None:
    """After a right one: only wrong ones count."""
    give_back((PROVE, customer_uuid))


def forget_codes() -> int:
    """What is over; how many."""
    return Confirmation.objects.filter(ends_at__lt=clock.now() - 12 * CODE_LASTS).delete()[0]
