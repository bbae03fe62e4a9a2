"""The generic webhook: what it asks for, how it is checked."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from wafaa.listen.connectors.rules import Connected, Connector, ConnectorError, Field, Received, Send, Why
from wafaa.listen.connectors.signing import ALGORITHMS, check_base64, check_hex, check_token, check_window
from wafaa.listen.connectors.webhook.paths import check_path
from wafaa.listen.connectors.webhook.reading import describe, read_delivery

# How timestamp and body are put together before they are signed.
SIGNED = {"body": b"", "timestamp.body": b".", "timestamp:body": b":", "timestamp+body": b""}


def verify(received: Received, secrets: Mapping[str, str]) -> None:
    """A signature of the chosen scheme, or a token in a header."""
    settings, secret = received.settings, secrets.get("secret", "")
    given = received.headers.get(str(settings.get("header") or "").strip().lower(), "")
    scheme = str(settings.get("scheme") or "hex")
    if scheme == "token":
        check_token(given.removeprefix(str(settings.get("prefix") or "")).strip(), secret)
        return
    content = received.body
    stamped = str(settings.get("timestamp_header") or "").strip().lower()
    if stamped:
        timestamp = received.headers.get(stamped, "")
        content = timestamp.encode() + SIGNED[str(settings.get("signed") or "timestamp.body")] + content
    algorithm = str(settings.get("algorithm") or "sha256")
    if algorithm not in ALGORITHMS:
        raise ConnectorError(Why.UNSIGNED, "algorithm")
    check = check_base64 if scheme == "base64" else check_hex
    check(given, secret, content, algorithm=algorithm, prefix=str(settings.get("prefix") or ""))
    if stamped:
        check_window(timestamp, received.received_at)


def test(connected: Connected, _send: Send) -> str:
    """Nothing can be asked over there; whether the description can be followed can."""
    description = describe(connected.settings)
    paths = {
        "event": description.event,
        "id": description.id,
        "at": description.at,
        "person": description.person,
        "email": description.email,
        "phone": description.phone,
        **description.properties,
    }
    wrong = [name for name, path in paths.items() if not check_path(path)]
    if wrong:
        raise ConnectorError(Why.UNREADABLE, ", ".join(wrong)[:200])
    return ", ".join(description.events.values()) or description.event.removeprefix("=")


_PATH_HELP = _(
    "For instance data.customer.email; with | between, the first that says something; = before a fixed text."
)

CONNECTOR = Connector(
    key="webhook",
    name=_("Any webhook"),
    brings=_(
        "Whatever a system sends as JSON: you say where event, person and time stand. Ready for telephone calls."
    ),
    group="other",
    fields=(
        Field(
            key="preset",
            label=_("What comes"),
            choices=(("", _("described below")), ("calls", _("calls that have ended"))),
            is_required=False,
        ),
        Field(
            key="scheme",
            label=_("Proof"),
            choices=(
                ("hex", _("signature, hexadecimal")),
                ("base64", _("signature, Base64")),
                ("token", _("the secret itself")),
            ),
            initial="hex",
        ),
        Field(
            key="header",
            label=_("Header of the proof"),
            help=_("Such as X-Signature or Authorization."),
            initial="X-Signature",
        ),
        Field(
            key="prefix",
            label=_("What stands before it"),
            help=_("Such as sha256= or Bearer."),
            is_required=False,
        ),
        Field(
            key="algorithm",
            label=_("Algorithm"),
            choices=(("sha256", "HMAC-SHA256"), ("sha1", "HMAC-SHA1"), ("sha512", "HMAC-SHA512")),
            initial="sha256",
        ),
        Field(
            key="timestamp_header",
            label=_("Header of the time, where it is signed too"),
            help=_("What is more than 5 minutes off is refused."),
            is_required=False,
        ),
        Field(
            key="signed",
            label=_("What is signed with the time"),
            choices=(
                ("timestamp.body", _("time, full stop, body")),
                ("timestamp:body", _("time, colon, body")),
                ("timestamp+body", _("time and body without anything between")),
            ),
            initial="timestamp.body",
        ),
        Field(
            key="secret",
            label=_("Secret"),
            help=_("Leave it empty to have one made."),
            is_secret=True,
            is_made_here=True,
            is_required=False,
        ),
        Field(key="event_path", label=_("Where the event's name stands"), help=_PATH_HELP, is_required=False),
        Field(
            key="events",
            label=_("Names over there and here"),
            help=_(
                "Such as call.ended=Support Call Ended, with commas between. What is not named is passed over."
            ),
            is_required=False,
        ),
        Field(key="each_path", label=_("Where the list stands, if several come at once"), is_required=False),
        Field(key="id_path", label=_("Where its own id stands"), is_required=False),
        Field(key="at_path", label=_("Where its time stands"), is_required=False),
        Field(key="person_path", label=_("Where the person's number stands"), is_required=False),
        Field(
            key="people",
            label=_("These numbers are"),
            choices=(("theirs", _("of that system alone")), ("ours", _("our own customer numbers"))),
            initial="theirs",
        ),
        Field(key="email_path", label=_("Where the e-mail stands"), is_required=False),
        Field(key="phone_path", label=_("Where the phone number stands"), is_required=False),
        Field(key="name_path", label=_("Where the person's name stands"), is_required=False),
        Field(
            key="properties",
            label=_("Further details"),
            help=_("Such as agent=data.agent.name, rating=data.score, with commas between."),
            is_required=False,
        ),
        Field(
            key="zone",
            label=_("Time zone of times that name none"),
            help=_("Such as Asia/Riyadh; without one it is UTC."),
            is_required=False,
        ),
    ),
    steps=(
        _("Let the system send JSON by POST to {address}"),
        _("Give it this secret: {secret}"),
        _("Send a first event and look at it under what was received last."),
    ),
    verify=verify,
    read=read_delivery,
    unreadable_status=422,
    test=test,
)
