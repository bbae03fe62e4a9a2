"""What connecting a Shopify shop takes, and how its webhooks are checked."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from wafaa.listen.connectors.rules import Connector, Field, Received
from wafaa.listen.connectors.shopify.past import next_page, start, subscribe, test, unsubscribe
from wafaa.listen.connectors.shopify.reading import read
from wafaa.listen.connectors.signing import check_base64


def verify(received: Received, secrets: Mapping[str, str]) -> None:
    """Base64 of HMAC-SHA256 over the raw body with the app's secret. Shopify signs no time: a delivery that is sent again is
    known by its id and by the versions that it tells.
    """
    check_base64(received.headers.get("x-shopify-hmac-sha256", ""), secrets.get("secret", ""), received.body)


def get_delivery_id(received: Received) -> str:
    """The same for each attempt at one delivery."""
    return received.headers.get("x-shopify-webhook-id", "")


CONNECTOR = Connector(
    key="shopify",
    name="Shopify",
    brings=_("Customers, orders, payments, deliveries, refunds and abandoned checkouts."),
    group="shop",
    fields=(
        Field(
            key="shop",
            label=_("Address of the shop"),
            help=_("The one that ends in myshopify.com, such as nujum.myshopify.com."),
        ),
        Field(
            key="token",
            label=_("Admin API access token"),
            help=_("Shopify shows it once, after the app is installed. It begins with shpat_."),
            is_secret=True,
        ),
        Field(
            key="secret",
            label=_("API secret key"),
            help=_("Of the same app; Shopify signs what it sends with it."),
            is_secret=True,
        ),
        Field(
            key="abandoned_after_hours",
            label=_("Hours until a checkout counts as abandoned"),
            is_required=False,
            initial="1",
        ),
    ),
    steps=(
        _("In Shopify, open Settings › Apps and sales channels › Develop apps, and create an app."),
        _("Give it these Admin API scopes: {scopes}."),
        _("Install the app and copy its Admin API access token and its API secret key into the form."),
        _("Press “Register the webhooks”: Shopify then sends to {address} by itself."),
    ),
    facts={"scopes": "read_customers, read_orders, read_all_orders, read_fulfillments, read_checkouts"},
    verify=verify,
    read=read,
    delivery_id=get_delivery_id,
    # Shopify repeats for four hours and then removes the webhook: an error would cost us all that follows.
    unreadable_status=200,
    test=test,
    start=start,
    next_page=next_page,
    subscribe=subscribe,
    unsubscribe=unsubscribe,
)
