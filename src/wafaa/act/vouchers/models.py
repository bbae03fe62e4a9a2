"""Pools of codes with their terms, the codes, what each was used for, and under which keys."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wafaa.act.points.models import Wallet
from wafaa.act.vouchers.rules import (
    CODE_LETTERS_MAX,
    PATTERN_LETTERS_MAX,
    BatchKind,
    BatchState,
    Kind,
    Terms,
    UseState,
    Verb,
    shape_code,
)
from wafaa.act.vouchers.rules.codes import CARD_NAME_LETTERS_MAX, CARD_PATTERN, CARD_WORDS_LETTERS_MAX
from wafaa.act.vouchers.rules.terms import CONDITIONS, GIVES
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer

__all__ = ["KINDS", "USE_STATES", "Batch", "Code", "CustomerCount", "Deed", "GiftCard", "Pool", "Use"]

KINDS = {
    Kind.PERCENT: _("A share off"),
    Kind.AMOUNT: _("Money off"),
    Kind.PRODUCT: _("A product for free"),
    Kind.SHIPPING: _("Free shipping"),
    Kind.GIFT: _("Credit for later"),
}
USE_STATES = {
    UseState.RESERVED: pgettext_lazy("voucher", "held for a checkout"),
    UseState.REDEEMED: pgettext_lazy("voucher", "used"),
    UseState.ROLLED_BACK: pgettext_lazy("voucher", "taken back"),
    UseState.RELEASED: pgettext_lazy("voucher", "released"),
    UseState.TIMED_OUT: pgettext_lazy("voucher", "timed out"),
}


def _texts() -> "ArrayField[Any, Any]":
    return ArrayField(models.CharField(max_length=200), default=list)


class Pool(models.Model):
    """A set of codes under the same terms (rules.Terms). `uses` is counted only where all codes together have a limit:
    otherwise every use of any code would wait for this row.
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.JSONField()  # {"ar": …, "en": …}
    kind = models.CharField(max_length=10, choices=[(one.value, label) for one, label in KINDS.items()])
    currency = models.CharField(max_length=3, blank=True)
    amount_minor = models.BigIntegerField(default=0)
    share_bp = models.PositiveIntegerField(default=0)
    cap_minor = models.BigIntegerField(null=True)
    sku = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    uses_max = models.PositiveIntegerField(null=True)
    code_uses_max = models.PositiveIntegerField(null=True, default=1)
    customer_uses_max = models.PositiveIntegerField(null=True)
    minimum_minor = models.BigIntegerField(default=0)
    stores = _texts()
    channels = _texts()
    categories = _texts()
    skus = _texts()
    pattern = models.CharField(max_length=PATTERN_LETTERS_MAX, blank=True)  # "": codes are imported only
    is_paused = models.BooleanField(default=False)
    uses = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)  # counts changes, so that nobody is served by old terms
    key = models.UUIDField(null=True, unique=True)  # of the form that was sent, so that twice is once
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(uses_max=None) | models.Q(uses__lte=models.F("uses_max")),
                name="voucher_pool_within_limit",
            )
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="voucher_pool_created")]

    def __str__(self) -> str:
        return self.say_name(get_language() or "ar")

    def say_name(self, language: str) -> str:
        """In the language, else in the other."""
        told: dict[str, str] = self.name
        return told.get(language[:2]) or told.get("ar") or told.get("en") or ""

    @property
    def terms(self) -> Terms:
        told = {name: getattr(self, name) for name in (*GIVES, *CONDITIONS)}
        lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
        return Terms(**{**told, **lists, "kind": Kind(self.kind)})


