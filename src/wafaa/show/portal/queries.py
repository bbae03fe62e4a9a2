"""Reading for the portal: whose an address is, who is inside, what waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet, Sum

from wafaa.access.business.queries import get_business
from wafaa.act.messages.models import Look, TopicRefusal
from wafaa.act.messages.queries import find_site, get_house, list_carried_channels, list_topics
from wafaa.kit import clock
from wafaa.know.consents.models import ConsentText, say_purpose
from wafaa.know.consents.queries import list_standings
from wafaa.know.consents.rules import Purpose, is_allowed_unasked
from wafaa.know.customers.actions import find_family, get_default_region
from wafaa.know.customers.models import Customer
from wafaa.know.customers.rules import read_email, read_phone
from wafaa.know.orders.models import Order
from wafaa.listen.surveys.models import Invitation
from wafaa.listen.surveys.queries import get_content, make_url
from wafaa.listen.surveys.rules import SurveyState
from wafaa.show.portal.errors import AddressUnreadable
from wafaa.show.portal.models import MemberCard, MemberSession, Portal, Wish
from wafaa.show.portal.rules import (
    SHARERS_MAX,
    WISH_LASTS,
    digest_token,
    is_over,
    is_proof,
    read_card,
    read_card_number,
)

# An address that thousands share is nobody's; so many rows show it.
LOOKED_AT = 50
CHOSEN_WAYS = ("email", "sms", "whatsapp")
CHOSEN_PURPOSES = (Purpose.MARKETING.value, Purpose.SURVEYS.value, Purpose.SERVICE.value)


def get_portal() -> Portal:
    return Portal.objects.filter(id=1).first() or Portal(id=1)


def get_look() -> Look:
    """Colour, logo and digits: those of the messages."""
    return Look.objects.filter(id=1).first() or Look(id=1)


def get_site() -> str:
    """The address by which members reach the portal; never taken from what a request says of itself."""
    return find_site(get_house(), settings.CSRF_TRUSTED_ORIGINS)


def list_ways(portal: Portal) -> list[str]:
    """By which codes can go out now. The demo's mailbox keeps what nobody carries."""
    carried = list_carried_channels()
    has_all = get_business().shows_demo
    ways = ["email"] if settings.EMAIL_HOST or has_all or "email" in carried else []
    if "sms" in carried or has_all:
        ways.append("sms")
    if "whatsapp" in carried and portal.whatsapp_template:
        ways.append("whatsapp")
    return ways


def read_address(text: str, way: str, ways: Sequence[str]) -> tuple[str, str]:
    """(way, address) of what somebody typed into the one field. Raises AddressUnreadable."""
    text = text.strip()[:254]
    if "@" in text:
        address = read_email(text)
        name, _at, domain = address.rpartition("@")
        if "email" in ways and name and "." in domain and " " not in address and "@" not in name:
            return "email", address
        raise AddressUnreadable
    wanted = way if way in ways and way != "email" else next((one for one in ways if one != "email"), "")
    number = read_phone(text, "", get_default_region())
    if not wanted or not number.startswith("+") or not number[1:].isdigit():
        raise AddressUnreadable
    return wanted, number


def find_people(way: str, address: str) -> list[Customer] | None:
    """Whose address it is, merged ones counted as whom they were merged into; None where it is so many people's that it is
    nobody's.
    """
    field = "email" if way == "email" else "phone"
    holders = list(Customer.objects.filter(**{field: address}).order_by("id")[:LOOKED_AT])
    found: dict[int, Customer] = {}
    for one in holders:
        root = find_root(one)
        found[root.pk] = root
    return None if len(found) > SHARERS_MAX else [found[pk] for pk in sorted(found)]


def find_root(customer: Customer) -> Customer:
    """Of who was merged into another, that other."""
    while customer.merged_into_id is not None:
        customer = Customer.objects.get(pk=customer.merged_into_id)
    return customer


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who is inside, and by which session."""

    session: MemberSession
    customer: Customer
    token: str


def find_visit(token: str) -> Visit | None:
    """None where the session is over, or the address by which it was opened is not the customer's any more."""
    if not token or len(token) > 100:
        return None
    session = MemberSession.objects.select_related("customer").filter(key=digest_token(token)).first()
    if session is None or is_over(opened_at=session.opened_at, seen_at=session.seen_at, now=clock.now()):
        return None
    customer = find_root(session.customer)
    if not _has_address(customer, session):
        return None
    return Visit(session=session, customer=customer, token=token)


def _has_address(customer: Customer, session: MemberSession) -> bool:
    field = "email" if session.way == "email" else "phone"
    if getattr(customer, field) == session.address:
        return True
    family = find_family([customer.pk])
    return len(family) > 1 and Customer.objects.filter(pk__in=family, **{field: session.address}).exists()


