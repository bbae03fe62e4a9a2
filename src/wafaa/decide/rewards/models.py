"""Rewards with what is left of them, redemptions with the terms by which they were made, and the keys that were used.

Points lie in the ledger; a stamp card is a reward that costs so many of a unit of kind count, and nothing else keeps stamps.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wafaa.act.points.models import Unit
from wafaa.act.points.rules import UnitKind
from wafaa.act.vouchers.models import Code, GiftCard, Pool
from wafaa.act.vouchers.rules import CODE_LETTERS_MAX, shape_code
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.rewards.rules import (
    CODE_PATTERN,
    HANDED,
    HOLDING,
    KEEPS_DEFAULT,
    Heed,
    Kind,
    Returning,
    Standing,
    State,
    Verb,
)
from wafaa.decide.rewards.rules.terms import Money, Terms, read_limits, read_moneys
from wafaa.kit.ids import new_id
from wafaa.kit.text import choose_words
from wafaa.know.customers.models import Customer

KINDS: dict[Kind, Promise] = {
    Kind.AMOUNT: _("Money off"),
    Kind.PERCENT: _("A share off"),
    Kind.PRODUCT: _("A product for free"),
    Kind.SHIPPING: _("Free shipping"),
    Kind.CARD: _("A gift card"),
    Kind.EXPERIENCE: _("An experience"),
    Kind.DONATION: _("A donation"),
    Kind.CODE: _("A code from vouchers"),
    Kind.PAYMENT: _("Paying with points"),
}
STATES: dict[State, Promise] = {
    State.DRAFT: pgettext_lazy("reward", "draft"),
    State.LIVE: pgettext_lazy("reward", "offered"),
    State.WITHDRAWN: pgettext_lazy("reward", "withdrawn"),
}
STANDINGS: dict[Standing, Promise] = {
    Standing.PLACED: pgettext_lazy("redemption", "waits to be used"),
    Standing.CONFIRMED: pgettext_lazy("redemption", "used"),
    Standing.CANCELLED: pgettext_lazy("redemption", "given up"),
    Standing.TIMED_OUT: pgettext_lazy("redemption", "timed out"),
    Standing.RETURNED: pgettext_lazy("redemption", "taken back"),
}
_HOLDING = [int(one) for one in HOLDING]


def _texts() -> "ArrayField[Any, Any]":
    return ArrayField(models.CharField(max_length=200), default=list)


def _limits() -> "ArrayField[Any, Any]":
    return ArrayField(models.PositiveIntegerField(null=True), null=True)  # by rules.Span


class Picture(models.Model):
    """A small picture, written anew when it came: never what somebody uploaded."""

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=5)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    content = models.BinaryField()
    created_at = models.DateTimeField()


class Reward(models.Model):
    """What may be had for so many points. `revision` counts changes, so that nobody is served by old terms."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rewards")
    name = models.JSONField()  # language -> words
    text = models.JSONField(default=dict)
    picture = models.ForeignKey(
        Picture, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12, choices=[(one.value, word) for one, word in KINDS.items()])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    points = models.BigIntegerField()  # of a payment: the least, and its steps
    moneys = models.JSONField(default=dict)  # currency -> rules.terms.Money
    share_bp = models.PositiveIntegerField(default=0)
    sku = models.CharField(max_length=200, blank=True)
    pool = models.ForeignKey(Pool, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    card_days = models.PositiveIntegerField(null=True)
    tiers = _texts()
    stores = _texts()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    keeps = models.PositiveIntegerField(default=KEEPS_DEFAULT)  # minutes
    returning = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in Returning], default=Returning.WHOLE.value
    )
    member_limits = _limits()
    limits = _limits()
    ordinal = models.IntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=[(one.value, word) for one, word in STATES.items()], default=State.DRAFT.value
    )
    revision = models.PositiveIntegerField(default=1)
    key = models.UUIDField(null=True, unique=True)  # of the form that was sent, so that twice is once
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["ordinal", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(points__gt=0), name="reward_costs_something")
        ]

    def __str__(self) -> str:
        return self.say_name(get_language() or "ar")

    def say_name(self, language: str) -> str:
        return choose_words(self.name, language)

    def say_text(self, language: str) -> str:
        return choose_words(self.text, language)

    @property
    def is_card(self) -> bool:
        """Whether it is drawn as a card with places."""
        return self.unit.kind == UnitKind.COUNT

    @property
    def money(self) -> dict[str, Money]:
        return read_moneys(self.moneys)

    @property
    def terms(self) -> Terms:
        return Terms(
            name=self.name,
            text=self.text,
            kind=Kind(self.kind),
            unit=self.unit.code,
            points=self.points,
            moneys=self.money,
            share_bp=self.share_bp,
            sku=self.sku,
            card_days=self.card_days,
            tiers=self.tiers,
            stores=self.stores,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            keeps=self.keeps,
            returning=Returning(self.returning),
            member_limits=read_limits(self.member_limits),
            limits=read_limits(self.limits),
        )


