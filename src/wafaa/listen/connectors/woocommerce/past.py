"""WooCommerce's past and its webhooks by the REST API v3, with Basic authentication; its rows have the form of the webhooks.

Pages are counted (`page`, X-WP-TotalPages). What changes while we count could slip from a later page to an earlier one, so each
list is read in the order of its ids, which nothing changes; and webhooks tell what changes meanwhile.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from wafaa.listen.connectors.calling import call, is_rate_limited, read_json, read_wait_s
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
from wafaa.listen.connectors.woocommerce.reading import tell_customer, tell_order, tell_product

PAGE_ROWS = 100
STAGES = ("customers", "products", "orders")
TOPICS = (
    "customer.created",
    "customer.updated",
    "customer.deleted",
    "product.created",
    "product.updated",
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
)
_SHOP = re.compile(r"[a-z0-9][a-z0-9.-]{0,200}(:\d{1,5})?(/[\w./-]{0,200})?", re.IGNORECASE)


class Cursor(msgspec.Struct):
    stage: str = STAGES[0]
    page: int = 1


def start(_connected: Connected) -> str:
    return _write(Cursor())


def next_page(connected: Connected, cursor: str, send: Send) -> Page:
    at = msgspec.json.decode(cursor, type=Cursor)
    answer = _send(connected, send, "GET", _address(at))
    if is_rate_limited(answer):
        return Page(cursor=cursor, wait_s=max(read_wait_s(answer), 1.0))
    rows = read_json(answer)
    if not isinstance(rows, list):
        raise ConnectorError(Why.SYSTEM_FAILED, at.stage)
    told: list[Told] = []
    for row in rows:
        told += _tell(connected, at.stage, row)
    return Page(reading=Reading(told=told), cursor=_follow(at, answer, len(rows)))


def _address(at: Cursor) -> str:
    everybody = "&role=all" if at.stage == "customers" else ""
    return f"/{at.stage}?page={at.page}&per_page={PAGE_ROWS}&orderby=id&order=asc{everybody}"


def _tell(connected: Connected, stage: str, row: Mapping[str, Any]) -> list[Told]:
    if stage == "customers":
        return tell_customer(connected.place, row)
    if stage == "products":
        return tell_product(connected.place, row, now=connected.now)
    return tell_order(connected.place, row, region=connected.region)


def _follow(at: Cursor, answer: Answer, rows: int) -> str | None:
    """A shop behind a proxy that strips the header is read until a page is not full."""
    pages = answer.headers.get("x-wp-totalpages", "")
    has_more = at.page < int(pages) if pages.isdigit() else rows == PAGE_ROWS
    if has_more:
        return _write(Cursor(stage=at.stage, page=at.page + 1))
    later = STAGES[STAGES.index(at.stage) + 1 :]
    return _write(Cursor(stage=later[0])) if later else None


def test(connected: Connected, send: Send) -> str:
    """The shop's address and how many orders it has."""
    answer = _send(connected, send, "GET", "/orders?per_page=1")
    read_json(answer)
    total = answer.headers.get("x-wp-total", "0")
    return f"{connected.settings.get('shop')} · {int(total) if total.isdigit() else 0:,}"


def subscribe(connected: Connected, send: Send) -> Mapping[str, Any]:
    """One webhook a topic; those that stand there already are left."""
    present = {hook["topic"] for hook in _list_hooks(connected, send)}
    for topic in TOPICS:
        if topic in present:
            continue
        content = {
            "name": f"Wafaa {topic}",
            "topic": topic,
            "delivery_url": connected.address,
            "secret": connected.secrets.get("secret", ""),
            "status": "active",
        }
        read_json(_send(connected, send, "POST", "/webhooks", content))
    return {"registered": connected.address}


def unsubscribe(connected: Connected, send: Send) -> None:
    for hook in _list_hooks(connected, send):
        read_json(_send(connected, send, "DELETE", f"/webhooks/{int(hook['id'])}?force=true"))


def _list_hooks(connected: Connected, send: Send) -> list[dict[str, Any]]:
    """Ours: those that lead to our address."""
    address = connected.address or str(connected.settings.get("registered") or "")
    hooks = read_json(_send(connected, send, "GET", "/webhooks?per_page=100"))
    return [hook for hook in hooks if hook["delivery_url"] == address]


def _send(connected: Connected, send: Send, method: str, path: str, content: Any = None) -> Answer:
    return call(send, method, f"{_base(connected)}{path}", headers=_authorize(connected), content=content)


def _authorize(connected: Connected) -> dict[str, str]:
    secrets = connected.secrets
    pair = f"{secrets.get('consumer_key', '')}:{secrets.get('consumer_secret', '')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _base(connected: Connected) -> str:
    """https, but for a stand-in that says otherwise. Raises ConnectorError(NOT_FOUND)."""
    scheme, _, rest = str(connected.settings.get("shop") or "").strip().rpartition("://")
    rest = rest.rstrip("/")
    if not _SHOP.fullmatch(rest):
        raise ConnectorError(Why.NOT_FOUND, "shop")
    return f"{scheme.lower() or 'https'}://{rest}/wp-json/wc/v3"


def _write(cursor: Cursor) -> str:
    return msgspec.json.encode(cursor).decode()
