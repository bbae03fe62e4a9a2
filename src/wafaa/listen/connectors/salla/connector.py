"""The Salla connector: what it asks for, how its webhooks are checked."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from wafaa.listen.connectors.rules import Connector, Field, Received
from wafaa.listen.connectors.salla.past import fetch_page, refresh, start, test
from wafaa.listen.connectors.salla.reading import read_delivery
from wafaa.listen.connectors.signing import check_hex, check_token

EVENTS = (
    "order.created",
    "order.updated",
    "order.status.updated",
    "order.payment.updated",
    "order.cancelled",
    "order.refunded",
    "order.deleted",
    "shipment.created",
    "shipment.updated",
    "customer.created",
    "customer.updated",
    "abandoned.cart",
    "review.added",
    "product.created",
    "product.updated",
)


def verify(received: Received, secrets: Mapping[str, str]) -> None:
    """Strategy "signature": hex HMAC-SHA256 of the raw body; strategy "token": the secret itself in Authorization.

    Only the strategy that was chosen counts, whatever the request says of itself.
    """
    secret = secrets.get("secret", "")
    if received.settings.get("strategy") == "token":
        given = received.headers.get("authorization", "")
        scheme, _space, token = given.partition(" ")
        check_token(token.strip() if scheme.lower() == "bearer" else given, secret)
    else:
        check_hex(
            received.headers.get("x-salla-signature", "").removeprefix("sha256="), secret, received.body
        )


CONNECTOR = Connector(
    key="salla",
    name=_("Salla"),
    brings=_(
        "Orders, payments, deliveries, refunds, customers, abandoned carts and reviews of your Salla store, as they happen."
    ),
    fields=(
        Field(
            key="strategy",
            label=_("How Salla proves itself"),
            choices=(("signature", _("Signature (recommended)")), ("token", _("Token"))),
            initial="signature",
        ),
        Field(
            key="secret",
            label=_("Webhook secret"),
            help=_("As the app's webhook settings show it. Leave it empty to have one made."),
            is_secret=True,
            is_made_here=True,
            is_required=False,
        ),
        Field(
            key="token",
            label=_("Access token"),
            help=_(
                "Only to fetch past orders and customers. It needs orders.read, customers.read and carts.read."
            ),
            is_secret=True,
            is_required=False,
        ),
        Field(
            key="client_id",
            label=_("Client ID of the app"),
            help=_("Only where the token runs out: with both, a new one is fetched in time."),
            is_secret=True,
            is_required=False,
        ),
        Field(key="client_secret", label=_("Client secret of the app"), is_secret=True, is_required=False),
        Field(
            key="lines",
            label=_("Lines count"),
            choices=(("with_tax", _("with tax, as customers paid them")), ("without_tax", _("without tax"))),
            initial="with_tax",
        ),
    ),
    steps=(
        _("In the Salla partners' portal open your app and its webhooks."),
        _("Paste this address: {address}"),
        _("Choose the same way of proof as here, and this secret: {secret}"),
        _("Choose the events of orders, shipments, customers, abandoned carts, reviews and products."),
    ),
    verify=verify,
    read=read_delivery,
    test=test,
    start=start,
    next_page=fetch_page,
    refresh=refresh,
)
