"""Test mails: what a template says, sent to who asked for it, so that it is read where customers read it.

Nobody's consent or budget is touched and nothing is noted of a customer: it is no message. What came of it is kept for an hour.
"""

import uuid
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from procrastinate.contrib.django import app

from wafaa.access.staff.models import Staff
from wafaa.act.messages.channels import Parcel, get_channel
from wafaa.act.messages.models import Template, TemplateVersion
from wafaa.act.messages.page_queries import read_preview_values
from wafaa.act.messages.queries import Reader, get_house
from wafaa.act.messages.rendering.names import merge_values
from wafaa.act.messages.rendering.render import render
from wafaa.act.messages.rendering.rules import Rendered
from wafaa.act.messages.surveying import describe_sample
from wafaa.act.messages.writing import read_setting
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer
from wafaa.stream.outbox import Outcome, Verdict

QUEUE = "mail"
TASK = "wafaa.act.messages.tasks.send_test"
CANCEL_TASK = "wafaa.act.messages.tasks.cancel"
KEPT_S = 3_600
WAITING, SENT, FAILED = "waiting", "sent", "failed"
# Addresses that a real message fills in for each customer.
LINKS = ("unsubscribe", "preferences")


def ask_for_test(*, template: Template, number: int, customer: Customer | None, by: Staff, site: str) -> str:
    """One mail to `by` for each language that the version has; returns the key by which find_test knows it."""
    key = str(new_id())
    note_test(key, state=WAITING, to=by.email)
    app.configure_task(TASK, queue=QUEUE).defer(
        key=key,
        template_id=template.pk,
        number=number,
        customer_id=customer.pk if customer else None,
        staff_id=by.pk,
        site=site.rstrip("/"),
    )
    return key


def find_test(key: str) -> dict[str, Any] | None:
    """`state`, `to`, `error` and `names` of what is missing; None where nobody knows of it any more."""
    found = cache.get(_name(key))
    return found if isinstance(found, dict) else None


def deliver_test(
    *, key: str, template_id: int, number: int, customer_id: int | None, staff_id: int, site: str
) -> None:
    """The worker's part. Tried once: who waits for it presses again."""
    staff = Staff.objects.filter(pk=staff_id, is_active=True).first()
    version = (
        TemplateVersion.objects.select_related("template").filter(template=template_id, number=number).first()
    )
    if staff is None or version is None:
        return
    customer = Customer.objects.filter(pk=customer_id).first() if customer_id else None
    written = [
        _write(version, language, customer, site)
        for language in version.compiled
        if "email" in version.compiled[language]
    ]
    error, names = "", []
    for one in written:
        if not isinstance(one, Rendered):
            error, names = f"missing_{one.lack}", list(one.names)
            continue
        outcome = _hand_over(key, one, staff, customer)
        if outcome.verdict is not Verdict.DELIVERED:
            error = outcome.error or "not_now"
    if not written:
        error = "missing_content"
    note_test(key, state=FAILED if error else SENT, to=staff.email, error=error, names=names)


def _write(version: TemplateVersion, language: str, customer: Customer | None, site: str) -> Any:
    address = site + reverse("message-test-link")
    return render(
        version.to_content([language]),
        language=language,
        channel="email",
        values=merge_values(
            read_preview_values(customer, language), describe_sample(version.blocks, language)
        ),
        setting=read_setting(),
        links=dict.fromkeys(LINKS, address),
    )


def _hand_over(key: str, mail: Rendered, staff: Staff, customer: Customer | None) -> Outcome:
    parcel = Parcel(
        key=f"test:{uuid.uuid5(uuid.UUID(key), mail.language)}",
        message_id=0,
        reader=Reader(
            customer_id=customer.pk
            if customer
            else 0,  # whoever's words stand in it takes it along when erased
            uuid=uuid.UUID(int=0),
            name=staff.name,
            email=staff.email,
            phone="",
            language=mail.language,
            country="",
            city="",
            distinct_id="",
        ),
        address=staff.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        language=mail.language,
        sender_name=get_house().sender_name,
    )
    return get_channel("email").prepare(parcel)()


def note_test(key: str, **told: Any) -> None:
    """What find_test says of it from now on."""
    cache.set(_name(key), told, KEPT_S)


def _name(key: str) -> str:
    return f"messages-test:{key}"
