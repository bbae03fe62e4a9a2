"""Run beside the server, on its database: asks for two messages to one customer's inbox, as a campaign would."""

import sys
import time

import django

django.setup()

from wafaa.act.messages.actions import send  # noqa: E402 (Django first)
from wafaa.act.messages.actions.templates import create_template, set_state  # noqa: E402
from wafaa.act.messages.rules import Person  # noqa: E402
from wafaa.kit import clock  # noqa: E402
from wafaa.know.customers.models import Customer  # noqa: E402
from wafaa.stream.actions import record_event  # noqa: E402
from wafaa.stream.rules import NewEvent  # noqa: E402

ORDER = {
    "en": {
        "subject": "Your order SO-20418 is on its way",
        "text": "Aramex brings it on Tuesday.",
        "url": "https://shop.example/orders/20418",
    },
    "ar": {
        "subject": "طلبك SO-20418 في الطريق",
        "text": "تصلك الشحنة يوم الثلاثاء مع Aramex.",
        "url": "https://shop.example/orders/20418",
    },
}
CARD = {
    "en": {
        "subject": "Thank you, {{ customer.first_name }}",
        "text": "Keep your beans closed, dry and dark.\nThey are best within four weeks.",
    },
    "ar": {
        "subject": "شكرًا لك، {{ customer.first_name }}",
        "text": "أغلق كيس الحبوب واحفظه في مكان جاف ومظلم.\nهي في أفضل حالها خلال أربعة أسابيع.",
    },
}


def wait_for_customer(number: str, language: str) -> Customer:
    """Told as a shop would; the server hears it."""
    told = {"name": "نورة Al-Harbi", "language": language}
    record_event(
        event=NewEvent(
            message_id=f"test:{number}",
            type="identify",
            name="identify",
            distinct_id=number,
            occurred_at=clock.now(),
            properties=told,
        )
    )
    for _look in range(600):
        if found := Customer.objects.filter(distinct_ids__distinct_id=number).first():
            return found
        time.sleep(0.2)  # another process hears it
    raise SystemExit("the server heard nothing")


def main(number: str, language: str) -> None:
    customer = wait_for_customer(number, language)
    for step, texts in (("order", ORDER), ("card", CARD)):
        content = {code: {"in_app": told} for code, told in texts.items()}
        made = create_template(name=f"{step} {number}", purpose="service", content=content, by=None)
        template = set_state(template_uuid=made.uuid, state="ready", by=None)
        send(
            reason="test-inbox",
            step=f"{number}-{step}",
            template=template.uuid,
            people=[Person(customer_id=customer.pk, channel="in_app")],
            purpose="service",
            lane="urgent",
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
