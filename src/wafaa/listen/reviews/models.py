"""Reviews and what belongs to them: who was invited, earlier versions, photos, sites of others, and who was shown them."""

from enum import StrEnum

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wafaa.kit.fields import TransactionIdField
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order, Product, Store
from wafaa.listen.reviews.rules import (
    NAME_MAX,
    STARS,
    TITLE_MAX,
    TOKEN_CHARS,
    Asked,
    Origin,
    Reason,
    Skip,
    State,
)


def _choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(str(one), str(one)) for one in kind]


class ReviewInvitation(models.Model):
    """A page on which somebody can review what they bought. Of a review on the web: the page on which it can be changed."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    token = models.CharField(max_length=TOKEN_CHARS, unique=True)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="+")
    order_ref = models.CharField(max_length=200, blank=True)
    products = models.ManyToManyField(Product, related_name="+", through="InvitedProduct")
    reason = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10, blank=True)
    store = models.ForeignKey(Store, null=True, on_delete=models.SET_NULL, related_name="+")
    is_web = models.BooleanField(default=False)
    email = models.CharField(max_length=254, blank=True)  # of a review on the web, to confirm its order
    # how satisfied they were known to be, as stars; only the audit looks at it
    known_stars = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "order_ref"],
                condition=models.Q(is_web=False),
                name="review_invitation_once",
            )
        ]
        indexes = [
            models.Index(fields=["created_at"], name="review_invitation_time"),
            models.Index(fields=["email"], condition=~models.Q(email=""), name="review_invitation_email"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class InvitedProduct(models.Model):
    """In the order in which they stand on the page."""

    invitation = models.ForeignKey(ReviewInvitation, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invitation", "product"], name="invited_product_once")]


class Skipped(models.Model):
    """Somebody was not invited for an order, and why."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    order_ref = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=20, choices=_choices(Skip))
    known_stars = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "order_ref", "reason"], name="review_skipped_once")
        ]


class Review(models.Model):
    """What somebody says of a product, as it stands now."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    invitation = models.ForeignKey(
        ReviewInvitation, null=True, on_delete=models.SET_NULL, related_name="reviews"
    )
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, null=True, on_delete=models.SET_NULL, related_name="+")
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="+")
    order_ref = models.CharField(max_length=200, blank=True)
    store = models.ForeignKey(Store, null=True, on_delete=models.SET_NULL, related_name="+")
    origin = models.CharField(max_length=10, choices=_choices(Origin))
    told_as = models.CharField(max_length=300, blank=True)  # by a shop's system: its source and number
    state = models.CharField(max_length=12, choices=_choices(State), default=State.WAITING)
    state_before = models.CharField(max_length=12, blank=True)  # what the last deed can be undone to
    rating = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=TITLE_MAX, blank=True)
    text = models.TextField(blank=True)
    name = models.CharField(max_length=NAME_MAX, blank=True)
    language = models.CharField(max_length=10, blank=True)
    search_text = models.TextField(blank=True, editable=False)  # kit.text.fold
    is_verified = models.BooleanField(default=False)
    may_quote = models.BooleanField(default=False)
    quote_said_at = models.DateTimeField(null=True)  # when may_quote was said last
    quote_words = models.CharField(max_length=300, blank=True)  # what the box said
    is_testimonial = models.BooleanField(default=False)  # chosen by staff, shown while may_quote stands
    reject_reason = models.CharField(max_length=20, blank=True, choices=_choices(Reason))
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    moderated_at = models.DateTimeField(null=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    number = models.PositiveIntegerField(default=1)  # of its version
    submitted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)  # for the first time
    changed_in = TransactionIdField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "product"], name="review_once"),
            models.UniqueConstraint(
                fields=["told_as"], condition=~models.Q(told_as=""), name="review_told_once"
            ),
            models.CheckConstraint(condition=models.Q(rating__in=STARS), name="review_has_stars"),
        ]
        indexes = [
            models.Index(fields=["state", "-submitted_at", "-id"], name="review_by_state"),
            models.Index(fields=["product", "state", "-submitted_at"], name="review_of_product"),
            models.Index(fields=["changed_in"], name="review_changed_in"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class ReviewVersion(models.Model):
    """What a review said before it was changed."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    rating = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=TITLE_MAX, blank=True)
    text = models.TextField(blank=True)
    name = models.CharField(max_length=NAME_MAX, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "number"], name="review_version_once")]


class Photo(models.Model):
    """A picture without what a camera writes into it: place, time, device."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="photos")
    kind = models.CharField(max_length=5)  # a key of pictures.MEDIA_TYPES
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # of the content: the same picture is kept once
    stored_as = models.CharField(max_length=64, unique=True)  # below settings.FILES_ROOT/reviews
    small_as = models.CharField(
        max_length=64, blank=True, default=""
    )  # a small JPEG of it; "": none could be made
    shrunk_at = models.DateTimeField(null=True)  # when that was tried
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["review", "digest"], name="review_photo_once")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(shrunk_at=None), name="review_photo_to_shrink")
        ]


class Site(models.Model):
    """Somewhere else where people review shops; shown to everybody alike."""

    name = models.CharField(_("name"), max_length=60)
    url = models.URLField(_("address of its page about you"), max_length=500)
    position = models.PositiveSmallIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Showing(models.Model):
    """Somebody reviewed or answered, and was shown so many sites. Nothing here says who."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    asked = models.CharField(max_length=10, choices=_choices(Asked))
    key = models.CharField(max_length=64)  # of the review or of the response
    stars = models.PositiveSmallIntegerField(null=True)
    sites = models.PositiveSmallIntegerField(default=0)  # 0: none was set up then
    at = models.DateTimeField()
    pressed_at = models.DateTimeField(null=True)
    site = models.ForeignKey(Site, null=True, on_delete=models.SET_NULL, related_name="+")  # pressed first

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asked", "key"], name="review_site_shown_once")]
