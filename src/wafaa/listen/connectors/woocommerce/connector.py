"""What connecting a WooCommerce shop takes, and how its webhooks are checked."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from wafaa.listen.connectors.rules import Connector, Field, Received
from wafaa.listen.connectors.signing import check_base64
from wafaa.listen.connectors.woocommerce.past import next_page, start, subscribe, test, unsubscribe
from wafaa.listen.connectors.woocommerce.reading import is_ping, read


def verify(received: Received, secrets: Mapping[str, str]) -> None:
    """Base64 of HMAC-SHA256 over the raw body. WooCommerce signs no time; what comes again is known by the versions it tells."""
    check_base64(received.headers.get("x-wc-webhook-signature", ""), secrets.get("secret", ""), received.body)


def get_delivery_id(received: Received) -> str:
    return received.headers.get("x-wc-webhook-delivery-id", "")


CONNECTOR = Connector(
    key="woocommerce",
    name="WooCommerce",
    brings=_("Customers, products, orders, payments, cancellations and refunds."),
    group="shop",
    fields=(
        Field(
            key="shop",
            label=_("Address of the shop"),
            help=_("As customers see it, such as https://nujum.example."),
        ),
        Field(
            key="consumer_key",
            label=_("Consumer key"),
            help=_("Of a REST API key with the permission Read/Write. It begins with ck_."),
            is_secret=True,
        ),
        Field(
            key="consumer_secret",
            label=_("Consumer secret"),
            help=_("Of the same key. It begins with cs_."),
            is_secret=True,
        ),
        Field(
            key="secret",
            label=_("Webhook secret"),
            help=_("Leave it empty to have one made."),
            is_secret=True,
            is_made_here=True,
            is_required=False,
        ),
    ),
    steps=(
        _(
            "In WordPress, open WooCommerce › Settings › Advanced › REST API and add a key with the permission Read/Write."
        ),
        _("Copy the consumer key and the consumer secret into the form."),
        _("Press “Register the webhooks”: the shop then sends to {address} by itself."),
    ),
    verify=verify,
    read=read,
    delivery_id=get_delivery_id,
    is_ping=lambda received: is_ping(received.body),
    # WooCommerce switches a webhook off after five failures in a row.
    unreadable_status=200,
    test=test,
    start=start,
    next_page=next_page,
    subscribe=subscribe,
    unsubscribe=unsubscribe,
)
