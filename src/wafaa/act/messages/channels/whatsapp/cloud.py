"""Messages by WhatsApp's Cloud API: approved templates at any time, free text within 24 hours of the customer's last message.

The API knows no idempotency key; what it tells of a message carries our `biz_opaque_callback_data` back, so a message whose
answer was lost is known by its first status.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as _

from wafaa.act.messages.back import Back, Heard, Unreadable, Unsigned, Word, read_key
from wafaa.act.messages.channels.calling import (
    Call,
    accept,
    call,
    fail,
    is_success,
    judge_refusal,
    read_json,
    refuse,
)
from wafaa.act.messages.channels.carriers import HOOK_SECRET, Account, Field, check_equal, make_hex
from wafaa.act.messages.channels.numbers import read_number
from wafaa.act.messages.channels.parcels import Parcel
from wafaa.act.messages.queries import find_inbound
from wafaa.kit import clock
from wafaa.kit.outbound import Reply
from wafaa.kit.standard_webhooks import read_retry_after
from wafaa.stream.outbox import Deliver, Outcome, Verdict

API = "https://graph.facebook.com"
VERSION = "v23.0"
WINDOW = timedelta(hours=24)
# developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes: too fast, for the account, the number or the pair of them.
_BUSY = frozenset({4, 80007, 130429, 131048, 131056, 133004, 131016, 2})
_SIGN_IN = frozenset({0, 3, 10, 190, *range(200, 220)})
_NOT_KNOWN = frozenset({131000, 1})
_STOPPED = 131050
_CLOSED = 131047
_STATUSES = {
    "sent": Back.SENT,
    "delivered": Back.DELIVERED,
    "read": Back.OPENED,
    "played": Back.OPENED,
    "failed": Back.BOUNCED,
}


class CloudApi:
    kind = "whatsapp_cloud"
    channel = "whatsapp"
    name = "WhatsApp Cloud API"
    honours_keys = False
    names_keys = True
    fields = (
        Field(
            key="phone_id",
            label=_("Phone number ID"),
            help=_("Not the number itself: in the app's WhatsApp settings, under API Setup."),
        ),
        Field(
            key="token",
            label=_("Access token"),
            is_secret=True,
            help=_("A permanent one, of a system user."),
        ),
        Field(
            key="app_secret",
            label=_("App secret"),
            is_secret=True,
            help=_("Proves that what comes back is from Meta."),
        ),
        Field(
            key="language_ar",
            label=_("Language code of Arabic templates"),
            is_required=False,
            initial="ar",
        ),
        Field(
            key="language_en",
            label=_("Language code of English templates"),
            is_required=False,
            initial="en",
            help=_("As they were approved: en, en_US or en_GB."),
        ),
        Field(
            key="api",
            label=_("Address of the API"),
            is_required=False,
            help=_("Only if you reach it by another way."),
        ),
        Field(key=HOOK_SECRET, label=_("Verify token"), is_secret=True, is_made_here=True),
    )
    steps = (
        _(
            "In the app's WhatsApp settings, under Configuration, enter the address and the verify token below as the callback."
        ),
        _("Subscribe to the fields messages and user_preferences."),
        _(
            "Templates of WhatsApp are written and approved there. In a template here, enter its name, and one parameter a line."
        ),
    )

    def prepare(self, account: Account, parcel: Parcel) -> Deliver:
        if parcel.name:
            content = _write_template(account, parcel)
        elif parcel.message_id and not _is_open(parcel.reader.customer_id):
            return partial(_refuse_closed)
        else:
            content = {"type": "text", "text": {"body": parcel.text, "preview_url": "http" in parcel.text}}
        told = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": parcel.address.removeprefix("+"),
            "biz_opaque_callback_data": parcel.id,
            **content,
        }
        asked = Call(
            method="POST",
            url=f"{account.get('api') or API}/{VERSION}/{account.get('phone_id')}/messages",
            headers={"Authorization": f"Bearer {account.get('token')}", "Content-Type": "application/json"},
            body=msgspec.json.encode(told),
        )
        return partial(call, asked, judge)

    def verify(self, account: Account, heard: Heard) -> None:
        if not account.get("app_secret"):
            raise Unsigned("no_secret")
        wanted = "sha256=" + make_hex(account.get("app_secret"), heard.body)
        check_equal(heard.headers.get("x-hub-signature-256", ""), wanted)

    def read(self, account: Account, heard: Heard) -> list[Word]:
        told = read_json(heard.body)
        if "entry" not in told:
            raise Unreadable("entry")
        return list(_read_all(told, heard))

    def greet(self, account: Account, heard: Heard) -> str | None:
        """Meta asks once whether the address is ours."""
        if heard.method != "GET" or heard.query.get("hub.mode") != "subscribe":
            return None
        check_equal(heard.query.get("hub.verify_token", ""), account.get(HOOK_SECRET))
        return heard.query.get("hub.challenge", "")[:200]


def _is_open(customer_id: int) -> bool:
    """Whether free text may be sent: the customer wrote within the last day."""
    last = find_inbound([customer_id], "whatsapp").get(customer_id)
    return last is not None and clock.now() - last < WINDOW


def _refuse_closed() -> Outcome:
    return Outcome(verdict=Verdict.PARKED, error="window_closed", blames_destination=False)


def _write_template(account: Account, parcel: Parcel) -> dict[str, Any]:
    language = account.get(f"language_{parcel.language}") or parcel.language
    template: dict[str, Any] = {"name": parcel.name, "language": {"code": language}}
    if parcel.parameters:
        # Meta refuses line ends, tabs and more than four spaces in a parameter
        parameters = [{"type": "text", "text": " ".join(one.split())} for one in parcel.parameters]
        template["components"] = [{"type": "body", "parameters": parameters}]
    if parcel.button:
        copied = [{"type": "text", "text": parcel.button}]
        template.setdefault("components", []).append(
            {"type": "button", "sub_type": "url", "index": "0", "parameters": copied}
        )
    return {"type": "template", "template": template}


def judge(reply: Reply) -> Outcome:
    told = read_json(reply.body)
    given = told.get("messages")
    if is_success(reply) and isinstance(given, list) and given:
        return accept(reply, str(given[0].get("id", "")))
    error = told.get("error")
    code, said = _read_error(error if isinstance(error, dict) else {})
    if code in _BUSY:
        retry_after_s = read_retry_after(reply.headers.get("retry-after", ""), clock.now())
        return fail("provider_busy", status=reply.status, answer=said, retry_after_s=retry_after_s)
    if code in _NOT_KNOWN:
        return fail("line_lost", status=reply.status, answer=said)
    if code in _SIGN_IN and reply.status != 500:
        return fail("sign_in_refused", status=reply.status, answer=said)
    if code == _STOPPED:
        return refuse("reader_stopped", reply, said)
    if code == _CLOSED:
        return refuse("window_closed", reply, said)
    return judge_refusal(reply, said)


def _read_error(error: dict[str, Any]) -> tuple[int, str]:
    code = error.get("code", -1)
    details = error.get("error_data", {})
    said = details.get("details", "") if isinstance(details, dict) else ""
    return int(code) if isinstance(code, int) else -1, f"{code} {said or error.get('message', '')}".strip()


def _read_all(told: dict[str, Any], heard: Heard) -> Iterator[Word]:
    """One request brings the words of many messages."""
    for entry in told["entry"]:
        for change in entry.get("changes", ()):
            value = change.get("value", {})
            for status in value.get("statuses", ()):
                yield from _read_status(status, heard)
            for answer in value.get("messages", ()):
                yield _read_answer(answer, heard)
            for wish in value.get("user_preferences", ()):
                if wish.get("value") == "stop":
                    at = _read_moment(wish.get("timestamp"), heard)
                    yield Word(kind=Back.UNSUBSCRIBED, at=at, address=read_number(wish.get("wa_id")))


def _read_status(status: dict[str, Any], heard: Heard) -> Iterator[Word]:
    kind = _STATUSES.get(status["status"])
    if kind is None:
        return
    errors = status.get("errors") or [{}]
    code = errors[0].get("code", "")
    yield Word(
        kind=Back.UNSUBSCRIBED if code == _STOPPED else kind,
        at=_read_moment(status.get("timestamp"), heard),
        message=read_key(status.get("biz_opaque_callback_data")),
        provider_id=status["id"],
        address=read_number(status.get("recipient_id")),
        code=str(code),
    )


def _read_answer(answer: dict[str, Any], heard: Heard) -> Word:
    kind = answer.get("type", "")
    content = answer.get(kind, {})
    text = ""
    if kind == "text":
        text = content.get("body", "")
    elif kind == "button":
        text = content.get("text", "")
    elif kind == "interactive":
        text = next((one.get("title", "") for one in content.values() if isinstance(one, dict)), "")
    return Word(
        kind=Back.REPLIED,
        at=_read_moment(answer.get("timestamp"), heard),
        address=read_number(answer["from"]),
        provider_id=answer.get("context", {}).get("id", ""),
        text=text,
        own_id=answer["id"],
    )


def _read_moment(told: Any, heard: Heard) -> datetime:
    """Seconds since 1970; no later than it was heard."""
    try:
        return min(datetime.fromtimestamp(int(told), UTC), heard.at)
    except (TypeError, ValueError, OverflowError, OSError):
        return heard.at
