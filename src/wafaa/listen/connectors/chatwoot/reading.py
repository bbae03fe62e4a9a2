"""What Chatwoot's webhooks say, as events."""

from collections.abc import Mapping

from wafaa.listen.connectors.commerce import Person
from wafaa.listen.connectors.payload import Payload, read_body
from wafaa.listen.connectors.rules import Reading, Received, Told
from wafaa.listen.connectors.support import Talk, tell_contact

# Older releases tell the kind of a message by its number.
INCOMING = ("incoming", "0")
OUTGOING = ("outgoing", "1")
# "conversation_resolved" is what older releases and bots say of the same change.
ENDED = frozenset({"conversation_status_changed", "conversation_resolved"})
# Channel::WebWidget and its like, as people say it
CHANNELS: Mapping[str, str] = {
    "Channel::WebWidget": "chat",
    "Channel::Api": "api",
    "Channel::Email": "email",
    "Channel::FacebookPage": "facebook",
    "Channel::Instagram": "instagram",
    "Channel::Line": "line",
    "Channel::Sms": "sms",
    "Channel::Telegram": "telegram",
    "Channel::TwilioSms": "sms",
    "Channel::Tiktok": "tiktok",
    "Channel::Whatsapp": "whatsapp",
}


def read_delivery(received: Received) -> Reading:
    """One webhook: the object with its event's name beside its fields."""
    body = Payload(read_body(received.body))
    event = body.text("event")
    if event == "message_created":
        return Reading(told=_read_message(received, body))
    if event == "conversation_created":
        return Reading(told=_read_start(received, body))
    if event in ENDED and (event == "conversation_resolved" or body.text("status") == "resolved"):
        return Reading(told=_read_end(received, body))
    if event in ("contact_created", "contact_updated") and "id" in body:
        return Reading(told=_tell_contact(received, body, received.place.name_person(body.id())))
    return Reading()


def _read_start(received: Received, conversation: Payload) -> list[Told]:
    talk, known = _read_talk(received, conversation)
    at = conversation.moment("created_at", now=received.received_at) or received.received_at
    return [*known, talk.start(at)]


def _read_end(received: Received, conversation: Payload) -> list[Told]:
    talk, known = _read_talk(received, conversation)
    at = (
        conversation.moment("updated_at", now=received.received_at)
        or conversation.moment("timestamp", now=received.received_at)
        or received.received_at
    )
    return [*known, talk.end(at)]


def _read_message(received: Received, message: Payload) -> list[Told]:
    """What a customer or an agent wrote; notes among the staff and what a bot says by itself are neither."""
    kind, sender, conversation = (
        message.text("message_type"),
        message.object("sender"),
        message.object("conversation"),
    )
    at = message.moment("created_at", now=received.received_at) or received.received_at
    if message.flag("private"):
        return []
    if kind in INCOMING:
        talk, known = _read_talk(received, conversation, sender)
        return [*known, talk.receive(message.id(), at)]
    if kind in OUTGOING and sender and sender.text("type") in ("user", ""):
        talk, known = _read_talk(received, conversation)
        return [*known, talk.reply(message.id(), at, agent=sender.first("name", "email"))]
    return []


def _read_talk(
    received: Received, conversation: Payload, sender: Payload | None = None
) -> tuple[Talk, list[Told]]:
    person, known = _read_person(received, conversation, sender)
    assignee = conversation.object("meta").object("assignee")
    channel = conversation.text("channel", limit=100)
    about = {"channel": CHANNELS.get(channel, channel), "agent": assignee.first("name", "email")}
    talk = Talk(place=received.place, id=_name(conversation), person=person, about=about)
    return talk, known


def _name(conversation: Payload) -> str:
    return conversation.some_id() or conversation.id("display_id")


def _read_person(
    received: Received, conversation: Payload, sender: Payload | None = None
) -> tuple[Person, list[Told]]:
    """The contact, under the shop's own number where Chatwoot has checked it (anybody can claim one in a browser)."""
    meta = conversation.object("meta")
    contact = meta.object("sender") or sender or Payload({})
    is_checked = meta.flag("hmac_verified") or conversation.object("contact_inbox").flag("hmac_verified")
    contact_id = contact.some_id()
    if not contact_id:
        nobody = f"anonymous:{received.place.uuid8}-{_name(conversation)}"
        return Person(distinct_id=nobody, is_nobody=True), []
    distinct_id = contact.some_id("identifier") if is_checked else ""
    person = Person(distinct_id=distinct_id or received.place.name_person(contact_id))
    return person, _tell_contact(received, contact, person.distinct_id)


def _tell_contact(received: Received, contact: Payload, distinct_id: str) -> list[Told]:
    """Nothing where Chatwoot knows neither address nor number: its names of visitors are made up."""
    traits = {
        "name": contact.text("name", limit=300),
        "email": contact.text("email", limit=254),
        "phone": contact.text("phone_number", limit=30),
    }
    if not traits["email"] and not traits["phone"]:
        return []
    return [
        tell_contact(
            received.place,
            distinct_id=distinct_id,
            traits=traits,
            at=received.received_at,
            object_id=contact.id(),
        )
    ]
