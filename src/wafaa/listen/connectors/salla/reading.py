"""What Salla's webhooks say, as events: which event is read by what."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from wafaa.listen.connectors.commerce import Person, tell_step, write_decimal
from wafaa.listen.connectors.payload import Payload, read_body
from wafaa.listen.connectors.rules import Reading, Received, Told
from wafaa.listen.connectors.salla.orders import read_order, read_shipment
from wafaa.listen.connectors.salla.people import ZONE, Hearing, read_cart, read_customer, read_review


def read_delivery(received: Received) -> Reading:
    """One webhook: {event, merchant, created_at, data}."""
    body = Payload(read_body(received.body))
    event, data = body.text("event"), body.object("data")
    said_at = body.moment("created_at", now=received.received_at, zone=ZONE) or received.received_at
    hearing = Hearing(
        place=received.place,
        now=received.received_at,
        said_at=said_at,
        region=received.region,
        with_tax=received.settings.get("lines") != "without_tax",
    )
    if event == "app.uninstalled":
        return Reading(is_over=True)
    if event == "app.store.authorize":
        return Reading(secrets=_read_tokens(data))
    read = READERS.get(event) or next(
        (one for begin, one in FAMILIES.items() if event.startswith(begin)), None
    )
    return Reading(told=read(hearing, event, data) if read else ())


def read_product(hearing: Hearing, event: str, data: Payload) -> list[Told]:
    """product.created, .updated, .price.updated: what is known of a product that has a SKU."""
    sku = data.text("sku", limit=200)
    if not sku or event not in ("product.created", "product.updated", "product.price.updated"):
        return []
    product_id = data.id()
    version = data.moment("updated_at", now=hearing.now, zone=ZONE) or hearing.said_at
    category = next(data.objects("categories"), Payload({}))
    price = data.object("price") if isinstance(data.values.get("price"), dict) else data
    told = tell_step(
        hearing.place,
        name="Product Updated",
        topic="product",
        object_id=f"{product_id}:{version:%Y%m%dT%H%M%S}",
        person=Person(distinct_id=f"product:{hearing.place.source}:{product_id}"),
        at=version,
        properties={
            "sku": sku,
            "name": data.text("name", limit=500),
            "category": category.text("name", limit=200),
            "barcode": data.first("gtin", "mpn")[:100],
            "price": write_decimal(data.money("price")) if "price" in data else "",
            "cost": write_decimal(data.money("cost_price")) if data.money("cost_price") else "",
            "currency": (price.text("currency") or data.text("currency"))[:3],
        },
    )
    return [replace(told, object=f"product:{product_id}", version=version)]


def _read_tokens(data: Payload) -> dict[str, str]:
    """app.store.authorize: the tokens that the app gets when a merchant installs it."""
    named = {"token": "access_token", "refresh_token": "refresh_token", "token_expires": "expires"}
    return {key: text for key, name in named.items() if (text := data.text(name))}


Read = Callable[[Hearing, str, Payload], list[Told]]
READERS: Mapping[str, Read] = {
    "abandoned.cart": read_cart,
    "review.added": read_review,
    "customer.created": read_customer,
    "customer.updated": read_customer,
    "customer.login": read_customer,
    "shipment.created": read_shipment,
    "shipment.updated": read_shipment,
}
# Whole families of events carry the same object.
FAMILIES: Mapping[str, Read] = {"order.": read_order, "product.": read_product}
