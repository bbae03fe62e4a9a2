"""The Zammad connector: what it asks for, how its webhooks are checked."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from wafaa.listen.connectors.rules import Connector, Field, Received
from wafaa.listen.connectors.signing import check_hex
from wafaa.listen.connectors.zammad.reading import ENDED, read_delivery


def verify(received: Received, secrets: Mapping[str, str]) -> None:
    """sha1= and the hex HMAC-SHA1 of the raw body. Zammad signs no time: a delivery has its own id, an article too."""
    given = received.headers.get("x-hub-signature", "")
    check_hex(given, secrets.get("secret", ""), received.body, algorithm="sha1", prefix="sha1=")


def get_delivery_id(received: Received) -> str:
    return received.headers.get("x-zammad-delivery", "")


CONNECTOR = Connector(
    key="zammad",
    name="Zammad",
    brings=_(
        "Tickets: when they are opened, each message and each reply with its agent, and when they are closed."
    ),
    group="help",
    fields=(
        Field(
            key="secret",
            label=_("Signature token"),
            help=_(
                "Leave it empty to have one made; it belongs into the webhook's “HMAC SHA1 Signature Token”."
            ),
            is_secret=True,
            is_made_here=True,
            is_required=False,
        ),
        Field(
            key="ended",
            label=_("States that end a ticket"),
            help=_("As they are called in your Zammad, with commas between."),
            is_required=False,
            initial=ENDED,
        ),
    ),
    steps=(
        _("In Zammad open Manage › Webhook and add one with this address: {address}"),
        _("Enter this signature token: {secret}"),
        _(
            "Under Manage › Trigger make a trigger for tickets that are created or updated, and let it call the webhook."
        ),
    ),
    verify=verify,
    read=read_delivery,
    delivery_id=get_delivery_id,
    # Zammad tries four times and keeps the error where its administrators see it.
    unreadable_status=422,
)
