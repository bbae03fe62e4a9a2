"""Reading reviews: for staff, for the public, for the audit."""

import hmac
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from wafaa.kit import clock
from wafaa.kit.text import fold
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Product
from wafaa.listen.reviews.errors import PhotoMissing, ReviewMissing
from wafaa.listen.reviews.models import Photo, Review, ReviewInvitation, Showing, Site, Skipped
from wafaa.listen.reviews.rules import STARS, SUBMITTED_STATES, Asked, Skip, State, Total, is_token


@dataclass(frozen=True, kw_only=True)
class ReviewFilter:
    """What to look for; what is left out doesn't narrow. Those that wait for a mailbox or were withdrawn are never found."""

    state: str = ""
    search: str = ""
    rating: int | None = None
    is_verified: bool | None = None
    has_photos: bool | None = None
    is_answered: bool | None = None
    is_testimonial: bool | None = None
    product: str = ""  # its number
    origin: str = ""


ORDERS = {
    "newest": ("-submitted_at", "-id"),
    "oldest": ("submitted_at", "id"),
    "highest": ("-rating", "-submitted_at", "-id"),
    "lowest": ("rating", "-submitted_at", "-id"),
}


def list_reviews(asked: ReviewFilter | None = None, *, order: str = "newest") -> QuerySet[Review]:
    """With product and customer; the search ignores vowel marks and letter variants."""
    asked = asked or ReviewFilter()
    found = Review.objects.filter(state__in=SUBMITTED_STATES).select_related("product", "customer", "store")
    if asked.state:
        found = found.filter(state=asked.state)
    for word in fold(asked.search).split()[:10]:
        found = found.filter(
            Q(search_text__contains=word) | Q(product__name__icontains=word) | Q(product__sku__iexact=word)
        )
    conditions: dict[str, Any] = {
        "rating": asked.rating,
        "is_verified": asked.is_verified,
        "is_testimonial": asked.is_testimonial,
        "product__sku": asked.product or None,
        "origin": asked.origin or None,
    }
    found = found.filter(**{name: value for name, value in conditions.items() if value is not None})
    if asked.has_photos is not None:
        pictured = Exists(Photo.objects.filter(review=OuterRef("pk")))
        found = found.filter(pictured if asked.has_photos else ~pictured)
    if asked.is_answered is not None:
        found = found.exclude(reply="") if asked.is_answered else found.filter(reply="")
    return found.order_by(*ORDERS.get(order, ORDERS["newest"]))


def count_states() -> dict[str, int]:
    """How many reviews wait, are published, were rejected."""
    found = Review.objects.filter(state__in=SUBMITTED_STATES).values_list("state").annotate(many=Count("id"))
    counts = dict(found)
    return {str(state): counts.get(state, 0) for state in SUBMITTED_STATES}


def get_review(review_uuid: uuid.UUID) -> Review:
    """Raises ReviewMissing, also for one that waits for its mailbox or was withdrawn."""
    review = list_reviews().filter(uuid=review_uuid).first()
    if review is None:
        raise ReviewMissing
    return review


def list_customer_reviews(customer: Customer) -> QuerySet[Review]:
    """Newest first."""
    return list_reviews().filter(customer=customer)


def list_photos(reviews: Collection[Review]) -> dict[int, list[Photo]]:
    """By review, in the order in which they came."""
    found: dict[int, list[Photo]] = defaultdict(list)
    for photo in Photo.objects.filter(review__in=[one.pk for one in reviews]).order_by("id"):
        found[photo.review_id].append(photo)
    return found


def get_photo(photo_uuid: uuid.UUID) -> Photo:
    """With its review. Raises PhotoMissing."""
    photo = Photo.objects.select_related("review").filter(uuid=photo_uuid).first()
    if photo is None:
        raise PhotoMissing
    return photo


def get_photo_folder() -> Path:
    return Path(settings.FILES_ROOT) / "reviews"


def get_photo_path(stored_as: str) -> Path:
    return get_photo_folder() / stored_as[:2] / stored_as


# ---------- what the public sees ----------


def find_product(ref: str) -> Product | None:
    """By its number."""
    return Product.objects.filter(sku=ref).first() if ref and "\x00" not in ref and len(ref) <= 200 else None


def list_published(product: Product, *, order: str = "newest", language: str = "") -> QuerySet[Review]:
    """What the product's page shows. The product's whole number comes by get_total, whatever is filtered here."""
    found = Review.objects.filter(product=product, state=State.PUBLISHED)
    if language:
        found = found.filter(language=language)
    return found.order_by(*ORDERS.get(order, ORDERS["newest"]))


def get_total(product: Product) -> Total:
    """Of all published reviews of the product, verified or not."""
    found = Review.objects.filter(product=product, state=State.PUBLISHED).values_list("rating")
    counts = dict(found.annotate(many=Count("id")))
    one, two, three, four, five = (counts.get(star, 0) for star in STARS)
    return Total(counts=(one, two, three, four, five))


def list_reviewed_products(search: str = "") -> QuerySet[Product]:
    """Those with a published review, by name."""
    published = Review.objects.filter(product=OuterRef("pk"), state=State.PUBLISHED)
    found = Product.objects.filter(Exists(published))
    for word in search.replace("\x00", "").split()[:10]:
        found = found.filter(Q(name__icontains=word) | Q(sku__icontains=word))
    return found.order_by("name", "sku")


def list_testimonials() -> QuerySet[Review]:
    """Chosen, published, and agreed to at this moment; newest first."""
    found = Review.objects.filter(state=State.PUBLISHED, is_testimonial=True, may_quote=True)
    return found.select_related("product").order_by("-submitted_at", "-id")


