"""A signed POST (Standard Webhooks 1.0): the message's id is the webhook's, the same at every try."""

from functools import partial
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as _

from wafaa.act.messages.back import UNNAMED, Back, Heard, Unreadable, Unsigned, Word, read_key
from wafaa.act.messages.channels.calling import Call, accept, call, fail, is_success, judge_refusal, read_json
from wafaa.act.messages.channels.carriers import Account, Field
from wafaa.act.messages.channels.parcels import Parcel
from wafaa.kit import clock
from wafaa.kit.outbound import Reply
from wafaa.kit.standard_webhooks import is_signed, read_retry_after, write_headers
from wafaa.know.consents.models import CHANNEL_LABELS
from wafaa.stream.outbox import Deliver, Outcome

STANDS_FOR = "stands_for"
SECRET = "webhook_secret"  # noqa: S105 - the name of a field
_KINDS = {f"message.{kind}": kind for kind in Back}


class StandardWebhook:
    kind = "standard_webhook"
    channel = "webhook"
    name = _("A system of your own")
    honours_keys = True  # a receiver of the standard knows what it has by webhook-id
    names_keys = True
    fields = (
        Field(key="url", label=_("Address"), help=_("Takes a signed POST for each message.")),
        Field(
            key=STANDS_FOR,
            label=_("Which consent counts"),
            choices=tuple(CHANNEL_LABELS.items()),
            initial="push",
            help=_("Of the way by which that system reaches the customer."),
        ),
        Field(key=SECRET, label=_("Signing secret"), is_secret=True, is_made_here=True),
    )
    steps = (
        _("Check the signature of each request with the secret, as standardwebhooks.com describes."),
        _(
            "To report back, send a request to the address below, signed in the same way: type message.delivered, "
            "message.bounced, message.opened or message.clicked, and in data the message_id."
        ),
    )

    def prepare(self, account: Account, parcel: Parcel) -> Deliver:
        reader = parcel.reader
        data = {
            "message_id": parcel.id,
            "customer_id": str(reader.uuid),
            "language": parcel.language,
            "purpose": parcel.purpose,
            "text": parcel.text,
            "name": reader.name,
            "email": reader.email or None,
            "phone": reader.phone or None,
            "unsubscribe": parcel.unsubscribe or None,
        }
        now = clock.now()
        body = msgspec.json.encode({"type": "message.send", "timestamp": now, "data": data})
        return partial(self._send, account=account, message_id=f"msg_{parcel.id}", body=body)

    def _send(self, *, account: Account, message_id: str, body: bytes) -> Outcome:
        """Signed at the moment of each try: a signature is good for five minutes."""
        headers = write_headers(
            secrets_now=[account.get(SECRET)], message_id=message_id, now=clock.now(), body=body
        )
        return call(Call(method="POST", url=account.get("url"), headers=headers, body=body), judge)

    def verify(self, account: Account, heard: Heard) -> None:
        secret = account.get(SECRET)
        if not secret or not is_signed(secret=secret, headers=heard.headers, body=heard.body, now=heard.at):
            raise Unsigned

    def read(self, account: Account, heard: Heard) -> list[Word]:
        told = read_json(heard.body)
        kind = _KINDS.get(str(told.get("type", "")))
        data: Any = told.get("data")
        if kind is None or not isinstance(data, dict):
            raise Unreadable("type")
        message = read_key(data.get("message_id"))
        if message is None:
            raise Unreadable("message_id")
        return [
            Word(
                kind=kind,
                at=heard.at,
                message=message,
                url=str(data.get("url", "")),
                agent=str(data.get("user_agent", UNNAMED)),
                code=str(data.get("code", "")),
                is_hard=data.get("is_hard") is True,
                text=str(data.get("text", "")),
                own_id=heard.headers.get("webhook-id", ""),
            )
        ]

    def greet(self, account: Account, heard: Heard) -> str | None:
        return None


def judge(reply: Reply) -> Outcome:
    if is_success(reply):
        return accept(reply, str(read_json(reply.body).get("id", "")))
    if reply.status in {404, 410}:  # moved, or not there for the moment: nothing is lost by asking again
        return fail(
            "provider_busy",
            status=reply.status,
            retry_after_s=read_retry_after(reply.headers.get("retry-after", ""), clock.now()),
        )
    return judge_refusal(reply)