class Stock(models.Model):
    """What is left of a reward: the row that whoever redeems a limited one waits for. None is not counted."""

    reward = models.OneToOneField(Reward, primary_key=True, on_delete=models.CASCADE, related_name="stock")
    remaining = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(remaining=None) | models.Q(remaining__gte=0),
                name="reward_stock_not_below_0",
            )
        ]


class Redemption(models.Model):
    """One reward for one member, by the terms of that moment."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    text = models.CharField(max_length=CODE_LETTERS_MAX, unique=True, db_collation="C")  # what one shows
    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="redemptions", db_index=False)
    # the key is held by the migration: customers are removed in bulk
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="redemptions", db_constraint=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    points = models.BigIntegerField()
    returned = models.BigIntegerField(default=0)  # of them
    returns = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    value_minor = models.BigIntegerField(default=0)  # what it takes off, pays or puts on a card
    price_minor = models.BigIntegerField(default=0)  # to be paid besides the points
    paid_minor = models.BigIntegerField(default=0)  # what it paid of its order
    earnless_minor = models.BigIntegerField(
        default=0
    )  # of that, what was not given back by hand: it earns nothing
    terms = models.JSONField()  # rules.terms.Terms
    state = models.PositiveSmallIntegerField(choices=[(one.value, word) for one, word in STANDINGS.items()])
    store = models.CharField(max_length=100, blank=True)
    order_id = models.BigIntegerField(null=True)
    order_source = models.CharField(max_length=50, blank=True)  # until the order is known
    order_ref = models.CharField(max_length=200, blank=True)
    hold = models.UUIDField(null=True)
    spent_as = models.BigIntegerField(null=True)  # the transfer that is put back
    voucher = models.ForeignKey(Code, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    card = models.ForeignKey(GiftCard, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=200, blank=True)  # why it was given up or taken back
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    placed_at = models.DateTimeField()
    ends_at = models.DateTimeField()  # until then it may be used
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    heed = models.PositiveSmallIntegerField(default=Heed.NONE.value, db_default=Heed.NONE.value)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(returned__gte=0, returned__lte=models.F("points"), points__gt=0),
                name="redemption_returns_no_more",
            )
        ]
        indexes = [
            models.Index(
                fields=["reward", "placed_at"],
                name="redemption_counted",
                condition=models.Q(state__in=_HOLDING),
            ),
            models.Index(fields=["reward", "-id"], name="redemption_of_reward"),
            models.Index(
                fields=["ends_at"],
                name="redemption_ending",
                condition=models.Q(state=Standing.PLACED.value),
            ),
            models.Index(
                fields=["order_id"], name="redemption_of_order", condition=models.Q(order_id__isnull=False)
            ),
            models.Index(fields=["-id"], name="redemption_heeded", condition=models.Q(heed=Heed.OPEN.value)),
            models.Index(fields=["order_ref"], name="redemption_waiting", condition=~models.Q(order_ref="")),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """As people read it."""
        return shape_code(self.text, CODE_PATTERN)

    @property
    def standing(self) -> Standing:
        return Standing(self.state)

    @property
    def returning(self) -> Returning:
        return Returning(self.terms.get("returning", Returning.WHOLE))

    @property
    def left(self) -> int:
        """Points that could still be taken back."""
        return self.points - self.returned

    @property
    def is_handed(self) -> bool:
        """Whether the member holds it in their hands once it was used: neither a code nor money."""
        return self.terms["kind"] in HANDED and self.voucher_id is None

    @property
    def needs_heed(self) -> bool:
        return self.heed == Heed.OPEN

    def say_name(self, language: str) -> str:
        """As the reward was called when it was redeemed."""
        return choose_words(self.terms.get("name", {}), language)


class Deed(models.Model):
    """A key that was used, for good, and what was done under it. Key and body are digests."""

    key = models.UUIDField(unique=True)
    body = models.UUIDField()
    verb = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Verb])
    redemption = models.ForeignKey(
        Redemption, null=True, on_delete=models.CASCADE, related_name="deeds"
    )  # none but for the moment in which it is being made
    at = models.DateTimeField()
