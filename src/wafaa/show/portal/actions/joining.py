"""Whoever is new and proved an address becomes a customer, with what they said yes to."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction

from wafaa.access.sessions.rules import Origin
from wafaa.decide.loyalty.actions import join as join_programme
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.know.consents.actions import set_consent
from wafaa.know.consents.rules import Purpose
from wafaa.know.customers.actions import identify_customers
from wafaa.know.customers.models import Customer
from wafaa.know.customers.rules import Traits
from wafaa.show.portal.actions.entering import go_in
from wafaa.show.portal.errors import NameMissing, PortalClosed, ProofOver
from wafaa.show.portal.models import Entry
from wafaa.show.portal.queries import find_consent_text, find_people, get_portal
from wafaa.show.portal.wallets import list_joinable
from wafaa.stream.actions import record_event
from wafaa.stream.rules import NewEvent

SOURCE = "portal"
NAME_MAX = 200
# What is asked for when somebody joins; a box left empty says nothing, neither yes nor no.
ASKED = (Purpose.MARKETING.value, Purpose.SURVEYS.value)


@transaction.atomic
def join(
    *,
    entry: Entry,
    name: str,
    birth_date: date | None,
    language: str,
    agreed: Collection[str],
    origin: Origin,
) -> str:
    """Known at once, and told to the stream, which settles who is one with whom; a member of every programme that one joins.
    Returns what the session's cookie holds.

    Raises NameMissing, PortalClosed (nobody may join), ProofOver (the address is somebody's meanwhile, or was used).
    """
    name = " ".join(name.split())[:NAME_MAX]
    if not name:
        raise NameMissing
    if not get_portal().may_join:
        raise PortalClosed
    held = Entry.objects.select_for_update().filter(pk=entry.pk, entered_at=None).first()
    if held is None or find_people(held.way, held.address) != []:
        raise ProofOver
    told: dict[str, Any] = {
        "name": name,
        "language": language,
        "email" if held.way == "email" else "phone": held.address,
    }
    if birth_date:
        told["birthday"] = birth_date.isoformat()
    distinct_id = f"{SOURCE}:{new_id()}"
    identify_customers(told=[(distinct_id, Traits(**told))], sources={distinct_id: SOURCE})
    customer = Customer.objects.get(distinct_ids__distinct_id=distinct_id)
    record_event(
        event=NewEvent(
            message_id=f"portal:identify:{held.uuid}",
            type="identify",
            name="identify",
            distinct_id=distinct_id,
            occurred_at=clock.now(),
            properties=told,
            source=SOURCE,
        )
    )
    _note_consents(customer, held, language, agreed)
    for programme in list_joinable(customer):
        join_programme(programme=programme, customer_id=customer.pk, via=SOURCE)
    return go_in(entry=held, customer=customer, origin=origin)


def _note_consents(customer: Customer, entry: Entry, language: str, agreed: Collection[str]) -> None:
    for purpose in ASKED:
        if purpose not in agreed:
            continue
        shown = find_consent_text(entry.way, purpose, language)
        set_consent(
            customer=customer,
            channel=entry.way,
            purpose=purpose,
            is_given=True,
            place=SOURCE,
            text_version=shown.version if shown else "",
            proof={"entry": str(entry.uuid), "language": language},
            by=None,
            via=SOURCE,
        )
