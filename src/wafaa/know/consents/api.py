"""Consents for programs: how they stand for a customer, and what the customer said just now."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Router, Schema
from pydantic import AwareDatetime, StrictBool

from wafaa.access.keys.api import ReadKey, WriteKey, identify_key
from wafaa.kit.api import CleanText, Closed
from wafaa.know.consents.actions import set_consent
from wafaa.know.consents.queries import list_standings
from wafaa.know.consents.rules import TEXT_MAX, VERSION_MAX, Channel
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_customer

router = Router(auth=ReadKey(), tags=["customers"])
CONSENTS_MAX = 50

Word = Annotated[CleanText, Field(max_length=TEXT_MAX)]


class ConsentItem(Schema):
    channel: str = Field(
        description=gettext_noop("The way: email, sms, whatsapp, phone, push, post, in_app.")
    )
    purpose: str = Field(
        description=gettext_noop("What for: marketing, surveys, service, profiling, or a word of your own.")
    )
    given: bool = Field(description=gettext_noop("Whether the customer allows it."))
    at: datetime = Field(description=gettext_noop("When what holds was said."))


class ConsentList(Schema):
    consents: list[ConsentItem] = Field(
        description=gettext_noop(
            "How each consent stands; what nobody ever said anything about is not among them."
        )
    )


class ConsentWordChange(Closed):
    channel: Channel = Field(description=gettext_noop("The way by which the customer is reached."))
    purpose: Annotated[CleanText, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = Field(
        description=gettext_noop("What for: marketing, surveys, service, profiling, or a word of your own.")
    )
    given: StrictBool = Field(description=gettext_noop("True for a yes, false takes it back."))
    at: AwareDatetime | None = Field(
        None, description=gettext_noop("When the customer said so; now where it is left out.")
    )
    source: Word = Field("", description=gettext_noop("Where it was said: a form, a page, a till."))
    text_version: Annotated[CleanText, Field(max_length=VERSION_MAX)] = Field(
        "", description=gettext_noop("The version of the wording that was shown.")
    )
    proof: dict[Annotated[CleanText, Field(max_length=100)], Word | StrictBool | int | None] = Field(
        default_factory=dict,
        max_length=20,
        description=gettext_noop(
            "What shows it, such as the page and the form. An IP address only if you send one."
        ),
    )


class ConsentsChange(Closed):
    consents: list[ConsentWordChange] = Field(
        min_length=1,
        max_length=CONSENTS_MAX,
        description=gettext_noop("What the customer said; others stay."),
    )


@router.get(
    "/customers/{uuid:customer_id}/consents",
    response=ConsentList,
    summary=gettext_noop("What a customer allows"),
    operation_id="get_consents",
)
def consents(request: HttpRequest, customer_id: uuid.UUID) -> Any:
    return _say(get_customer(customer_id))


@router.put(
    "/customers/{uuid:customer_id}/consents",
    response=ConsentList,
    auth=WriteKey(),
    summary=gettext_noop("Say what a customer allows"),
    description=gettext_noop(
        "A withdrawal holds as soon as this is answered. The history keeps every word; the audit trail names the key."
    ),
    operation_id="set_consents",
)
def change(request: HttpRequest, customer_id: uuid.UUID, told: Annotated[ConsentsChange, Body()]) -> Any:
    customer, via = get_customer(customer_id), str(identify_key(request))
    with transaction.atomic():
        for one in told.consents:
            set_consent(
                customer=customer,
                channel=one.channel,
                purpose=one.purpose,
                is_given=one.given,
                at=one.at,
                place=one.source,
                text_version=one.text_version,
                proof=one.proof,
                by=None,
                via=via,
            )
    return _say(customer)


def _say(customer: Customer) -> dict[str, Any]:
    return {
        "consents": [
            {"channel": one.channel, "purpose": one.purpose, "given": one.is_given, "at": one.at}
            for one in list_standings([customer.pk])[customer.pk]
        ]
    }
