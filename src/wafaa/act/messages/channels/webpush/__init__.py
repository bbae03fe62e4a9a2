"""Web push (RFC 8030): to every browser that the customer agreed to, through the browser's own push service."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from wafaa.act.messages.actions.onsite import end_subscription
from wafaa.act.messages.channels import Parcel
from wafaa.act.messages.channels.inapp import leave_database
from wafaa.act.messages.channels.webpush.sealing import PLAIN_BYTES_MAX, seal_message, sign_token
from wafaa.act.messages.house import EXEMPT
from wafaa.act.messages.links import Use, make_token
from wafaa.act.messages.models import PushSubscription
from wafaa.act.messages.onsite_queries import list_subscriptions
from wafaa.act.messages.push_keys import get_key, open_private_key
from wafaa.act.messages.queries import Reader
from wafaa.act.messages.rendering.rules import is_rtl
from wafaa.act.messages.subscriptions import decode
from wafaa.kit import clock
from wafaa.kit.outbound import OutboundFailed, OutboundRefused, Reply, send
from wafaa.kit.sealing import SealBroken
from wafaa.stream.outbox import Deliver, Outcome, Verdict

TIMEOUT_S = 15
ANSWER_BYTES_MAX = 2_000
# Services keep what waits for a browser for four weeks at most.
TTL_S_MAX = 28 * 24 * 3600
# The browser's subscription is over (RFC 8030, 7.3): for good.
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_TAKEN = range(200, 300)
_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_RETRY_AFTER_S_MAX = 24 * 3600
_ELLIPSIS = "…"


class WebPushChannel:
    """The message's own id is the notification's tag and the topic under which it waits: what is sent again takes the place
    of what was sent before, so nobody sees it twice.
    """

    name = "push"
    provider = "webpush"
    honours_keys = True

    def find_address(self, reader: Reader) -> str:
        """The customer's own, where at least one browser is subscribed."""
        return str(reader.uuid) if list_subscriptions([reader.customer_id]) else ""

    def find_addresses(self, readers: Sequence[Reader]) -> dict[int, str]:
        subscribed = list_subscriptions([reader.customer_id for reader in readers])
        return {
            reader.customer_id: str(reader.uuid) for reader in readers if reader.customer_id in subscribed
        }

    def prepare(self, parcel: Parcel) -> Deliver:
        rows = list_subscriptions([parcel.reader.customer_id]).get(parcel.reader.customer_id, [])
        key = get_key()
        try:
            private = open_private_key(key)
        except SealBroken:
            return lambda: Outcome(
                verdict=Verdict.PARKED, error="push_key_unreadable", blames_destination=False
            )
        return partial(deliver, parcel, rows, private=private, public=key.public)


def deliver(
    parcel: Parcel, rows: Sequence[PushSubscription], *, private: ec.EllipticCurvePrivateKey, public: str
) -> Outcome:
    """To each browser. It arrived if one of them took it; who is gone is forgotten and told."""
    now = clock.now()
    if parcel.deadline is None or parcel.deadline <= now:
        return Outcome(verdict=Verdict.CANCELLED, error="deadline")
    body = write_body(parcel)
    outcomes = []
    for row in rows:
        headers = write_headers(parcel, row.endpoint, private=private, public=public, now=now)
        sealed = seal_message(body, p256dh=decode(row.p256dh), auth=decode(row.auth))
        outcomes.append(push(row.endpoint, headers, sealed))
    return choose_outcome(outcomes)


def write_body(parcel: Parcel) -> bytes:
    """What our service worker shows. A text that is too long is cut: there is room for some 3,900 bytes."""
    receipt = make_token(Use.RECEIPT, parcel.message_id)
    told = {
        "title": parcel.subject,
        "body": parcel.text,
        "url": parcel.url,
        "tag": parcel.key,
        "lang": parcel.language,
        "dir": "rtl" if is_rtl(parcel.language) else "ltr",
        "delivered": f"{parcel.site}/v1/push/delivered/{receipt}",
        "opened": f"{parcel.site}/v1/push/opened/{receipt}",
    }
    written = msgspec.json.encode(told)
    excess = len(written) - PLAIN_BYTES_MAX
    while excess > 0 and told["body"]:
        kept = told["body"].encode()[: -(excess + len(_ELLIPSIS.encode()) + 8)]
        told["body"] = kept.decode(errors="ignore").rstrip() + _ELLIPSIS if kept else ""
        written = msgspec.json.encode(told)
        excess = len(written) - PLAIN_BYTES_MAX
    return written


