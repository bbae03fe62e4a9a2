"""The HubSpot connector: what it asks for, how its webhooks are checked."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from wafaa.listen.connectors.hubspot.exchange import fetch_named, fetch_page, push, start, test
from wafaa.listen.connectors.hubspot.reading import read_delivery
from wafaa.listen.connectors.rules import Connector, Field, Received
from wafaa.listen.connectors.signing import check_base64, check_window

# What HubSpot decodes of an address before it signs it; all else stays as it is.
_DECODED = {
    "%3A": ":",
    "%2F": "/",
    "%3F": "?",
    "%40": "@",
    "%21": "!",
    "%24": "$",
    "%27": "'",
    "%28": "(",
    "%29": ")",
    "%2A": "*",
    "%2C": ",",
    "%3B": ";",
}


def verify(received: Received, secrets: Mapping[str, str]) -> None:
    """Version 3: base64 of HMAC-SHA256 over method, address, body and timestamp; 5 minutes."""
    timestamp = received.headers.get("x-hubspot-request-timestamp", "")
    signed = b"POST" + decode_address(received.address).encode() + received.body + timestamp.encode()
    check_base64(received.headers.get("x-hubspot-signature-v3", ""), secrets.get("secret", ""), signed)
    check_window(timestamp, received.received_at)


def decode_address(address: str) -> str:
    for code, sign in _DECODED.items():
        address = address.replace(code, sign).replace(code.lower(), sign)
    return address


CONNECTOR = Connector(
    key="hubspot",
    name="HubSpot",
    brings=_(
        "Contacts both ways: what changes in HubSpot changes here, and new or changed customers appear there."
    ),
    group="contacts",
    fields=(
        Field(
            key="token",
            label=_("Access token of the private app"),
            help=_("It needs crm.objects.contacts.read and crm.objects.contacts.write."),
            is_secret=True,
        ),
        Field(
            key="secret",
            label=_("Client secret of the app"),
            help=_("HubSpot signs what it sends with it."),
            is_secret=True,
        ),
        Field(
            key="direction",
            label=_("Contacts go"),
            choices=(("both", _("both ways")), ("in", _("only from HubSpot to here"))),
            initial="both",
        ),
    ),
    steps=(
        _("In HubSpot open Settings › Integrations › Private apps and create an app."),
        _("Give it these scopes: {scopes}."),
        _("Under Webhooks enter {address} and subscribe to contacts: created, deleted, property changed."),
        _("Subscribe to these properties: {properties}."),
    ),
    facts={
        "scopes": "crm.objects.contacts.read, crm.objects.contacts.write",
        "properties": "email, firstname, lastname, phone, mobilephone, city, country, hs_language",
    },
    verify=verify,
    read=read_delivery,
    test=test,
    start=start,
    next_page=fetch_page,
    fetch=fetch_named,
    push=push,
)
