"""E-mail by an ESP's API: django-anymail writes the request and reads what comes back, we send it and keep what it said.

Our key goes along as metadata, which all ESPs listed here give back with each event. ESPs that do not, or that Anymail no longer
supports (SendGrid), are reached by SMTP.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from wafaa.act.messages.back import UNNAMED, Back, Heard, Unsigned, Word, read_key
from wafaa.act.messages.channels.calling import accept, fail, judge_refusal, refuse
from wafaa.act.messages.channels.carriers import HOOK_SECRET, Account, Field, check_word
from wafaa.act.messages.channels.email.mime import read_address
from wafaa.act.messages.channels.parcels import Parcel
from wafaa.kit.outbound import Reply
from wafaa.kit.standard_webhooks import is_signed
from wafaa.stream.outbox import Deliver, Outcome

METADATA = "wafaa"
_KEY = Field(key="api_key", label=_("API key"), is_secret=True)
_WORD = Field(key=HOOK_SECRET, label=_("Word in the address of events"), is_secret=True, is_made_here=True)
_FROM = Field(
    key="from_email",
    label=_("Address of the sender"),
    is_required=False,
    help=_("One that the ESP may send for. Empty: the address from which all of Wafaa's mails come."),
)
_API = Field(
    key="api_url",
    label=_("Address of the API"),
    is_required=False,
    help=_("Only of another region."),
)


def _never(_event: Any) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class EspKind:
    """What tells one ESP from another."""

    kind: str
    name: str
    view: str  # of anymail.webhooks
    fields: tuple[Field, ...]
    options: tuple[str, ...] = ("api_key",)  # of the backend
    is_hard: Callable[[Any], bool] = _never  # of a bounce, from the ESP's own words
    is_machine: Callable[[Any], bool] = _never  # of an opening, where the ESP says so itself
    signs: str = ""  # the secret by which it signs, where it does
    key_header: str = ""  # in which it takes an idempotency key


_CHOOSE = _("Add a webhook with the address below, for deliveries, bounces, complaints, openings and clicks.")
ESPS: tuple[EspKind, ...] = (
    EspKind(
        kind="postmark",
        name="Postmark",
        view="postmark.PostmarkTrackingWebhookView",
        fields=(Field(key="server_token", label=_("Server token"), is_secret=True), _FROM, _API, _WORD),
        options=("server_token",),
        is_hard=lambda event: event.get("Type") in {"HardBounce", "BadEmailAddress"},
    ),
    EspKind(
        kind="mailgun",
        name="Mailgun",
        view="mailgun.MailgunTrackingWebhookView",
        fields=(
            _KEY,
            Field(key="sender_domain", label=_("Sending domain")),
            Field(key="webhook_signing_key", label=_("Webhook signing key"), is_secret=True),
            _FROM,
            Field(
                key="api_url",
                label=_("Address of the API"),
                is_required=False,
                help=_("Of the European region: https://api.eu.mailgun.net/v3"),
            ),
        ),
        options=("api_key", "sender_domain"),
        is_hard=lambda event: event.get("event-data", {}).get("severity") == "permanent",
        is_machine=lambda event: bool(event.get("event-data", {}).get("client-info", {}).get("bot")),
        signs="webhook_signing_key",
    ),
    EspKind(
        kind="brevo",
        name="Brevo",
        view="brevo.BrevoTrackingWebhookView",
        fields=(_KEY, _FROM, _API, _WORD),
        is_hard=lambda event: event.get("event") in {"hard_bounce", "invalid_email"},
        is_machine=lambda event: "proxy" in str(event.get("event", "")),
    ),
    EspKind(
        kind="sparkpost",
        name="SparkPost",
        view="sparkpost.SparkPostTrackingWebhookView",
        fields=(
            _KEY,
            _FROM,
            Field(
                key="api_url",
                label=_("Address of the API"),
                is_required=False,
                help=_("Of the European region: https://api.eu.sparkpost.com/api/v1"),
            ),
            _WORD,
        ),
        # sparkpost.com/docs: bounce classes 10 (invalid recipient), 30 (no recipient), 90 (unsubscribe)
        is_hard=lambda event: str(_inside(event).get("bounce_class", "")) in {"10", "30", "90"},
        is_machine=lambda event: str(_inside(event).get("is_prefetched", "")).lower() == "true",
    ),
    EspKind(
        kind="mailjet",
        name="Mailjet",
        view="mailjet.MailjetTrackingWebhookView",
        fields=(
            _KEY,
            Field(key="secret_key", label=_("Secret key"), is_secret=True),
            _FROM,
            _API,
            _WORD,
        ),
        options=("api_key", "secret_key"),
        is_hard=lambda event: str(event.get("hard_bounce", "")).lower() == "true",
    ),
    EspKind(
        kind="resend",
        name="Resend",
        view="resend.ResendTrackingWebhookView",
        fields=(
            _KEY,
            Field(
                key="signing_secret",
                label=_("Webhook signing secret"),
                is_secret=True,
                help=_("Begins with whsec_; shown at the webhook."),
            ),
            _FROM,
            _API,
        ),
        is_hard=lambda event: event.get("data", {}).get("bounce", {}).get("type") == "Permanent",
        signs="signing_secret",
        key_header="Idempotency-Key",  # remembered for 24 hours
    ),
)


def _inside(event: Any) -> Mapping[str, Any]:
    """SparkPost wraps each event twice."""
    return next(iter(event.get("msys", {}).values()), {})


class Esp:
    """One ESP as a carrier."""

    channel = "email"
    names_keys = True

    def __init__(self, about: EspKind) -> None:
        self.about = about
        self.kind = about.kind
        self.name = about.name
        self.fields = about.fields
        self.steps = (
            _CHOOSE,
            _(
                "Leave the ESP's own tracking of links off: presses are counted here already, under your own name."
            ),
        )
        self.honours_keys = bool(about.key_header)

    def prepare(self, account: Account, parcel: Parcel) -> Deliver:
        return partial(self._send, account=account, parcel=parcel)

    def _send(self, *, account: Account, parcel: Parcel) -> Outcome:
        from anymail.exceptions import AnymailAPIError, AnymailError

        from wafaa.act.messages.channels.email.outbound import Lost, NotSent, make_session

        backend = self._make_backend(account)
        backend.session = make_session({self.about.key_header: parcel.key} if self.about.key_header else {})
        mail = write_message(account, parcel)
        try:
            backend.send_messages([mail])
        except AnymailAPIError as error:
            cause = error.__cause__
            if isinstance(cause, NotSent):
                return fail(cause.why)
            return fail("line_lost") if isinstance(cause, Lost) else _judge_api_error(error)
        except AnymailError as error:
            status = getattr(error, "status_code", None) or 200
            return refuse("provider_refused", Reply(status=status, headers={}, body=b""), str(error)[:300])
        came: Any = mail.anymail_status  # type: ignore[attr-defined] # anymail puts it there
        if came.status == {"unknown"} and not came.message_id:
            return fail("line_lost", answer="an answer without an id")
        return accept(Reply(status=200, headers={}, body=b""), str(came.message_id or ""))

    def _make_backend(self, account: Account) -> Any:
        options = {name: account.get(name) for name in self.about.options}
        if account.get("api_url"):
            options["api_url"] = account.get("api_url")
        made = import_string(f"anymail.backends.{self.kind}.EmailBackend")
        # what an ESP lacks (turning its tracking off, say) is no reason to send nothing
        return made(ignore_unsupported_features=True, **options)

    def verify(self, account: Account, heard: Heard) -> None:
        if self.kind == "resend":
            named = {f"webhook-{name}": heard.headers.get(f"svix-{name}", "") for name in _SVIX}
            secret = account.get("signing_secret")
            try:
                signed = is_signed(secret=secret, headers=named, body=heard.body, now=heard.at)
            except ValueError as error:
                raise Unsigned("no_secret") from error
            if not signed:
                raise Unsigned
        elif self.about.signs:
            if not account.get(self.about.signs):
                raise Unsigned("no_secret")
            try:
                self._make_view(account).run_validators(rebuild(heard))
            except (SuspiciousOperation, UnicodeError) as error:
                raise Unsigned from error
        else:
            check_word(account, heard)

    def _make_view(self, account: Account) -> Any:
        view = import_string(f"anymail.webhooks.{self.about.view}")
        if self.kind == "mailgun":
            return view(webhook_signing_key=account.get("webhook_signing_key"))
        return view(webhook_secret=["not:asked"])  # verified above; without one it would warn

    def read(self, account: Account, heard: Heard) -> list[Word]:
        events = self._make_view(account).parse_events(rebuild(heard))
        return [word for event in events if (word := self._read_event(event, heard)) is not None]

    def _read_event(self, event: Any, heard: Heard) -> Word | None:
        kind = _KINDS.get(event.event_type)
        if kind is None:
            return None
        raw = event.esp_event if isinstance(event.esp_event, Mapping) else {}
        agent = event.user_agent or UNNAMED
        if kind is Back.OPENED and self.about.is_machine(raw):
            agent = ""
        return Word(
            kind=kind,
            at=min(event.timestamp or heard.at, heard.at),
            message=read_key((event.metadata or {}).get(METADATA)),
            provider_id=str(event.message_id or ""),
            address=read_address(event.recipient or ""),
            is_hard=kind is Back.BOUNCED and (event.reject_reason == "invalid" or self.about.is_hard(raw)),
            code=str(event.reject_reason or "")[:60],
            url=event.click_url or "",
            agent=agent,
        )

    def greet(self, account: Account, heard: Heard) -> str | None:
        return "" if heard.method == "HEAD" else None


_SVIX = ("id", "timestamp", "signature")
# Anymail's names of what may happen; what is put off, or answered by a machine, is no news.
_KINDS = {
    "queued": Back.SENT,
    "sent": Back.SENT,
    "delivered": Back.DELIVERED,
    "bounced": Back.BOUNCED,
    "rejected": Back.BOUNCED,
    "failed": Back.BOUNCED,
    "complained": Back.COMPLAINED,
    "opened": Back.OPENED,
    "clicked": Back.CLICKED,
    "unsubscribed": Back.UNSUBSCRIBED,
}


def write_message(account: Account, parcel: Parcel) -> EmailMultiAlternatives:
    sender = account.get("from_email") or settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ")
    headers = dict(parcel.extra)
    if parcel.unsubscribe:
        headers["List-Unsubscribe"] = f"<{parcel.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    name = " ".join(parcel.sender_name.replace('"', "").split())
    mail = EmailMultiAlternatives(
        subject=" ".join(parcel.subject.split()),
        body=parcel.text,
        from_email=f'"{name}" <{sender}>' if name else sender,
        to=[parcel.address],
        headers=headers,
    )
    if parcel.html:
        mail.attach_alternative(parcel.html, "text/html")
    mail.metadata = {METADATA: parcel.id}  # type: ignore[attr-defined]
    mail.track_clicks = False  # type: ignore[attr-defined]
    return mail


def _judge_api_error(error: Any) -> Outcome:
    response = getattr(error, "response", None)
    if response is None:
        return fail("line_lost", answer=str(error)[:300])
    reply = Reply(
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=response.content or b"",
    )
    if 200 <= reply.status < 300:  # it took something, and said it in a form that nobody knows
        return fail("line_lost", status=reply.status, answer=str(error)[:300])
    return judge_refusal(reply)


def rebuild(heard: Heard) -> WSGIRequest:
    """The request as Django had it, from what was kept of it."""
    named = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in heard.headers.items()
        if name != "content-type"
    }
    return WSGIRequest(
        {
            **named,
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "443",
            "CONTENT_TYPE": heard.headers.get("content-type", "application/json"),
            "CONTENT_LENGTH": str(len(heard.body)),
            "wsgi.input": BytesIO(heard.body),
        }
    )
