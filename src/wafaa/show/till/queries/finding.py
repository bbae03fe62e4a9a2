"""Who stands before the till: by card, phone, e-mail or number, each whole. Nobody is found by a part of anything."""

from dataclasses import dataclass, field

import phonenumbers

from wafaa.decide.rewards.errors import RedemptionMissing
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.queries import find_redemption
from wafaa.kit.text import latin_digits, without_marks
from wafaa.know.customers.actions import get_default_region
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_customer
from wafaa.show.portal.queries import find_card_holder, find_people
from wafaa.show.till.errors import EnrolmentMissing, WhoMissing, WhoSeveral
from wafaa.show.till.models import Deed
from wafaa.show.till.rules import DeedKind, Told

# More of one number than this is the shop's mistake, for the console to put right.
NAMESAKES_MAX = 5


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Whom it may be; and the phone that was meant, to enrol somebody new with."""

    people: list[Customer] = field(default_factory=list)
    phone: str = ""
    is_shared: bool = False  # so many people's that it is nobody's
    code: str = ""  # of a reward that they show


def find_seen(text: str) -> Seen:
    text = without_marks(text)[:254]
    if holder := find_card_holder(text):
        return Seen(people=[holder])
    if (shown := find_shown(text)) and shown.customer:
        return Seen(people=[get_customer(shown.customer.uuid)], code=shown.shown)
    if "@" in text:
        return _see("email", text.lower())
    if numbered := list(_find_numbered(text)):
        return Seen(people=numbered)
    phone = read_dialled(text)
    return _see("sms", phone) if phone else Seen()


def find_shown(code: str) -> Redemption | None:
    """What a member redeemed on their own page and shows at the till."""
    try:
        return find_redemption(code)
    except RedemptionMissing:
        return None


def _see(way: str, address: str) -> Seen:
    people = find_people(way, address)
    phone = "" if way == "email" else address
    return Seen(people=people or [], phone=phone, is_shared=people is None)


def _find_numbered(text: str) -> list[Customer]:
    """By the shop's own number for them, in digits of either kind."""
    number = latin_digits(text)
    if not number:
        return []
    found = Customer.objects.filter(external_id__in={number, text}, merged_into=None).order_by("id")
    return list(found[:NAMESAKES_MAX])


def read_dialled(text: str) -> str:
    """E.164 of a phone as people write it: 05…, 9665…, 00966…, +966…, in digits of either kind; "" for what is none."""
    given, region = latin_digits(without_marks(text)), get_default_region()
    for told in (given, f"+{given}"):
        try:
            number = phonenumbers.parse(told, region or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return ""


def find_who(told: Told) -> Customer:
    """Whom a deed is for. Raises CustomerMissing, EnrolmentMissing, WhoMissing, WhoSeveral."""
    if told.customer is not None:
        return get_customer(told.customer)
    if told.enrol is not None:
        deed = Deed.objects.filter(uuid=told.enrol, kind=DeedKind.ENROL).select_related("customer").first()
        if deed is None or deed.customer is None:
            raise EnrolmentMissing
        return get_customer(deed.customer.uuid)
    people = find_seen(told.who).people
    if not people:
        raise WhoMissing
    if len(people) > 1:
        raise WhoSeveral
    return people[0]