def write_headers(
    parcel: Parcel, endpoint: str, *, private: ec.EllipticCurvePrivateKey, public: str, now: datetime
) -> dict[str, str]:
    """How long it waits for the browser, how much it hurries, and who sends it."""
    assert parcel.deadline is not None, "asked before"
    parts = urlsplit(endpoint)
    token = sign_token(
        private, audience=f"{parts.scheme}://{parts.netloc}", contact=find_contact(parcel.site), now=now
    )
    return {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(min(TTL_S_MAX, max(0, int((parcel.deadline - now).total_seconds())))),
        "Urgency": "high" if parcel.purpose in EXEMPT else "normal",
        "Topic": parcel.key.rpartition(":")[2].replace("-", "")[:32],
        "Authorization": f"vapid t={token}, k={public}",
    }


def find_contact(site: str) -> str:
    """Whom a push service writes to when something is wrong with what we send: services refuse names of one machine."""
    address = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ")
    if "." in address.rpartition("@")[2] or not site.startswith("https://"):
        return f"mailto:{address}"
    return site


def push(endpoint: str, headers: dict[str, str], sealed: bytes) -> Outcome:
    """One try to one browser."""
    try:
        reply = send(
            "POST",
            endpoint,
            headers=headers,
            body=sealed,
            timeout_s=TIMEOUT_S,
            limit_bytes=ANSWER_BYTES_MAX,
            cut=True,
        )
    except OutboundRefused:
        # no push service lies in a private network: who said so has no right to be called
        _forget(endpoint)
        return Outcome(verdict=Verdict.PARKED, error="push_gone", blames_destination=False)
    except OutboundFailed as error:
        return Outcome(
            verdict=Verdict.FAILED, answer=error.why, error="push_unreachable", blames_destination=False
        )
    return judge(reply, endpoint)


def judge(reply: Reply, endpoint: str) -> Outcome:
    answer = reply.body.decode("utf-8", errors="replace")
    if reply.status in _TAKEN:
        return Outcome(
            verdict=Verdict.DELIVERED, status=reply.status, answer=reply.headers.get("location", "")[:200]
        )
    if reply.status in GONE:
        _forget(endpoint)
        return Outcome(
            verdict=Verdict.PARKED,
            status=reply.status,
            answer=answer,
            error="push_gone",
            blames_destination=False,
        )
    if reply.status in _BUSY or reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        told = reply.headers.get("retry-after", "")
        wait_s = float(told) if told.isascii() and told.isdigit() and len(told) < 8 else 0.0
        return Outcome(
            verdict=Verdict.FAILED,
            status=reply.status,
            answer=answer,
            error="push_busy",
            retry_after_s=min(wait_s, _RETRY_AFTER_S_MAX),
            blames_destination=False,
        )
    return Outcome(
        verdict=Verdict.PARKED,
        status=reply.status,
        answer=answer,
        error="push_refused",
        blames_destination=False,
    )


def _forget(endpoint: str) -> None:
    try:
        end_subscription(endpoint=endpoint, why="gone")
    finally:
        leave_database()


def choose_outcome(outcomes: Sequence[Outcome]) -> Outcome:
    """Of several browsers the best: seen in one it is seen. Nothing is left to try where all of them are gone."""
    if not outcomes:
        return Outcome(verdict=Verdict.PARKED, error="push_gone", blames_destination=False)
    order = [Verdict.DELIVERED, Verdict.FAILED, Verdict.PARKED]
    return min(outcomes, key=lambda one: order.index(one.verdict))
