"""Who may review what they bought: everybody who is asked, whatever they might say."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db import transaction

from wafaa.kit import clock
from wafaa.know.orders.models import Order, OrderLine
from wafaa.listen.reviews.knowing import find_shares
from wafaa.listen.reviews.models import InvitedProduct, Review, ReviewInvitation, Skipped
from wafaa.listen.reviews.rules import (
    INVITATION_DAYS,
    PRODUCTS_MAX,
    Invitee,
    Skip,
    bucket,
    make_token,
)

_Key = tuple[int, str]


@transaction.atomic
def make_review_invitations(*, people: Sequence[Invitee]) -> list[ReviewInvitation]:
    """An invitation for each order that a person really bought, with up to PRODUCTS_MAX products that they have not reviewed.

    Asking twice for the same order gives the same invitation again (for a reminder). Who bought nothing under that number, or
    has reviewed all of it, gets none, and stands in the audit with the reason. No score decides: `share` (or else what they
    said last) is kept for the audit alone. Give some thousands at a time.
    """
    asked: dict[_Key, Invitee] = {(one.customer_id, one.order_ref): one for one in people}
    standing = _find_standing(asked)
    missing = {key: one for key, one in asked.items() if key not in standing}
    orders = _find_orders(missing)
    products, reviewed = _find_products(orders)
    fresh: list[tuple[Invitee, list[int]]] = []
    skipped: dict[Skip, list[Invitee]] = defaultdict(list)
    for key, one in missing.items():
        order = orders.get(key)
        bought = products.get(order.pk, []) if order else []
        wanted = [product for product in bought if not one.products or product in set(one.products)]
        left = [product for product in wanted if (one.customer_id, product) not in reviewed]
        if not wanted:
            skipped[Skip.NOTHING_BOUGHT].append(one)
        elif not left:
            skipped[Skip.REVIEWED].append(one)
        else:
            fresh.append((one, left[:PRODUCTS_MAX]))
    for reason, some in skipped.items():
        note_skipped(people=some, reason=reason)
    _write(fresh, orders)
    standing |= _find_standing({(one.customer_id, one.order_ref): one for one, _products in fresh})
    return [standing[key] for key in asked if key in standing]


def _find_standing(asked: Collection[_Key]) -> dict[_Key, ReviewInvitation]:
    found = ReviewInvitation.objects.filter(
        is_web=False, customer__in={who for who, _ in asked}, order_ref__in={ref for _, ref in asked}
    )
    rows = {(one.customer_id or 0, one.order_ref): one for one in found}
    return {key: one for key, one in rows.items() if key in asked}


def _find_orders(asked: Collection[_Key]) -> dict[_Key, Order]:
    """Of an order number that two systems gave, the newest."""
    found = Order.objects.filter(
        customer__in={who for who, _ in asked},
        external_id__in={ref for _, ref in asked},
        cancelled_at=None,
    ).order_by("ordered_at", "id")
    return {(order.customer_id or 0, order.external_id): order for order in found}


def _find_products(orders: dict[_Key, Order]) -> tuple[dict[int, list[int]], set[tuple[int, int]]]:
    """By order the products of its counted lines, the dearest first; and who has reviewed what."""
    lines = OrderLine.objects.filter(order__in=list(orders.values()), counted=True, product__isnull=False)
    products: dict[int, list[int]] = defaultdict(list)
    for line in lines.order_by("order_id", "-amount_minor", "ordinal"):
        if line.product_id and line.product_id not in products[line.order_id]:
            products[line.order_id].append(line.product_id)
    customers = {who for who, _ref in orders}
    reviewed = Review.objects.filter(customer__in=customers).values_list("customer_id", "product_id")
    return products, {(who or 0, what or 0) for who, what in reviewed}


def _know(people: Sequence[Invitee]) -> list[int | None]:
    """Of each the stars that are known, as told with them or as they said last."""
    shares = find_shares({one.customer_id for one in people if one.share is None})
    return [bucket(shares.get(one.customer_id) if one.share is None else one.share) for one in people]


def _write(fresh: Sequence[tuple[Invitee, list[int]]], orders: dict[_Key, Order]) -> None:
    """What somebody else wrote in the same moment stands."""
    now, known = clock.now(), _know([one for one, _products in fresh])
    rows = []
    for (one, _products), stars in zip(fresh, known, strict=True):
        order = orders[(one.customer_id, one.order_ref)]
        rows.append(
            ReviewInvitation(
                token=make_token(),
                customer_id=one.customer_id,
                order=order,
                order_ref=one.order_ref,
                reason=one.reason[:100],
                language=one.language[:10],
                store_id=order.store_id,
                known_stars=stars,
                created_at=now,
                expires_at=now + timedelta(days=INVITATION_DAYS),
            )
        )
    ReviewInvitation.objects.bulk_create(rows, ignore_conflicts=True)
    kept = dict(
        ReviewInvitation.objects.filter(token__in=[row.token for row in rows]).values_list("token", "id")
    )
    InvitedProduct.objects.bulk_create(
        InvitedProduct(invitation_id=kept[row.token], product_id=product, position=place)
        for row, (_one, products) in zip(rows, fresh, strict=True)
        if row.token in kept
        for place, product in enumerate(products)
    )


@transaction.atomic
def note_skipped(*, people: Sequence[Invitee], reason: Skip) -> None:
    """They are not asked about this order, for one of the reasons that may be. Noting twice is noting once."""
    now, known = clock.now(), _know(people)
    Skipped.objects.bulk_create(
        (
            Skipped(
                customer_id=one.customer_id,
                order_ref=one.order_ref,
                reason=Skip(reason),
                known_stars=stars,
                at=now,
            )
            for one, stars in zip(people, known, strict=True)
        ),
        ignore_conflicts=True,
    )


def mark_sent(*, invitations: Sequence[ReviewInvitation]) -> int:
    """They went out; the first time counts. Returns how many were new."""
    ids = [one.pk for one in invitations]
    return ReviewInvitation.objects.filter(pk__in=ids, sent_at=None).update(sent_at=clock.now())


def note_opened(*, invitation: ReviewInvitation) -> None:
    """Somebody, or a scanner of mails, looked at it; the first time counts."""
    ReviewInvitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=clock.now())
