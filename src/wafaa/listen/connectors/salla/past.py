"""Salla's admin API: customers, orders and abandoned carts of the past, page by page; tokens that run out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from wafaa.listen.connectors.calling import call, is_rate_limited, read_json, read_wait_s
from wafaa.listen.connectors.payload import Payload
from wafaa.listen.connectors.rules import Answer, Connected, Page, Reading, Send, Told
from wafaa.listen.connectors.salla.orders import read_order
from wafaa.listen.connectors.salla.people import Hearing, read_cart, read_customer

API = "https://api.salla.dev/admin/v2"
ACCOUNTS = "https://accounts.salla.sa/oauth2/token"
# The API's own limit.
PER_PAGE = 60
# Each order costs one or two requests more, and the smallest plan has 60 a minute.
ORDERS_PER_PAGE = 15
READS = {"customers": read_customer, "orders": read_order, "carts": read_cart}
LISTS = tuple(READS)
_REFRESHED_BEFORE_S = 3 * 86_400


def start(connected: Connected) -> str:
    return f"{LISTS[0]}:1:0"


def test(connected: Connected, send: Send) -> str:
    """Whose shop the token opens, and how many orders it has."""
    info = Payload(_ask(connected, send, "/store/info")).object("data")
    orders = Payload(_ask(connected, send, "/orders", per_page=1)).object("pagination")
    return f"{info.first('name', 'domain')}, {orders.text('total') or 0}"


def fetch_page(connected: Connected, cursor: str, send: Send) -> Page:
    """`cursor` is list:page:how many of the page were read; what was refused for its rate is asked again from there."""
    name, page, skipped = _read_cursor(cursor)
    paths = {"customers": "/customers", "orders": "/orders", "carts": "/carts/abandoned"}
    per_page = ORDERS_PER_PAGE if name == "orders" else PER_PAGE
    answer = _get(connected, send, paths[name], page=page, per_page=per_page)
    if is_rate_limited(answer):
        return Page(cursor=cursor, wait_s=_read_wait(answer, connected.now))
    body = Payload(read_json(answer))
    hearing = _hear(connected)
    told: list[Told] = []
    for place, listed in enumerate(body.objects("data")):
        if place < skipped:
            continue
        one = _complete(connected, send, listed) if name == "orders" else listed
        if one is None:
            wait_s = _read_wait(answer, connected.now, is_refused=True)
            return Page(reading=Reading(told=told), cursor=f"{name}:{page}:{place}", wait_s=wait_s)
        told += READS[name](hearing, "", one)
    pagination = body.object("pagination")
    last = int(pagination.number("totalPages") or 1)
    following = f"{name}:{page + 1}:0" if page < last else _next_list(name)
    return Page(
        reading=Reading(told=told),
        cursor=following,
        wait_s=_read_wait(answer, connected.now),
        total=int(pagination.number("total") or 0) if name == "orders" else None,
    )


def refresh(connected: Connected, send: Send) -> Mapping[str, str]:
    """A new access token three days before the old one runs out, where the app's id and secret are known."""
    secrets = connected.secrets
    needed = [secrets.get(key, "") for key in ("refresh_token", "client_id", "client_secret")]
    if (
        not all(needed)
        or float(secrets.get("token_expires") or 0) - connected.now.timestamp() > _REFRESHED_BEFORE_S
    ):
        return {}
    form = {
        "grant_type": "refresh_token",
        "refresh_token": needed[0],
        "client_id": needed[1],
        "client_secret": needed[2],
    }
    answer = send(
        "POST",
        str(connected.settings.get("accounts_address") or ACCOUNTS),
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(form).encode(),
    )
    given = Payload(read_json(answer))
    expires = connected.now.timestamp() + float(given.number("expires_in") or 0)
    return {
        "token": given.text("access_token"),
        "refresh_token": given.text("refresh_token") or needed[0],
        "token_expires": str(int(given.number("expires") or expires)),
    }


def _complete(connected: Connected, send: Send, listed: Payload) -> Payload | None:
    """The order with its amounts and lines: the list has neither for apps made after August 2024. None: too many asked."""
    order_id = listed.id()
    whole = listed
    if "amounts" not in listed:
        answer = _get(connected, send, f"/orders/{order_id}")
        if is_rate_limited(answer):
            return None
        whole = Payload(read_json(answer)).object("data")
    if any("amounts" in item for item in whole.objects("items")):
        return whole
    answer = _get(connected, send, "/orders/items", order_id=order_id)
    if is_rate_limited(answer):
        return None
    items = [item.values for item in Payload(read_json(answer)).objects("data")]
    return Payload({**whole.values, "items": items})


def _ask(connected: Connected, send: Send, path: str, **query: Any) -> Any:
    return read_json(_get(connected, send, path, **query))


def _get(connected: Connected, send: Send, path: str, **query: Any) -> Answer:
    address = str(connected.settings.get("api_address") or API).rstrip("/")
    asked = f"?{urlencode(query)}" if query else ""
    headers = {"Authorization": f"Bearer {connected.secrets.get('token', '')}"}
    return call(send, "GET", f"{address}{path}{asked}", headers=headers)


def _read_wait(answer: Answer, now: datetime, *, is_refused: bool = False) -> float:
    """429 says Retry-After; before that X-RateLimit-Remaining runs down to 0 until X-RateLimit-Reset (Unix seconds)."""
    if is_rate_limited(answer):
        return read_wait_s(answer)
    left, reset = answer.headers.get("x-ratelimit-remaining", ""), answer.headers.get("x-ratelimit-reset", "")
    if not is_refused and (not left.isdigit() or int(left) > 1):
        return 0.0
    # the bucket is emptied once a minute
    return (
        min(max(float(reset) - now.timestamp(), 1.0), 60.0)
        if reset.isdigit()
        else 60.0
        if is_refused
        else 0.0
    )


def _hear(connected: Connected) -> Hearing:
    return Hearing(
        place=connected.place,
        now=connected.now,
        said_at=connected.now,
        region=connected.region,
        with_tax=connected.settings.get("lines") != "without_tax",
        is_past=True,
    )


def _read_cursor(cursor: str) -> tuple[str, int, int]:
    name, page, skipped = cursor.split(":")
    return name, int(page), int(skipped)


def _next_list(name: str) -> str | None:
    following = LISTS[LISTS.index(name) + 1 :]
    return f"{following[0]}:1:0" if following else None
