"""Accounts at stand-ins on loopback, and what such providers tell us, as tests of channels need them."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from wafaa.act.messages.actions import handle_callbacks, judge_touches
from wafaa.act.messages.actions.providing import set_up_provider
from wafaa.act.messages.models import Mark
from wafaa.kit import clock

SITE = "https://wafaa.example"
SMS = {
    "en": {"sms": {"text": "Your order {{ order.number | default: 'is here' }}"}},
    "ar": {"sms": {"text": "طلبك {{ order.number | default: 'هنا' }}"}},
}
WHATSAPP = {
    "en": {
        "whatsapp": {
            "name": "order_ready",
            "parameters": "{{ customer.first_name | default: 'there' }}\n{{ order.number | default: '7' }}",
            "text": "Your order is ready",
        }
    },
    "ar": {"whatsapp": {"text": "طلبك جاهز"}},
}
ACCOUNTS = {
    "twilio": {"account": "AC1", "token": "secret-token", "sender": "Palm"},
    "unifonic": {"app_sid": "sid-1", "sender": "Palm"},
    "gateway": {
        "method": "POST",
        "secret": "k3y",
        "sender": "Palm",
        "headers": "Authorization: Bearer {secret}",
        "form": "json",
        "body": '{"to": "{to}", "from": "{sender}", "text": "{text}", "reference": "{key}"}',
        "id_path": "data.0.id",
        "back_status": "status",
        "back_id": "id",
        "back_key": "reference",
        "delivered": "delivered, DELIVRD",
        "failed": "failed",
        "back_from": "from",
        "back_text": "text",
    },
    "whatsapp_cloud": {
        "phone_id": "555",
        "token": "t0ken",
        "app_secret": "app-secret",
        "language_en": "en_US",
    },
    "postmark": {"server_token": "pm-1"},
    "mailgun": {"api_key": "mg-1", "sender_domain": "mg.example", "webhook_signing_key": "mg-sign"},
    "brevo": {"api_key": "b-1"},
    "sparkpost": {"api_key": "s-1"},
    "mailjet": {"api_key": "mj-1", "secret_key": "mj-2"},
    "resend": {
        "api_key": "re-1",
        "signing_secret": "whsec_" + base64.b64encode(b"r" * 24).decode(),
    },
    "standard_webhook": {"stands_for": "push"},
}
# Under what name the address of the stand-in is given, and what stands behind it.
ADDRESSES = {
    "gateway": ("url", "/send"),
    "standard_webhook": ("url", "/messages"),
    "postmark": ("api_url", "/"),
    "mailgun": ("api_url", "/v3"),
    "brevo": ("api_url", "/v3/"),
    "sparkpost": ("api_url", "/api/v1"),
    "mailjet": ("api_url", "/v3.1/"),
    "resend": ("api_url", "/"),
}


def set_up(kind, there=None, **given):
    """An active account whose carrier stands at `there`."""
    name, path = ADDRESSES.get(kind, ("api", ""))
    address = {name: f"{there.url}{path}"} if there else {}
    return set_up_provider(kind=kind, given={**ACCOUNTS[kind], **address, **given}, by=None)


def read_form(request):
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))


def read_json(request):
    return json.loads(request.body)


def tell_twilio(client, provider, *, message=None, token="secret-token", **told):
    """A signed status callback, or (with Body) an answer of a customer, as Twilio documents it."""
    path = f"/hooks/messages/{provider.uuid}/" + (f"?m={message.uuid}" if message else "")
    signed = SITE + path + "".join(f"{name}{told[name]}" for name in sorted(told))
    signature = base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return client.post(
        path,
        urlencode(told),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )


def tell_meta(client, provider, *, statuses=(), messages=(), preferences=(), secret="app-secret"):
    """A signed notification, as Meta documents it."""
    value = {
        "messaging_product": "whatsapp",
        "statuses": list(statuses),
        "messages": list(messages),
        "user_preferences": list(preferences),
    }
    body = json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [{"changes": [{"field": "messages", "value": value}]}],
        }
    )
    signature = "sha256=" + hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    return client.post(
        f"/hooks/messages/{provider.uuid}/",
        body,
        content_type="application/json",
        headers={"X-Hub-Signature-256": signature},
    )


def hear():
    """What the worker does about what was told, with the time that openings and presses are given."""
    done = handle_callbacks()
    judge_touches(after=timedelta(0))
    return done


def list_marked(message):
    return {one.kind: one.at for one in Mark.objects.filter(message=message)}


def later(**given):
    return clock.fixed_at(clock.now() + timedelta(**given))
