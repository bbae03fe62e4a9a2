"""The Chatwoot connector: what it asks for, how its webhooks are checked."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from wafaa.listen.connectors.chatwoot.reading import read_delivery
from wafaa.listen.connectors.rules import Connector, Field, Received
from wafaa.listen.connectors.signing import check_hex, check_token, check_window


def verify(received: Received, secrets: Mapping[str, str]) -> None:
    """sha256= and the hex HMAC of "timestamp.body", 5 minutes; of releases that sign nothing, the secret in the address."""
    secret = secrets.get("secret", "")
    if received.settings.get("strategy") == "address":
        check_token(received.query.get("token", ""), secret)
        return
    timestamp = received.headers.get("x-chatwoot-timestamp", "")
    signed = timestamp.encode() + b"." + received.body
    check_hex(received.headers.get("x-chatwoot-signature", ""), secret, signed, prefix="sha256=")
    check_window(timestamp, received.received_at)


def get_delivery_id(received: Received) -> str:
    return received.headers.get("x-chatwoot-delivery", "")


CONNECTOR = Connector(
    key="chatwoot",
    name="Chatwoot",
    brings=_(
        "Conversations: when they begin, each message and each reply with its agent, and when they end."
    ),
    group="help",
    fields=(
        Field(
            key="strategy",
            label=_("How Chatwoot proves itself"),
            choices=(
                ("signature", _("Signature (Chatwoot 4.12 and later)")),
                ("address", _("Secret in the address (older releases)")),
            ),
            initial="signature",
        ),
        Field(
            key="secret",
            label=_("Secret of the webhook"),
            help=_(
                "Chatwoot shows it when the webhook is made. For older releases leave it empty to have one made."
            ),
            is_secret=True,
            is_made_here=True,
            is_required=False,
        ),
    ),
    steps=(
        _("In Chatwoot open Settings › Integrations › Webhooks and add a webhook."),
        _("Paste this address: {address}"),
        _("For older releases add the secret behind it: ?token={secret}"),
        _("Choose: conversation created, conversation status changed, message created, contact updated."),
    ),
    verify=verify,
    read=read_delivery,
    delivery_id=get_delivery_id,
)
