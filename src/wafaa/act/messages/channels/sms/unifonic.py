"""SMS by Unifonic (rest/SMS/messages on el.cloud.unifonic.com).

Unifonic documents no idempotency: CorrelationID is attached to a message and comes back with its receipt, and "This message is
duplicate" (409) is said without saying of what (docs.unifonic.com, HTTP status codes). So our key goes along as CorrelationID, a
409 counts as "it has it" only where an earlier try may have arrived, and nothing else is concluded from it.
"""

from functools import partial
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext_lazy as _

from wafaa.act.messages.back import Back, Heard, Unreadable, Word, read_key
from wafaa.act.messages.channels.calling import (
    Call,
    accept,
    call,
    is_success,
    judge_refusal,
    read_json,
    refuse,
)
from wafaa.act.messages.channels.carriers import HOOK_SECRET, Account, Field, check_word
from wafaa.act.messages.channels.numbers import read_number
from wafaa.act.messages.channels.parcels import Parcel
from wafaa.act.messages.channels.sms.names import SENDER, choose_sender
from wafaa.kit.outbound import Reply
from wafaa.stream.outbox import Deliver, Outcome

API = "https://el.cloud.unifonic.com"
_DUPLICATE = 409
# Of their own: of these the reader's number is at fault.
_NOWHERE = frozenset({410, 482})
# 402 and 459: who we are was not understood; the others of the fives and fours are as everywhere.
_SIGN_IN = frozenset({402, 459})
_STATUSES = {
    "queued": Back.SENT,
    "sent": Back.SENT,
    "delivered": Back.DELIVERED,
    "undeliverable": Back.BOUNCED,
    "undelivered": Back.BOUNCED,
    "rejected": Back.BOUNCED,
    "failed": Back.BOUNCED,
    "expired": Back.BOUNCED,
}


class Unifonic:
    kind = "unifonic"
    channel = "sms"
    name = "Unifonic"
    honours_keys = False
    names_keys = True
    fields = (
        Field(
            key="app_sid",
            label=_("Application ID (AppSid)"),
            is_secret=True,
            help=_("Of the application for the API."),
        ),
        SENDER,
        Field(
            key="api",
            label=_("Address of the API"),
            is_required=False,
            help=_("Only if Unifonic gave you another one."),
        ),
        Field(key=HOOK_SECRET, label=_("Word in the address of receipts"), is_secret=True, is_made_here=True),
    )
    steps = (
        _(
            "In Unifonic's console, under Developer, enter the address below as the webhook of delivery receipts (DLR)."
        ),
        _(
            "Unifonic signs nothing: the word in the address is all that proves where a receipt comes from. Keep it to yourself."
        ),
    )

    def prepare(self, account: Account, parcel: Parcel) -> Deliver:
        told = {
            "AppSid": account.get("app_sid"),
            "SenderID": choose_sender(account, parcel),
            "Recipient": parcel.address.removeprefix("+"),
            "Body": parcel.text,
            "responseType": "JSON",
            "CorrelationID": parcel.id,
            "async": "false",
        }
        asked = Call(
            method="POST",
            url=f"{account.get('api') or API}/rest/SMS/messages",
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            body=urlencode(told).encode(),
        )
        return partial(call, asked, partial(judge, is_unsure=parcel.is_unsure))

    def verify(self, account: Account, heard: Heard) -> None:
        check_word(account, heard)

    def read(self, account: Account, heard: Heard) -> list[Word]:
        """Names differ in their letters' case between what is documented and what is seen; so they are read without it."""
        told = {name.lower(): str(value) for name, value in _read_body(heard).items()}
        status = (told.get("dlr") or told.get("status") or told.get("messagestatus", "")).strip().lower()
        if not status:
            raise Unreadable("status")
        kind = _STATUSES.get(status)
        if kind is None:
            return []
        return [
            Word(
                kind=kind,
                at=heard.at,
                message=read_key(told.get("correlationid")),
                provider_id=told.get("messageid", ""),
                address=read_number(told.get("recipient")),
                code=status if kind is Back.BOUNCED else "",
            )
        ]

    def greet(self, account: Account, heard: Heard) -> str | None:
        return None


def _read_body(heard: Heard) -> dict[str, object]:
    if not heard.body:
        return dict(heard.query)
    if heard.body.lstrip().startswith(b"{"):
        return read_json(heard.body)
    return dict(parse_qsl(heard.body.decode(), keep_blank_values=True))


def judge(reply: Reply, *, is_unsure: bool) -> Outcome:
    told = read_json(reply.body)
    data = told.get("data")
    message_id = str(data.get("MessageID", "")) if isinstance(data, dict) else ""
    said = f"{told.get('errorCode', '')} {told.get('message', '')}".strip()
    if is_success(reply) and str(told.get("success", "")).lower() == "true":
        return accept(reply, message_id)
    if reply.status == _DUPLICATE and is_unsure:
        return accept(reply, message_id)
    if reply.status in _NOWHERE:
        return refuse("no_such_address", reply, said)
    if reply.status in _SIGN_IN:
        return judge_refusal(Reply(status=401, headers=reply.headers, body=reply.body), said)
    if is_success(reply):  # a refusal in the clothes of a success
        return refuse("provider_refused", reply, said)
    return judge_refusal(reply, said)