def list_sessions(customer: Customer) -> QuerySet[MemberSession]:
    """The last used first."""
    return MemberSession.objects.filter(customer__in=find_family([customer.pk])).order_by("-seen_at")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One box of the preferences."""

    channel: str
    purpose: str
    label: Any
    is_given: bool

    @property
    def name(self) -> str:
        return f"{self.channel}.{self.purpose}"


def read_choices(customer: Customer) -> list[Choice]:
    """By which ways the customer can be reached, and for what, as it stands: what was said, else what holds unasked."""
    said = {(one.channel, one.purpose): one.is_given for one in list_standings([customer.pk])[customer.pk]}
    reached = [way for way in CHOSEN_WAYS if (customer.email if way == "email" else customer.phone)]
    return [
        Choice(
            channel=way,
            purpose=purpose,
            label=say_purpose(purpose),
            is_given=said.get((way, purpose), is_allowed_unasked(way, purpose)),
        )
        for way in reached
        for purpose in CHOSEN_PURPOSES
    ]


def read_topics(customer: Customer, language: str) -> list[dict[str, Any]]:
    """What mails are about, and whether the customer wants to hear of it."""
    refused = set(
        TopicRefusal.objects.filter(customer=customer, channel="email").values_list("topic", flat=True)
    )
    return [
        {
            "key": one.key,
            "label": one.label_ar if language == "ar" else one.label_en,
            "is_wanted": one.key not in refused,
        }
        for one in list_topics()
    ]


def find_consent_text(channel: str, purpose: str, language: str) -> ConsentText | None:
    """The wording that is shown today, in the reader's language."""
    texts = ConsentText.objects.filter(
        channel=channel, purpose=purpose, language=language, since__lte=clock.today(get_business().zone)
    )
    return texts.order_by("-since", "-id").first()


def find_card_of(customer: Customer) -> MemberCard | None:
    return MemberCard.objects.filter(customer=customer, ended_at=None).first()


def find_card_holder(text: str) -> Customer | None:
    """Whose card was scanned or typed at the till, in whatever digits; None where it is no one's, or not any more."""
    number = read_card_number(text)
    found = (
        MemberCard.objects.select_related("customer").filter(number=number, ended_at=None).first()
        if number
        else None
    )
    return find_root(found.customer) if found else None


def find_present_holder(text: str) -> Customer | None:
    """Who shows their card on their own page at this moment: by the whole code on it, number and proof. Else None."""
    number, proof = read_card(text)
    if not proof or not is_proof(number, proof, clock.now()):
        return None
    return find_card_holder(number)


def list_wishes(customer: Customer) -> dict[str, datetime]:
    """What was asked of the shop within the month, and when."""
    open_ones = Wish.objects.filter(customer=customer, done_at=None, asked_at__gt=clock.now() - WISH_LASTS)
    return dict(open_ones.values_list("what", "asked_at"))


def list_own_orders(customer: Customer) -> QuerySet[Any]:
    """The newest first, each with what was given back of it."""
    found = Order.objects.filter(customer=customer).select_related("store")
    return found.annotate(refunded_minor=Sum("refunds__amount_minor")).order_by("-ordered_at", "-id")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A survey that somebody was invited to and did not answer."""

    title: str
    url: str
    is_anonymous: bool


def list_waiting(customer: Customer, language: str) -> list[Waiting]:
    """The newest first; of one survey only the newest invitation, five at most."""
    now = clock.now()
    invitations = (
        Invitation.objects.filter(customer=customer, answered_at=None, sent_at__isnull=False)
        .filter(Q(expires_at=None) | Q(expires_at__gt=now))
        .filter(survey__state=SurveyState.OPEN.value, survey__current_version__isnull=False)
        .filter(Q(survey__closes_at=None) | Q(survey__closes_at__gt=now))
        .filter(collector__is_stopped=False)
        .select_related("survey")
        .order_by("-id")[:20]
    )
    found: dict[int, Waiting] = {}
    for one in invitations:
        if one.survey_id in found or len(found) == 5:
            continue
        version = one.survey.current_version_id
        assert version is not None  # asked for above
        content = get_content(version)
        title = content.title.get(language) or content.title.get(content.main_language) or one.survey.name
        found[one.survey_id] = Waiting(
            title=title, url=f"{make_url(one.token)}?lang={language}", is_anonymous=content.anonymous
        )
    return list(found.values())


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Where the customer is signed in, their cards, and what they asked for."""
    found: dict[str, Any] = {
        "member_sign_ins": MemberSession.objects.filter(customer=customer_id)
        .order_by("opened_at")
        .values("way", "address", "opened_at", "seen_at", "device", "network"),
        "member_cards": MemberCard.objects.filter(customer=customer_id)
        .order_by("id")
        .values("number", "made_at", "ended_at"),
        "member_wishes": Wish.objects.filter(customer=customer_id)
        .order_by("id")
        .values("what", "asked_at", "done_at"),
    }
    return {name: list(rows) for name, rows in found.items()}
