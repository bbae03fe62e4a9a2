"""Shopify's past and its webhooks by the Admin REST API, whose orders and customers have the very form of the webhooks.

Pages follow the Link header; should Shopify know a page's mark no more (after a long pause), its list is continued behind the
last id.
Rate: a bucket of 40 calls that empties by 2 a second (X-Shopify-Shop-Api-Call-Limit), 429 with Retry-After beyond.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from wafaa.listen.connectors.calling import call, is_rate_limited, read_json, read_next_link, read_wait_s
from wafaa.listen.connectors.rules import (
    Answer,
    Connected,
    ConnectorError,
    Page,
    Reading,
    Send,
    Told,
    Why,
)
from wafaa.listen.connectors.shopify.orders import tell_order
from wafaa.listen.connectors.shopify.people import tell_customer

API_VERSION = "2025-10"
PAGE_ROWS = 100  # of 250 that are allowed: an order may have hundreds of lines
TOPICS = (
    "customers/create",
    "customers/update",
    "customers/delete",
    "orders/create",
    "orders/updated",
    "orders/paid",
    "orders/cancelled",
    "orders/fulfilled",
    "orders/partially_fulfilled",
    "fulfillments/create",
    "fulfillments/update",
    "refunds/create",
    "checkouts/create",
    "checkouts/update",
    "app/uninstalled",
)
# Above this part of the bucket we let it empty: pages of the shop's other apps share it.
_BUCKET_FULL = 0.8
_BUCKET_REST_S = 2.0
_SHOP = re.compile(r"[a-z0-9][a-z0-9.-]{0,200}(:\d{1,5})?")
_ALREADY_THERE = HTTPStatus.UNPROCESSABLE_ENTITY


class Cursor(msgspec.Struct):
    """Where the next page begins: customers first, so that orders find theirs."""

    stage: str = "customers"
    url: str = ""  # of the next page, as the Link header gives it
    last_id: int = 0


def start(_connected: Connected) -> str:
    return _write(Cursor())


def next_page(connected: Connected, cursor: str, send: Send) -> Page:
    at = msgspec.json.decode(cursor, type=Cursor)
    answer = _get(connected, send, at.url or _first_address(connected, at))
    if is_rate_limited(answer):
        return Page(cursor=cursor, wait_s=max(read_wait_s(answer), 1.0))
    if answer.status == HTTPStatus.BAD_REQUEST and at.url:
        return Page(cursor=_write(Cursor(stage=at.stage, last_id=at.last_id)))
    rows = read_json(answer)[at.stage]
    told: list[Told] = []
    for row in rows:
        told += _tell(connected, at.stage, row)
    last_id = max([at.last_id, *(int(row["id"]) for row in rows)])
    following = _stay(connected, read_next_link(answer))
    return Page(
        reading=Reading(told=told),
        cursor=_follow(at.stage, following, last_id),
        wait_s=_BUCKET_REST_S if _is_nearly_full(answer) else 0.0,
    )


def _tell(connected: Connected, stage: str, row: Mapping[str, Any]) -> list[Told]:
    if stage == "customers":
        return tell_customer(connected.place, row)
    return tell_order(connected.place, row, region=connected.region)


def _follow(stage: str, following: str | None, last_id: int) -> str | None:
    if following:
        return _write(Cursor(stage=stage, url=following, last_id=last_id))
    return _write(Cursor(stage="orders")) if stage == "customers" else None


def _first_address(connected: Connected, at: Cursor) -> str:
    status = "&status=any" if at.stage == "orders" else ""
    return f"{_base(connected)}/{at.stage}.json?limit={PAGE_ROWS}&since_id={at.last_id}{status}"


def _stay(connected: Connected, url: str | None) -> str | None:
    """The token goes to the shop's own address only, whatever a header says."""
    if url is not None and not url.startswith(f"{_base(connected)}/"):
        raise ConnectorError(Why.SYSTEM_FAILED, "Link")
    return url


def _is_nearly_full(answer: Answer) -> bool:
    used, _, size = answer.headers.get("x-shopify-shop-api-call-limit", "0/40").partition("/")
    return used.isdigit() and size.isdigit() and int(used) > _BUCKET_FULL * int(size)


def test(connected: Connected, send: Send) -> str:
    """The shop's name and how many orders it has."""
    shop = _ask(connected, send, "GET", "/shop.json")["shop"]
    count = _ask(connected, send, "GET", "/orders/count.json?status=any")["count"]
    return f"{shop.get('name')} · {int(count):,}"


def subscribe(connected: Connected, send: Send) -> Mapping[str, Any]:
    """One webhook a topic; those that stand there already are left."""
    present = {hook["topic"] for hook in _list_hooks(connected, send)}
    for topic in TOPICS:
        if topic in present:
            continue
        content = {"webhook": {"topic": topic, "address": connected.address, "format": "json"}}
        answer = _send(connected, send, "POST", "/webhooks.json", content)
        if answer.status != _ALREADY_THERE:
            read_json(answer)
    return {"registered": connected.address}


def unsubscribe(connected: Connected, send: Send) -> None:
    for hook in _list_hooks(connected, send):
        _ask(connected, send, "DELETE", f"/webhooks/{int(hook['id'])}.json")


def _list_hooks(connected: Connected, send: Send) -> list[dict[str, Any]]:
    """Ours: those that lead to our address."""
    address = connected.address or str(connected.settings.get("registered") or "")
    hooks = _ask(connected, send, "GET", "/webhooks.json?limit=250")["webhooks"]
    return [hook for hook in hooks if hook["address"] == address]


def _ask(connected: Connected, send: Send, method: str, path: str) -> Any:
    return read_json(_send(connected, send, method, path))


def _send(connected: Connected, send: Send, method: str, path: str, content: Any = None) -> Answer:
    return call(send, method, f"{_base(connected)}{path}", headers=_authorize(connected), content=content)


def _get(connected: Connected, send: Send, url: str) -> Answer:
    return call(send, "GET", url, headers=_authorize(connected))


def _authorize(connected: Connected) -> dict[str, str]:
    return {"X-Shopify-Access-Token": connected.secrets.get("token", "")}


def _base(connected: Connected) -> str:
    return f"{read_shop(str(connected.settings.get('shop') or ''))}/admin/api/{API_VERSION}"


def read_shop(given: str) -> str:
    """The address with its scheme: https, but for a stand-in that says otherwise. Raises ConnectorError(NOT_FOUND)."""
    scheme, _, rest = given.strip().rpartition("://")
    host = rest.split("/")[0].lower()
    if not _SHOP.fullmatch(host):
        raise ConnectorError(Why.NOT_FOUND, "shop")
    return f"{scheme.lower() or 'https'}://{host}"


def _write(cursor: Cursor) -> str:
    return msgspec.json.encode(cursor).decode()
