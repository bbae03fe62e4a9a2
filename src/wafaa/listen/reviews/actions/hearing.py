"""Reviews that shops' systems tell ("Product Reviewed", Segment's name; Salla and Zid send them) become reviews here."""

from collections.abc import Sequence

import msgspec
from django.db import transaction

from wafaa.kit import clock
from wafaa.know.customers.models import DistinctId
from wafaa.know.notes.rules import read_line, read_text
from wafaa.know.orders.models import Order, OrderLine, Product
from wafaa.listen.reviews.actions.telling import tell_submitted
from wafaa.listen.reviews.actions.writing import change, fill
from wafaa.listen.reviews.models import Review
from wafaa.listen.reviews.rules import NAME_MAX, TEXT_MAX, TITLE_MAX, Draft, Origin, State, read_rating
from wafaa.stream.queries import read_events
from wafaa.stream.rules import EventHead, StoredEvent

_PROPERTIES = msgspec.json.Decoder(dict[str, object])


@transaction.atomic
def hear_reviews(heads: Sequence[EventHead]) -> int:
    """What the same system told of the same review before becomes a version. Who has reviewed the product here already keeps that
    one. What has no stars from 1 to 5 is no review. Returns how many were new or changed.
    """
    told = [(event, _PROPERTIES.decode(event.properties)) for event in read_events(heads)]
    customers = dict(
        DistinctId.objects.filter(distinct_id__in={event.distinct_id for event, _ in told}).values_list(
            "distinct_id", "customer_id"
        )
    )
    names = {_text(said.get(name), 200) for _, said in told for name in ("sku", "product_id")}
    products = {one.sku: one for one in Product.objects.filter(sku__in=names - {""})}
    written = []
    for event, said in told:
        product = products.get(_text(said.get("sku"), 200)) or products.get(
            _text(said.get("product_id"), 200)
        )
        review = _apply(event, said, customers.get(event.distinct_id), product)
        if review is not None:
            written.append(review)
    tell_submitted(written)
    return len(written)


def _apply(
    event: StoredEvent, said: dict[str, object], customer_id: int | None, product: Product | None
) -> Review | None:
    rating = read_rating(said.get("rating"))
    if rating is None:
        return None
    draft = Draft(
        rating=rating,
        title=read_line(_text(said.get("title"), TITLE_MAX))[:TITLE_MAX],
        text=read_text(_text(said.get("review_body"), TEXT_MAX))[:TEXT_MAX],
        name=read_line(_text(said.get("author"), NAME_MAX))[:NAME_MAX],
    )
    told_as = f"{event.source}:{_text(said.get('review_id'), 200) or event.message_id}"[:300]
    found = Review.objects.select_for_update(of=("self",)).select_related("product", "store")
    review = found.filter(told_as=told_as).first()
    if review is not None:
        return review if change(review, draft, is_bound=False) else None
    if customer_id and product and Review.objects.filter(customer=customer_id, product=product).exists():
        return None
    review = Review(
        customer_id=customer_id,
        product=product,
        origin=Origin.SHOP,
        told_as=told_as,
        state=State.WAITING,
        submitted_at=event.occurred_at,
    )
    order = _find_order(customer_id, product)
    review.order, review.is_verified = order, order is not None
    review.order_ref = order.external_id if order else _text(said.get("order_id"), 200)[:200]
    review.store_id = order.store_id if order else None
    fill(review, draft, clock.now())
    review.save(force_insert=True)
    return review


def _find_order(customer_id: int | None, product: Product | None) -> Order | None:
    if customer_id is None or product is None:
        return None
    orders = Order.objects.filter(customer=customer_id, cancelled_at=None)
    line = OrderLine.objects.filter(order__in=orders, product=product.pk, counted=True).order_by("-order_id")
    order_id = line.values_list("order_id", flat=True).first()
    return orders.filter(pk=order_id).first() if order_id else None


def _text(told: object, limit: int) -> str:
    """Numbers are ids too; anything else is nothing."""
    return str(told)[: limit * 4] if isinstance(told, str | int) and not isinstance(told, bool) else ""