class Batch(models.Model):
    """Codes that came at once: made by a pattern, or brought in a list."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="batches")
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in BatchKind])
    key = models.UUIDField(unique=True)  # rules.digest of the caller's
    body = models.UUIDField()
    pattern = models.CharField(max_length=PATTERN_LETTERS_MAX, blank=True)
    wanted = models.PositiveIntegerField()
    made = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)  # of a list: [line, text, why]
    refused_count = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=10,
        choices=[(one.value, one.value) for one in BatchState],
        default=BatchState.WAITING.value,
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True)


class Code(models.Model):
    """A code in its stored form. `uses` counts those that hold a place: reserved and redeemed.

    Pools and batches are never removed from under their codes, so a hundred thousand rows are not checked for that. The
    customer's key is held by the migration; a personal code whose customer is gone is nobody's.
    """

    # "C": one index finds whole codes and their beginnings
    text = models.CharField(max_length=CODE_LETTERS_MAX, db_collation="C")
    pool = models.ForeignKey(
        Pool, on_delete=models.CASCADE, related_name="codes", db_constraint=False, db_index=False
    )
    batch = models.ForeignKey(
        Batch, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False, db_index=False
    )
    is_personal = models.BooleanField(default=False)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False, db_index=False
    )
    key = models.UUIDField(null=True)  # of a personal one: rules.digest of whoever gave it
    uses = models.PositiveIntegerField(default=0)
    uses_max = models.PositiveIntegerField(null=True)
    is_withdrawn = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["text"], name="voucher_code_once"),
            models.CheckConstraint(
                condition=models.Q(uses_max=None) | models.Q(uses__lte=models.F("uses_max")),
                name="voucher_code_within_limit",
            ),
            models.UniqueConstraint(
                fields=["key"], name="voucher_code_given_once", condition=models.Q(key__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["pool", "id"], name="voucher_code_of_pool"),
            models.Index(
                fields=["customer"],
                name="voucher_code_of_customer",
                condition=models.Q(customer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """As people read it."""
        return shape_code(self.text, self.batch.pattern if self.batch else self.pool.pattern)


class CustomerCount(models.Model):
    """How many places a customer holds in a pool that limits it."""

    pool = models.ForeignKey(
        Pool, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    uses = models.PositiveIntegerField(default=0)
    uses_max = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "customer"], name="voucher_count_once"),
            models.CheckConstraint(
                condition=models.Q(uses__lte=models.F("uses_max")), name="voucher_count_within_limit"
            ),
        ]


class Use(models.Model):
    """One use of a code, from being held to being used, given up or taken back."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    pool = models.ForeignKey(
        Pool, on_delete=models.CASCADE, related_name="uses_of", db_constraint=False, db_index=False
    )
    code = models.ForeignKey(
        Code, on_delete=models.CASCADE, related_name="uses_of", db_constraint=False, db_index=False
    )
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False, db_index=False
    )
    order_ref = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=[(one.value, label) for one, label in USE_STATES.items()])
    given_minor = models.BigIntegerField()
    returned_minor = models.BigIntegerField(default=0)  # of what was given, taken back
    currency = models.CharField(max_length=3, blank=True)
    reserved_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)  # until then its place is held
    redeemed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(returned_minor__gte=0)
                & models.Q(returned_minor__lte=models.F("given_minor")),
                name="voucher_use_returns_no_more",
            )
        ]
        indexes = [
            models.Index(fields=["code", "-id"], name="voucher_use_of_code"),
            models.Index(fields=["pool", "state"], name="voucher_use_of_pool"),
            models.Index(
                fields=["customer", "-id"],
                name="voucher_use_of_customer",
                condition=models.Q(customer__isnull=False),
            ),
            models.Index(
                fields=["pool", "ends_at"],
                name="voucher_use_held",
                condition=models.Q(state=UseState.RESERVED.value),
            ),
            models.Index(
                fields=["code", "ends_at"],
                name="voucher_use_held_of_code",
                condition=models.Q(state=UseState.RESERVED.value),
            ),
            models.Index(
                fields=["order_ref"], name="voucher_use_of_order", condition=~models.Q(order_ref="")
            ),
        ]


class Deed(models.Model):
    """A key that was used, for good: what was done under it, so that twice is once. Key and body are digests."""

    key = models.UUIDField(unique=True)
    body = models.UUIDField()
    verb = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Verb])
    use = models.ForeignKey(Use, on_delete=models.CASCADE, related_name="deeds", db_constraint=False)
    amount_minor = models.BigIntegerField(default=0)  # of what was given or taken back by it
    at = models.DateTimeField()


class GiftCard(models.Model):
    """A code that opens a wallet of the ledger that is no customer's: whoever has it may spend what is on it."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    text = models.CharField(max_length=CODE_LETTERS_MAX, db_collation="C")
    wallet = models.OneToOneField(Wallet, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)  # rules.digest of the caller's
    body = models.UUIDField()
    is_blocked = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    batch = models.UUIDField(null=True)  # of those that were issued together
    # For whom it is, as they are greeted, and where its mail goes: not at all, when `mail_at` comes, or it went.
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")
    recipient = models.CharField(max_length=CARD_NAME_LETTERS_MAX, blank=True)
    message = models.CharField(max_length=CARD_WORDS_LETTERS_MAX, blank=True)
    language = models.CharField(max_length=2, blank=True)
    mail_to = models.EmailField(max_length=254, blank=True)
    mail_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    mail_error = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text"], name="voucher_card_once")]
        indexes = [
            models.Index(
                fields=["batch"], name="voucher_card_batch", condition=models.Q(batch__isnull=False)
            ),
            models.Index(
                fields=["mail_at"],
                name="voucher_card_to_mail",
                condition=models.Q(mail_at__isnull=False, mailed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)[:8]

    @property
    def shown(self) -> str:
        """As people read it."""
        return shape_code(self.text, CARD_PATTERN)
