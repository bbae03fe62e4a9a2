"""Zid's merchant API: orders, customers and abandoned carts of the past, and the subscription of our address."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from wafaa.listen.connectors.calling import call, is_rate_limited, read_json, read_wait_s
from wafaa.listen.connectors.payload import Payload
from wafaa.listen.connectors.rules import Answer, Connected, Page, Reading, Send, Told
from wafaa.listen.connectors.zid.reading import Hearing, read_cart, read_customer, read_order

API = "https://api.zid.sa"
PER_PAGE = 100  # the API's own limit
EVENTS = (
    "order.create",
    "order.status.update",
    "order.payment_status.update",
    "customer.create",
    "customer.update",
    "abandoned_cart.created",
    "product.create",
    "product.update",
)
# Leaky bucket, 60 requests a minute for one app and store; no header says how full it is.
PACE_S = 1.0
# list -> path, name of the page's size, key of the rows, how a row is read
_LISTS = {
    "customers": ("customers", "per_page", "customers", read_customer),
    "orders": ("orders", "per_page", "orders", read_order),
    "carts": ("abandoned-carts", "page_size", "abandoned_carts", read_cart),
}


def start(_connected: Connected) -> str:
    return "customers:1"


def test(connected: Connected, send: Send) -> str:
    """Whose shop the tokens open, and how many orders it has."""
    profile = Payload(read_json(_ask(connected, send, "GET", "/v1/managers/account/profile")))
    user = profile.object("user") or profile
    store = user.object("store")
    query = {"page": 1, "per_page": 1, "payload_type": "simple"}
    orders = Payload(read_json(_ask(connected, send, "GET", "/v1/managers/store/orders", query)))
    return f"{store.first('title', 'name') or user.first('name', 'email')}, {orders.text('total_order_count') or 0}"


def fetch_page(connected: Connected, cursor: str, send: Send) -> Page:
    """`cursor` is list:page. A page that is not full is the last one."""
    name, number = cursor.split(":")
    path, size, rows, read = _LISTS[name]
    query: dict[str, Any] = {"page": number, size: PER_PAGE}
    if name == "orders":
        # with their lines; oldest first, so that what is ordered meanwhile moves no page
        query |= {"payload_type": "default", "order_by": "created_at", "sort_by": "asc"}
    answer = _ask(connected, send, "GET", f"/v1/managers/store/{path}", query)
    if is_rate_limited(answer):
        return Page(cursor=cursor, wait_s=read_wait_s(answer))
    body = Payload(read_json(answer))
    found = list((body.object("payload") or body).objects(rows))
    hearing = Hearing(place=connected.place, now=connected.now, region=connected.region)
    told: list[Told] = []
    for one in found:
        told += read(hearing, "", one)
    total = body.number("total_order_count") if name == "orders" else None
    return Page(
        reading=Reading(told=told),
        cursor=f"{name}:{int(number) + 1}" if len(found) >= PER_PAGE else _next_list(name),
        wait_s=PACE_S,
        total=int(total) if total is not None else None,
    )


def subscribe(connected: Connected, send: Send) -> Mapping[str, Any]:
    """One subscription an event; each event's name stands behind our address, because Zid does not send it."""
    listed = Payload(read_json(_ask(connected, send, "GET", "/v1/managers/webhooks")))
    held = {one.text("target_url") for one in (listed.object("payload") or listed).objects("webhooks")}
    for event in EVENTS:
        target = f"{connected.address}{event}"
        if target in held:
            continue
        content = {
            "event": event,
            "target_url": target,
            "original_id": int(str(connected.settings.get("app_id") or 0) or 0),
            "subscriber": _name_subscriber(connected),
            "conditions": {},
            "username": "wafaa",
            "password": connected.secrets.get("secret", ""),
        }
        read_json(_ask(connected, send, "POST", "/v1/managers/webhooks", content=content))
    return {"subscribed": list(EVENTS)}


def unsubscribe(connected: Connected, send: Send) -> None:
    """All that were made under this connection's name."""
    query = {"subscriber": _name_subscriber(connected)}
    read_json(_ask(connected, send, "DELETE", "/v1/managers/webhooks", query))


def _name_subscriber(connected: Connected) -> str:
    return f"wafaa-{connected.place.uuid8}"


def _ask(
    connected: Connected,
    send: Send,
    method: str,
    path: str,
    query: Mapping[str, Any] | None = None,
    *,
    content: Any = None,
) -> Answer:
    address = str(connected.settings.get("api_address") or API).rstrip("/")
    asked = f"?{urlencode(query)}" if query else ""
    headers = {
        "Authorization": f"Bearer {connected.secrets.get('authorization', '').removeprefix('Bearer ')}",
        "X-Manager-Token": connected.secrets.get("token", ""),
        "Accept-Language": "ar",
    }
    return call(send, method, f"{address}{path}{asked}", headers=headers, content=content)


def _next_list(name: str) -> str | None:
    names = list(_LISTS)
    following = names[names.index(name) + 1 :]
    return f"{following[0]}:1" if following else None