# ---------- invitations ----------


def find_invitation(token: str) -> ReviewInvitation | None:
    """None for what is no token of ours, or one whose time is over; then who wrote by it can still take it back, see
    find_any_invitation.
    """
    found = find_any_invitation(token)
    return found if found and found.expires_at > clock.now() else None


def find_any_invitation(token: str) -> ReviewInvitation | None:
    """Also after its time."""
    if not is_token(token):
        return None
    return ReviewInvitation.objects.select_related("customer").filter(token=token).first()


def get_invitation_path(invitation: ReviewInvitation) -> str:
    """The page of the invitation, to be put behind the address of the site."""
    return reverse("review-write", args=[invitation.token])


def list_invited(invitation: ReviewInvitation) -> list[tuple[Product, Review | None]]:
    """The products of the page in their order, each with what was said of it already."""
    products = list(Product.objects.filter(pk__in=invitation.items.values("product")))
    places = dict(invitation.items.values_list("product_id", "position"))
    written = Review.objects.exclude(state=State.WITHDRAWN)
    if invitation.customer_id:
        written = written.filter(customer=invitation.customer_id, product__in=products)
    else:
        written = written.filter(invitation=invitation)
    by_product = {one.product_id: one for one in written.prefetch_related("photos")}
    products.sort(key=lambda one: places[one.pk])
    return [(one, by_product.get(one.pk)) for one in products]


def make_code(invitation: ReviewInvitation, secret: str = "") -> str:
    """What the mail brings: who knows the page's token alone can't make it."""
    said = f"review order\0{invitation.token}\0{invitation.email}".encode()
    return hmac.digest((secret or settings.SECRET_KEY).encode(), said, "sha256").hex()[:32]


def is_code(invitation: ReviewInvitation, code: str) -> bool:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(code.encode(), make_code(invitation, key).encode()) for key in keys)


def list_sites() -> QuerySet[Site]:
    """Those that are shown, in their order."""
    return Site.objects.filter(removed_at=None)


# ---------- the audit ----------


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Counts by stars (None: nothing known) of who was invited, shown the sites, published; and why others were not."""

    invited: dict[int | None, dict[str, int]]
    sites: dict[str, dict[int | None, dict[str, int]]]
    decided: dict[int | None, dict[str, int]]
    reasons: dict[str, dict[int | None, int]]
    skipped: dict[str, dict[int | None, int]]


def read_audit() -> Audit:
    """Over everything that is kept."""
    mine = ReviewInvitation.objects.filter(is_web=False).values("known_stars")
    invited = mine.annotate(
        made=Count("id", distinct=True),
        sent=Count("id", distinct=True, filter=Q(sent_at__isnull=False)),
        opened=Count("id", distinct=True, filter=Q(opened_at__isnull=False)),
        reviewed=Count("id", distinct=True, filter=Q(reviews__isnull=False)),
    )
    decided: dict[int | None, dict[str, int]] = defaultdict(Counter)
    reasons: dict[str, dict[int | None, int]] = defaultdict(Counter)
    counted = Review.objects.filter(state__in=SUBMITTED_STATES).values_list(
        "rating", "state", "reject_reason"
    )
    for rating, state, reason, many in counted.annotate(many=Count("id")):
        decided[rating][state] += many
        if state == State.REJECTED:
            reasons[reason][rating] += many
    skipped: dict[str, dict[int | None, int]] = defaultdict(Counter)
    for reason, stars, many in Skipped.objects.values_list("reason", "known_stars").annotate(
        many=Count("id")
    ):
        skipped[reason][stars] += many
    return Audit(
        invited=_by_stars(invited, "known_stars"),
        sites={one: _read_sites(one) for one in (Asked.REVIEW, Asked.ANSWER)},
        decided=decided,
        reasons=reasons,
        skipped=skipped,
    )


def _read_sites(asked: Asked) -> dict[int | None, dict[str, int]]:
    rows = Showing.objects.filter(asked=asked).values("stars").annotate(
        answered=Count("id"), shown=Count("id", filter=Q(sites__gt=0)), pressed=Count("pressed_at")
    )  # fmt: skip
    return _by_stars(rows, "stars")


def _by_stars(rows: Iterable[Mapping[str, Any]], name: str) -> dict[int | None, dict[str, int]]:
    return {row[name]: {key: many for key, many in row.items() if key != name} for row in rows}


def count_waiting() -> int:
    return Review.objects.filter(state=State.WAITING).count()


def list_skip_reasons() -> Sequence[Skip]:
    return tuple(Skip)


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Reviews of the person with earlier versions, and what they were invited to, as plain values."""
    reviews = Review.objects.filter(customer=customer_id)
    said = (
        "uuid", "product__sku", "order_ref", "rating", "title", "text", "name", "language", "state", "is_verified",
        "may_quote", "quote_said_at", "reply", "submitted_at", "changed_at",
    )  # fmt: skip
    version = ("review__uuid", "number", "rating", "title", "text", "name", "written_at")
    return {
        "reviews": list(reviews.order_by("id").values(*said)),
        "review_versions": [
            row for one in reviews.order_by("id") for row in one.versions.order_by("number").values(*version)
        ],
        "review_invitations": list(
            ReviewInvitation.objects.filter(customer=customer_id)
            .order_by("id")
            .values("order_ref", "reason", "created_at", "sent_at", "opened_at", "known_stars")
        ),
    }
