"""What the webhooks of Zammad's triggers say, as events: a ticket as it stands, and the article that set the trigger off."""

from datetime import datetime

from wafaa.listen.connectors.commerce import Person, tell_person
from wafaa.listen.connectors.payload import Payload, read_body, refuse
from wafaa.listen.connectors.rules import Reading, Received, Told
from wafaa.listen.connectors.support import Talk

# Names of states are a shop's own; these are what Zammad begins with.
ENDED = "closed, merged"
# The user of nobody.
_NOBODY = ("", "1")


def read_delivery(received: Received) -> Reading:
    """Every delivery tells the ticket's beginning too: its id makes it count once, whichever trigger comes first."""
    body = Payload(read_body(received.body))
    ticket, article = body.object("ticket"), body.object("article")
    if not ticket:
        raise refuse("ticket")
    person, told = _read_person(received, ticket)
    about = {
        "ticket_number": ticket.text("number", limit=100),
        "channel": _read_name(ticket, "create_article_type"),
        "team": _read_name(ticket, "group"),
        "agent": _name_user(ticket, "owner") if ticket.text("owner_id") not in _NOBODY else "",
    }
    talk = Talk(place=received.place, id=ticket.id(), person=person, about=about)
    now = received.received_at
    told.append(talk.start(ticket.moment("created_at", now=now) or now))
    if "id" in article:
        told += _read_article(talk, article, now)
    ends = str(received.settings.get("ended") or ENDED)
    if _read_name(ticket, "state").casefold() in {one.strip().casefold() for one in ends.split(",")}:
        told.append(
            talk.end(ticket.moment("close_at", now=now) or ticket.moment("updated_at", now=now) or now)
        )
    return Reading(told=told)


def _read_article(talk: Talk, article: Payload, now: datetime) -> list[Told]:
    """What the customer wrote or an agent answered; notes among the staff and the system's own are neither."""
    at, channel = article.moment("created_at", now=now) or now, _read_name(article, "type")
    sender = "" if article.flag("internal") else _read_name(article, "sender").casefold()
    if sender == "customer":
        return [talk.receive(article.id(), at, channel=channel)]
    if sender == "agent":
        return [talk.reply(article.id(), at, channel=channel, agent=_name_user(article, "created_by"))]
    return []


def _read_person(received: Received, ticket: Payload) -> tuple[Person, list[Told]]:
    if not isinstance(ticket.values.get("customer"), dict):
        email = ticket.text("customer", limit=150)
        if "@" in email:
            return Person(distinct_id=f"email:{email.lower()}"), []
        return Person(distinct_id=f"anonymous:{received.place.uuid8}-{ticket.id()}", is_nobody=True), []
    customer = ticket.object("customer")
    person = Person(distinct_id=received.place.name_person(customer.id()))
    traits = {
        "name": _join(customer)[:300],
        "email": customer.text("email", limit=254),
        "phone": customer.first("mobile", "phone")[:30],
        "city": customer.text("city", limit=100),
        "country": customer.text("country", limit=100),
    }
    updated_at = customer.moment("updated_at", now=received.received_at) or received.received_at
    told = tell_person(
        received.place,
        distinct_id=person.distinct_id,
        traits=traits,
        updated_at=updated_at,
        object_id=customer.id(),
    )
    return person, [told]


def _read_name(payload: Payload, name: str) -> str:
    """Zammad gives some fields as an object with a name, some as the name itself."""
    if isinstance(payload.values.get(name), dict):
        return payload.object(name).text("name", limit=100)
    return payload.text(name, limit=100)


def _name_user(payload: Payload, name: str) -> str:
    if not isinstance(payload.values.get(name), dict):
        return payload.text(name, limit=100)
    return _join(payload.object(name)) or payload.object(name).text("email", limit=100)


def _join(user: Payload) -> str:
    parts = (user.text("firstname", limit=150), user.text("lastname", limit=150))
    return " ".join(part for part in parts if part)
