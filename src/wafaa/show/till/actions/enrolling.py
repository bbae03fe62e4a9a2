"""Somebody becomes a member at the till: a phone, a name, what they agree to."""

from collections.abc import Collection
from typing import Any

from django.db import connection

from wafaa.act.messages.queries import list_carried_channels
from wafaa.decide.loyalty.actions import join as join_programme
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.rules import State
from wafaa.kit.sql import load_sql
from wafaa.know.consents.actions import set_consent
from wafaa.know.consents.rules import Purpose
from wafaa.know.customers.actions import identify_customers
from wafaa.know.customers.models import Customer
from wafaa.know.customers.rules import Traits
from wafaa.show.portal.queries import find_consent_text, find_people
from wafaa.show.portal.rules import shorten_name
from wafaa.show.till.actions.noting import Counter, note, record
from wafaa.show.till.errors import NameNeeded, PhoneWrong, WhoSeveral
from wafaa.show.till.models import Deed
from wafaa.show.till.queries.deeds import name_message
from wafaa.show.till.queries.finding import find_who, read_dialled
from wafaa.show.till.rules import SOURCE, Told
from wafaa.stream.actions import record_event
from wafaa.stream.rules import NewEvent

LANGUAGES = ("ar", "en")
# What the cashier asks; nothing is ticked beforehand, and an empty box says nothing.
ASKED = (Purpose.MARKETING.value, Purpose.SURVEYS.value)


def enrol(told: Told, counter: Counter) -> Deed:
    """Whoever has the phone already joins as who they are. Raises PhoneWrong, NameNeeded, WhoSeveral."""
    phone, name = read_dialled(told.phone), " ".join(told.name.split())
    if not phone:
        raise PhoneWrong
    deed = note(told, counter, None)
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.show.till", "lock_phone"), {"phone": phone})
    people = find_people("sms", phone)
    if people is None or len(people) > 1:
        raise WhoSeveral
    if not people and not shorten_name(name):
        raise NameNeeded
    customer = people[0] if people else _make(deed, phone=phone, name=name, language=told.language)
    _note_consents(customer, counter, told)
    _join_all(customer, counter)
    deed.customer, deed.facts = customer, {"was_known": bool(people)}
    deed.save(update_fields=["customer", "facts"])
    record(deed, counter)
    return deed


def join(told: Told, counter: Counter) -> Deed:
    """A customer who is no member yet. Raises what find_who raises."""
    customer = find_who(told)
    deed = note(told, counter, customer)
    _join_all(customer, counter)
    record(deed, counter)
    return deed


def _make(deed: Deed, *, phone: str, name: str, language: str) -> Customer:
    """Known at once, and told to the stream, which settles who is one with whom."""
    told: dict[str, Any] = {"name": name, "phone": phone}
    if language in LANGUAGES:
        told["language"] = language
    distinct_id = f"{SOURCE}:{deed.uuid}"
    identify_customers(told=[(distinct_id, Traits(**told))], sources={distinct_id: SOURCE})
    record_event(
        event=NewEvent(
            message_id=name_message(deed.uuid),
            type="identify",
            name="identify",
            distinct_id=distinct_id,
            occurred_at=deed.at,
            properties=told,
            source=SOURCE,
        )
    )
    return Customer.objects.get(distinct_ids__distinct_id=distinct_id)


def list_ways() -> list[str]:
    """By which one may then write to a phone."""
    carried = list_carried_channels()
    return [way for way in ("sms", "whatsapp") if way in carried] or ["sms"]


def _note_consents(customer: Customer, counter: Counter, told: Told) -> None:
    agreed: Collection[str] = told.agreed
    language = told.language if told.language in LANGUAGES else LANGUAGES[0]
    for purpose in ASKED:
        for way in list_ways() if purpose in agreed else ():
            shown = find_consent_text(way, purpose, language)
            set_consent(
                customer=customer,
                channel=way,
                purpose=purpose,
                is_given=True,
                place=SOURCE,
                text_version=shown.version if shown else "",
                proof={"deed": str(told.id), "store": counter.code, "language": language},
                by=counter.staff,
                via=SOURCE,
            )


def _join_all(customer: Customer, counter: Counter) -> None:
    """Every live programme, as of when the cashier pressed: what they buy from then on counts."""
    for programme in Programme.objects.filter(state=State.LIVE).order_by("id"):
        join_programme(programme=programme, customer_id=customer.pk, via=SOURCE, at=counter.at)
