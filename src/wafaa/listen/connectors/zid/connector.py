"""The Zid connector: what it asks for, how its webhooks are checked."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from wafaa.listen.connectors.rules import Connector, Field, Received
from wafaa.listen.connectors.signing import check_basic, check_token
from wafaa.listen.connectors.zid.past import fetch_page, start, subscribe, test, unsubscribe
from wafaa.listen.connectors.zid.reading import read_delivery

USER = "wafaa"


def verify(received: Received, secrets: Mapping[str, str]) -> None:
    """Zid signs nothing. It shows what the subscription named: a name and a password (Basic), or a header with the token."""
    secret = secrets.get("secret", "")
    given = received.headers.get("authorization", "")
    if received.settings.get("strategy") == "token":
        scheme, _space, token = given.partition(" ")
        named = received.headers.get("x-wafaa-token", "")
        check_token(named or (token.strip() if scheme.lower() == "bearer" else given), secret)
    else:
        check_basic(given, USER, secret)


CONNECTOR = Connector(
    key="zid",
    name=_("Zid"),
    brings=_(
        "Orders, payments, deliveries, refunds, customers, abandoned carts and products of your Zid store."
    ),
    fields=(
        Field(
            key="strategy",
            label=_("How Zid proves itself"),
            choices=(
                ("basic", _("Name and password (recommended)")),
                ("token", _("Token in a header of its own")),
            ),
            initial="basic",
        ),
        Field(
            key="secret",
            label=_("Password or token of the webhook"),
            help=_("Leave it empty to have one made. The name is always wafaa, the header X-Wafaa-Token."),
            is_secret=True,
            is_made_here=True,
            is_required=False,
        ),
        Field(
            key="authorization",
            label=_("Authorization token"),
            help=_("Of the app. Only to fetch the past and to have the webhooks registered."),
            is_secret=True,
            is_required=False,
        ),
        Field(
            key="token",
            label=_("Manager token"),
            help=_("Of the store (X-Manager-Token), as the app's installation gave it."),
            is_secret=True,
            is_required=False,
        ),
        Field(
            key="app_id",
            label=_("Number of the app"),
            help=_("As the partners' dashboard shows it; webhooks are registered under it."),
            is_required=False,
        ),
    ),
    steps=(
        _("In Zid's partners' dashboard open your app and install it in the store."),
        _("With both tokens here, press “Register the webhooks”: each event gets its own address."),
        _(
            "Without tokens, register each event yourself at {address} followed by its name, such as order.create."
        ),
        _("Name: wafaa, password: {secret}"),
    ),
    verify=verify,
    read=read_delivery,
    test=test,
    start=start,
    next_page=fetch_page,
    subscribe=subscribe,
    unsubscribe=unsubscribe,
)
