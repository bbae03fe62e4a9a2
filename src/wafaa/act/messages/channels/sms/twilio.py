"""SMS by Twilio (Programmable Messaging, 2010-04-01).

Twilio knows no idempotency key for messages: "POST requests - sending an SMS … - are not idempotent"
(twilio.com/docs/api/errors/20500). So each message brings its own address for status callbacks, with our key in it: what Twilio
took comes back under it, also where its answer was lost.
"""

import base64
import hashlib
import hmac
from functools import partial
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext_lazy as _

from wafaa.act.messages.back import Back, Heard, Unsigned, Word, read_key
from wafaa.act.messages.channels.calling import (
    Call,
    accept,
    call,
    is_success,
    judge_refusal,
    read_json,
    refuse,
)
from wafaa.act.messages.channels.carriers import Account, Field, check_equal, write_basic
from wafaa.act.messages.channels.numbers import read_number
from wafaa.act.messages.channels.parcels import Parcel
from wafaa.act.messages.channels.sms.names import SENDER, choose_sender
from wafaa.kit.outbound import Reply
from wafaa.stream.outbox import Deliver, Outcome

API = "https://api.twilio.com"
# twilio.com/docs/api/errors: no such number, no mobile, unreachable for good.
_NOWHERE = frozenset({"21211", "21214", "21217", "21401", "21614", "30005", "30006"})
# The reader has said STOP to Twilio itself.
_STOPPED = "21610"
_STATUSES = {
    "accepted": Back.SENT,
    "scheduled": Back.SENT,
    "queued": Back.SENT,
    "sending": Back.SENT,
    "sent": Back.SENT,
    "delivered": Back.DELIVERED,
    "read": Back.OPENED,
    "undelivered": Back.BOUNCED,
    "failed": Back.BOUNCED,
    "canceled": Back.BOUNCED,
}


class Twilio:
    kind = "twilio"
    channel = "sms"
    name = "Twilio"
    honours_keys = False
    names_keys = True
    fields = (
        Field(
            key="account", label=_("Account SID"), help=_("Begins with AC; on the first page of the console.")
        ),
        Field(
            key="token",
            label=_("Auth token"),
            is_secret=True,
            help=_("Also proves that what comes back is from Twilio."),
        ),
        SENDER,
        Field(
            key="api",
            label=_("Address of the API"),
            is_required=False,
            help=_("Only of another region, such as https://api.dublin.ie1.twilio.com."),
        ),
    )
    steps = (
        _("Twilio is told with each message where to report; nothing is to be set up for that."),
        _(
            "For answers of customers, enter the address below at the number, under “A message comes in”, with HTTP POST."
        ),
    )

    def prepare(self, account: Account, parcel: Parcel) -> Deliver:
        sender = choose_sender(account, parcel)
        told = {
            "To": parcel.address,
            "MessagingServiceSid" if sender.startswith("MG") and len(sender) == 34 else "From": sender,
            "Body": parcel.text,
        }
        if account.is_reachable:
            told["StatusCallback"] = f"{account.hook}?{urlencode({'m': parcel.id})}"
        sid, token = account.get("account"), account.get("token")
        asked = Call(
            method="POST",
            url=f"{account.get('api') or API}/2010-04-01/Accounts/{sid}/Messages.json",
            headers={
                "Authorization": write_basic(sid, token),
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            body=urlencode(told).encode(),
        )
        return partial(call, asked, judge)

    def verify(self, account: Account, heard: Heard) -> None:
        """The address with what stands behind `?`, then each posted name and value in order of the names (X-Twilio-Signature)."""
        told = dict(parse_qsl(heard.body.decode(), keep_blank_values=True))
        signed = heard.url + "".join(f"{name}{told[name]}" for name in sorted(told))
        token = account.get("token")
        wanted = base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
        if not token:
            raise Unsigned("no_secret")
        check_equal(heard.headers.get("x-twilio-signature", ""), wanted)

    def read(self, account: Account, heard: Heard) -> list[Word]:
        told = dict(parse_qsl(heard.body.decode(), keep_blank_values=True))
        status = told.get("MessageStatus") or told.get("SmsStatus", "")
        if status in {"received", "receiving"} or ("Body" in told and "MessageStatus" not in told):
            return [
                Word(
                    kind=Back.REPLIED,
                    at=heard.at,
                    address=read_number(told["From"]),
                    text=told.get("Body", ""),
                    own_id=told["MessageSid"],
                )
            ]
        kind = _STATUSES.get(status)
        if kind is None:
            return []
        code = told.get("ErrorCode", "")
        return [
            Word(
                kind=Back.UNSUBSCRIBED if code == _STOPPED else kind,
                at=heard.at,
                message=read_key(heard.query.get("m")),
                provider_id=told["MessageSid"],
                address=read_number(told.get("To")),
                is_hard=code in _NOWHERE,
                code=code,
            )
        ]

    def greet(self, account: Account, heard: Heard) -> str | None:
        return None


def judge(reply: Reply) -> Outcome:
    told = read_json(reply.body)
    if is_success(reply) and told.get("sid"):
        return accept(reply, str(told["sid"]))
    code = str(told.get("code", ""))
    said = f"{code} {told.get('message', '')}".strip()
    if code in _NOWHERE:
        return refuse("no_such_address", reply, said)
    if code == _STOPPED:
        return refuse("reader_stopped", reply, said)
    return judge_refusal(reply, said)
