"""SMS by any gateway that speaks HTTP, described by data: what is sent where, and where its answers say what.

Signs in braces stand for what is sent: {to} the number with its plus, {number} without, {text}, {sender}, {key} and {secret}.
Each is written as its place asks: as a JSON text, as a part of a form or of an address.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus

import msgspec
from django.utils.translation import gettext_lazy as _

from wafaa.act.messages.back import Back, Heard, Unreadable, Word, read_key
from wafaa.act.messages.channels.calling import Call, accept, call, is_success, judge_refusal, refuse
from wafaa.act.messages.channels.carriers import HOOK_SECRET, Account, Field, check_word
from wafaa.act.messages.channels.numbers import read_number
from wafaa.act.messages.channels.parcels import Parcel
from wafaa.act.messages.channels.sms.names import SENDER, choose_sender
from wafaa.kit.outbound import Reply
from wafaa.stream.outbox import Deliver, Outcome

_SIGN = re.compile(r"\{(to|number|text|sender|key|secret)\}")
JSON, FORM, NOTHING = "json", "form", "nothing"
_TYPES = {JSON: "application/json", FORM: "application/x-www-form-urlencoded"}
_JSON_BODY = '{"to": "{to}", "from": "{sender}", "text": "{text}", "reference": "{key}"}'


class Gateway:
    kind = "gateway"
    channel = "sms"
    name = _("Another gateway")
    fields = (
        Field(
            key="method",
            label=_("Method"),
            choices=(("POST", "POST"), ("PUT", "PUT"), ("GET", "GET")),
            initial="POST",
        ),
        Field(key="url", label=_("Address"), help=_("May hold the same signs in braces as the body.")),
        Field(
            key="secret",
            label=_("Secret"),
            is_secret=True,
            is_required=False,
            help=_("A key or password: `{secret}` stands for it wherever it is needed."),
        ),
        SENDER,
        Field(
            key="headers",
            label=_("Headers"),
            is_long=True,
            is_required=False,
            initial="Authorization: Bearer {secret}",
            help=_("One a line."),
        ),
        Field(
            key="form",
            label=_("Form of the body"),
            choices=((JSON, "JSON"), (FORM, _("form (a=1&b=2)")), (NOTHING, _("none"))),
            initial=JSON,
        ),
        Field(
            key="body",
            label=_("Body"),
            is_long=True,
            is_required=False,
            initial=_JSON_BODY,
            help=_(
                "`{to}` is the number with its plus, `{number}` without it, `{text}` the message, `{sender}` the sender, "
                "`{key}` our id of the message."
            ),
        ),
        Field(
            key="id_path",
            label=_("Where the answer says its id"),
            is_required=False,
            initial="id",
            help=_("Such as `id` or `data.0.messageId`."),
        ),
        Field(
            key="error_path",
            label=_("Where it says an error"),
            is_required=False,
            help=_("What stands there makes a refusal of an answer that looks like a success."),
        ),
        Field(
            key="key_header",
            label=_("Header of the idempotency key"),
            is_required=False,
            help=_(
                "Only if the gateway promises that the same key sends once; then what may have arrived is tried again without "
                "doubt."
            ),
        ),
        Field(
            key="back_status",
            label=_("In receipts: where the state stands"),
            is_required=False,
            initial="status",
        ),
        Field(key="back_id", label=_("In receipts: where its id stands"), is_required=False, initial="id"),
        Field(
            key="back_key",
            label=_("In receipts: where our id stands"),
            is_required=False,
            initial="reference",
        ),
        Field(
            key="delivered",
            label=_("Words for arrived"),
            is_required=False,
            initial="delivered, DELIVRD",
        ),
        Field(
            key="failed",
            label=_("Words for not arrived"),
            is_required=False,
            initial="failed, undelivered, rejected, expired, UNDELIV, REJECTD, EXPIRED",
        ),
        Field(
            key="back_from",
            label=_("In answers of customers: where the number stands"),
            is_required=False,
            initial="from",
        ),
        Field(
            key="back_text",
            label=_("In answers of customers: where the text stands"),
            is_required=False,
            initial="text",
        ),
        Field(key=HOOK_SECRET, label=_("Word in the address of receipts"), is_secret=True, is_made_here=True),
    )
    steps = (
        _("Enter the address below at the gateway, for delivery receipts and for answers of customers."),
        _("The word in the address proves where a receipt comes from. A header `X-Wafaa-Key` does as well."),
    )
    honours_keys = False  # but for one that promises it: ways.Carried asks for key_header
    names_keys = True

    def prepare(self, account: Account, parcel: Parcel) -> Deliver:
        values = {
            "to": parcel.address,
            "number": parcel.address.removeprefix("+"),
            "text": parcel.text,
            "sender": choose_sender(account, parcel),
            "key": parcel.id,
            "secret": account.get("secret"),
        }
        form = account.get("form") or JSON
        headers = {name: fill(value, values, str) for name, value in read_headers(account.get("headers"))}
        if form in _TYPES:
            headers.setdefault("Content-Type", _TYPES[form])
        if name := account.get("key_header"):
            headers[name] = parcel.key
        body = None
        if form in _TYPES:
            body = fill(account.get("body"), values, _quote_json if form == JSON else quote_plus).encode()
        asked = Call(
            method=account.get("method") or "POST",
            url=fill(account.get("url"), values, partial(quote, safe="")),
            headers=headers,
            body=body,
        )
        return partial(call, asked, partial(judge, account=account))

    def verify(self, account: Account, heard: Heard) -> None:
        check_word(account, heard)

    def read(self, account: Account, heard: Heard) -> list[Word]:
        found = []
        for told in read_reports(heard):
            status = find(told, account.get("back_status")).lower()
            sender, text = find(told, account.get("back_from")), find(told, account.get("back_text"))
            own_id = find(told, account.get("back_id"))
            key = read_key(find(told, account.get("back_key")))
            if status:
                kind = _find_kind(account, status)
                if kind is not None:
                    found.append(
                        Word(
                            kind=kind,
                            at=heard.at,
                            message=key,
                            provider_id=own_id,
                            code=status if kind is Back.BOUNCED else "",
                        )
                    )
            elif text and read_number(sender):
                found.append(
                    Word(
                        kind=Back.REPLIED,
                        at=heard.at,
                        address=read_number(sender),
                        text=text,
                        own_id=own_id or f"{heard.at:%Y%m%d%H}:{text[:40]}",
                    )
                )
            else:
                raise Unreadable("neither a state nor an answer")
        return found

    def greet(self, account: Account, heard: Heard) -> str | None:
        return None


def fill(text: str, values: Mapping[str, str], write: Callable[[str], str]) -> str:
    return _SIGN.sub(lambda found: write(values[found[1]]), text)


def _quote_json(value: str) -> str:
    """As it stands between the quotes of a JSON text."""
    return msgspec.json.encode(value).decode()[1:-1]


def read_headers(text: str) -> list[tuple[str, str]]:
    """`Name: value`, one a line. Raises ValueError."""
    found = []
    for line in text.splitlines():
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise ValueError(line)
        found.append((name.strip(), value.strip()))
    return found


def find(told: Any, path: str) -> str:
    """What stands at `data.0.id`; "" where nothing does."""
    if not path.strip():
        return ""
    for part in path.strip().split("."):
        if isinstance(told, Mapping):
            told = told.get(part)
        elif isinstance(told, list) and part.isdigit() and int(part) < len(told):
            told = told[int(part)]
        else:
            return ""
    return "" if told is None or isinstance(told, dict | list | bool) else str(told).strip()


def _find_kind(account: Account, status: str) -> Back | None:
    """Words that nobody has named say at least that the gateway has the message."""
    for words, kind in (("delivered", Back.DELIVERED), ("failed", Back.BOUNCED)):
        if status in {one.strip().lower() for one in account.get(words).split(",")}:
            return kind
    return Back.SENT


def read_reports(heard: Heard) -> list[Any]:
    """One, or a list of several; in JSON, as a form, or behind the `?` of the address."""
    body = heard.body.strip()
    if not body:
        return [dict(heard.query)]
    if body[:1] in {b"{", b"["}:
        try:
            told = msgspec.json.decode(body)
        except msgspec.MsgspecError as error:
            raise Unreadable("json") from error
        return told if isinstance(told, list) else [told]
    return [dict(parse_qsl(body.decode(), keep_blank_values=True))]


def judge(reply: Reply, *, account: Account) -> Outcome:
    try:
        told = msgspec.json.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        told = {}
    if not is_success(reply):
        return judge_refusal(reply, find(told, account.get("error_path")))
    if error := find(told, account.get("error_path")):
        return refuse("provider_refused", reply, error)
    return accept(reply, find(told, account.get("id_path")))
