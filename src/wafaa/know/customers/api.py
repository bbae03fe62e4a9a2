"""Customers for programs: finding, reading and changing them, and what happened to them."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Query, Router, Schema
from pydantic import AfterValidator, StrictBool, StrictFloat, StrictInt

from wafaa.access.keys.api import ReadKey, WriteKey, identify_key
from wafaa.kit.api import PAGE_ITEMS, CleanText, Closed, Cursor, Limit, Page, ShortText, cut_page
from wafaa.kit.cursors import InvalidCursor, read_cursor, write_cursor
from wafaa.kit.pagination import Stretch
from wafaa.know.customers.actions import change_profile
from wafaa.know.customers.errors import OwnValueWrong
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_customer, get_timeline, list_customers, list_fields
from wafaa.know.customers.rules import NUMBER_MAX, OwnValue, read_email, read_properties, read_told_value
from wafaa.stream.rules import StoredEvent

router = Router(auth=ReadKey(), tags=["customers"])

EMAIL_MAX = 254  # of the column, and of an address that mail servers accept
ATTRIBUTES_MAX = 100


def _check_email(text: str) -> str:
    if not text:
        return text
    address = read_email(text)
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError(gettext_noop("This is no e-mail address.")) from error
    if len(address) > EMAIL_MAX:
        raise ValueError(gettext_noop("This is no e-mail address."))
    return text


def _check_number(number: float) -> float:
    if not abs(number) <= NUMBER_MAX:
        raise ValueError(gettext_noop("Numbers beyond 10^15 lose digits; send them as text."))
    return number


class CustomerItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    customer_number: str = Field(description=gettext_noop("The shop's number; empty where none was told."))
    name: str = Field(description=gettext_noop("The name."))
    email: str = Field(description=gettext_noop("In lower case."))
    phone: str = Field(description=gettext_noop("As E.164 where it could be read, else as told."))
    language: str = Field(description=gettext_noop("Such as ar or en."))
    country: str = Field(description=gettext_noop("As the source told it."))
    city: str = Field(description=gettext_noop("As the source told it."))
    birth_date: date | None = Field(description=gettext_noop("Null where it is unknown."))
    attributes: dict[str, Any] = Field(description=gettext_noop("Own fields of the business."))
    source: str = Field(description=gettext_noop("Which system spoke of them first."))
    created_at: datetime = Field(description=gettext_noop("When we first heard of them."))


class EventItem(Schema):
    id: str = Field(description=gettext_noop("The event's message id."))
    type: str = Field(description=gettext_noop("identify, track, page …"))
    name: str = Field(description=gettext_noop("Such as Order Completed."))
    occurred_at: datetime = Field(description=gettext_noop("When it happened."))
    received_at: datetime = Field(description=gettext_noop("When we were told."))
    properties: dict[str, Any] = Field(description=gettext_noop("What was told of it, as it was told."))
    source: str = Field(description=gettext_noop("Which system told it."))


class CustomerQuestion(Closed):
    q: ShortText = Field(
        "", description=gettext_noop("Words of the name, e-mail, phone or ids, or their beginnings.")
    )
    country: ShortText = Field(
        "", description=gettext_noop("Customers of this country, as the source told it.")
    )
    email: ShortText = Field("", description=gettext_noop("Customers with exactly this e-mail address."))
    customer_number: ShortText = Field("", description=gettext_noop("Customers with exactly this number."))
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


class TimelineQuestion(Closed):
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


Name = Annotated[CleanText, Field(max_length=300)]
Email = Annotated[CleanText, Field(max_length=320), AfterValidator(_check_email)]
Phone = Annotated[CleanText, Field(max_length=40)]
Language = Annotated[CleanText, Field(max_length=10, pattern=r"^([A-Za-z]{2,3}([-_][A-Za-z0-9]{2,4})?)?$")]
Key = Annotated[CleanText, Field(min_length=1, max_length=100)]
Text = Annotated[CleanText, Field(max_length=1000)]
Number = Annotated[StrictInt | StrictFloat, AfterValidator(_check_number)]


class CustomerChange(Closed):
    name: Name | None = Field(None, description=gettext_noop("The name; null or empty takes it away."))
    email: Email | None = Field(
        None, description=gettext_noop("The e-mail address; null or empty takes it away.")
    )
    phone: Phone | None = Field(None, description=gettext_noop("The phone; null or empty takes it away."))
    language: Language | None = Field(None, description=gettext_noop("Such as ar or en."))
    attributes: dict[Key, StrictBool | Number | Text | None] | None = Field(
        None,
        max_length=ATTRIBUTES_MAX,
        description=gettext_noop(
            "Own fields to set, each by a value of its kind; null takes one away, those not named stay."
        ),
    )


@router.get(
    "/customers",
    response=Page[CustomerItem],
    summary=gettext_noop("List customers"),
    description=gettext_noop("All customers, those we heard of last come first."),
    operation_id="list_customers",
)
def customers(request: HttpRequest, asked: Annotated[CustomerQuestion, Query()]) -> Any:
    found = list_customers(search=asked.q, country=asked.country)
    if asked.email:
        found = found.filter(email=read_email(asked.email))
    if asked.customer_number:
        found = found.filter(external_id=asked.customer_number)
    stretch = Stretch(rows=found, key="id", is_descending=True)
    question = {"list": "customers", **asked.model_dump(exclude={"cursor", "limit"})}
    return cut_page([stretch], cursor=asked.cursor, limit=asked.limit, question=question, say=_say_customer)


@router.get(
    "/customers/{uuid:customer_id}",
    response=CustomerItem,
    summary=gettext_noop("Get a customer"),
    operation_id="get_customer",
)
def customer(request: HttpRequest, customer_id: uuid.UUID) -> Any:
    return _say_customer(get_customer(customer_id))


@router.patch(
    "/customers/{uuid:customer_id}",
    response=CustomerItem,
    auth=WriteKey(),
    summary=gettext_noop("Change a customer"),
    description=gettext_noop(
        "Only what is sent changes. The audit trail names the key. A later event about the customer writes over it."
    ),
    operation_id="change_customer",
)
def change(request: HttpRequest, customer_id: uuid.UUID, told: Annotated[CustomerChange, Body()]) -> Any:
    given = told.model_dump(exclude_unset=True)
    own_values = _read_own_values(given.pop("attributes", None) or {})
    changed = change_profile(
        customer=get_customer(customer_id),
        changes={field: (value or "").strip() for field, value in given.items()},
        own_values=own_values,
        by=None,
        via=str(identify_key(request)),
    )
    return _say_customer(changed)


@router.get(
    "/customers/{uuid:customer_id}/timeline",
    response=Page[EventItem],
    summary=gettext_noop("What happened to a customer"),
    description=gettext_noop("Every event of the customer, newest first."),
    operation_id="get_timeline",
)
def timeline(
    request: HttpRequest, customer_id: uuid.UUID, asked: Annotated[TimelineQuestion, Query()]
) -> Any:
    shown = get_customer(customer_id)
    question = {"list": "timeline", "customer": shown.uuid}
    try:
        events, place = get_timeline(shown, place=read_cursor(asked.cursor, question), limit=asked.limit)
    except ValueError as error:
        raise InvalidCursor from error
    return {
        "items": [_say_event(event) for event in events],
        "next_cursor": write_cursor(place, question) or None,
    }


def _read_own_values(told: Mapping[str, OwnValue]) -> dict[str, OwnValue]:
    """Values of defined fields as their kinds mean them, others as they were sent. Raises OwnValueWrong."""
    fields = {own.key: own for own in list_fields()}
    values = {}
    for key, value in told.items():
        own = fields.get(key)
        try:
            values[key] = read_told_value(own.kind, value, own.choices) if own else value
        except ValueError as error:
            raise OwnValueWrong(field=key, kind=fields[key].kind) from error
    return values


def _say_customer(one: Customer) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "customer_number": one.external_id,
        "name": one.name,
        "email": one.email,
        "phone": one.phone,
        "language": one.language,
        "country": one.country,
        "city": one.city,
        "birth_date": one.birth_date,
        "attributes": one.attributes,
        "source": one.source,
        "created_at": one.created_at,
    }


def _say_event(event: StoredEvent) -> dict[str, Any]:
    return {
        "id": str(event.message_id),
        "type": event.type,
        "name": event.name,
        "occurred_at": event.occurred_at,
        "received_at": event.received_at,
        "properties": read_properties(event.properties),
        "source": event.source,
    }
