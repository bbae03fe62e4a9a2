"""What tests of connectors share: a connection, and a system that sends to it by HTTP as the real one would."""

import base64
import hashlib
import hmac
import json
from typing import Any

from django.test import Client

from wafaa.listen.connectors.actions import connect
from wafaa.listen.connectors.models import Connection

SECRET = "hush"
SHOPIFY = {"shop": "nujum.myshopify.com", "token": "shpat_1", "secret": SECRET}
WOO = {"shop": "https://nujum.example", "consumer_key": "ck_1", "consumer_secret": "cs_1", "secret": SECRET}


def make_connection(system: str = "shopify", **given: str) -> Connection:
    known = {"shopify": SHOPIFY, "woocommerce": WOO}.get(system, {})
    return connect(system=system, label="", given={**known, **given}, staff=None)


def send_shopify(
    connection: Connection, topic: str, body: Any, *, secret: str = SECRET, delivery: str = ""
) -> int:
    """The status of the answer."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"x-shopify-topic": topic, "x-shopify-hmac-sha256": sign(raw, secret)}
    if delivery:
        headers["x-shopify-webhook-id"] = delivery
    return post(connection, raw, headers)


def send_woo(
    connection: Connection, topic: str, body: Any, *, secret: str = SECRET, delivery: str = ""
) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"x-wc-webhook-topic": topic, "x-wc-webhook-signature": sign(raw, secret)}
    if delivery:
        headers["x-wc-webhook-delivery-id"] = delivery
    return post(connection, raw, headers)


def sign(raw: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()


def post(connection: Connection, raw: bytes, headers: dict[str, str]) -> int:
    response = Client().post(
        f"/hooks/{connection.uuid}/", raw, content_type="application/json", headers=headers
    )
    return response.status_code
