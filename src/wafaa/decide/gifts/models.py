"""Budgets with what was spent of them each month, what can be given, rules and draws, and each gift."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wafaa.access.staff.models import Staff
from wafaa.act.points.models import Transfer, Unit
from wafaa.act.vouchers.models import Code, Pool
from wafaa.decide.gifts.rules import (
    CUSTOMER_DAYS,
    KEY_LETTERS_MAX,
    NOTE_LETTERS_MAX,
    GiftKind,
    RuleKind,
    State,
)
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order
from wafaa.learn.segments.models import Segment

KINDS: dict[GiftKind, Promise] = {
    GiftKind.POINTS: pgettext_lazy("gift", "Points"),
    GiftKind.AMOUNT: pgettext_lazy("gift", "Money off"),
    GiftKind.SHIPPING: pgettext_lazy("gift", "Free shipping"),
    GiftKind.CODE: pgettext_lazy("gift", "A code of vouchers that you have"),
}
RULES: dict[RuleKind, Promise] = {
    RuleKind.FIRST_ORDER: _("Every customer's first order"),
    RuleKind.ORDER_ABOVE: _("Every order that comes to at least"),
}
STATES: dict[State, Promise] = {
    State.ASKED: pgettext_lazy("gift", "waits for a second person"),
    State.GIVEN: pgettext_lazy("gift", "given"),
    State.TAKEN_BACK: pgettext_lazy("gift", "taken back"),
    State.DECLINED: pgettext_lazy("gift", "declined"),
    State.ENDED: pgettext_lazy("gift", "nobody decided in time"),
    State.MISSED: pgettext_lazy("gift", "nothing was left"),
}


class Named(models.Model):
    """Something with a name in one or both languages."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.JSONField(default=dict)  # language -> words

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.say_name(get_language() or "ar")

    def say_name(self, language: str) -> str:
        told: dict[str, str] = self.name
        return told.get(language[:2]) or told.get("ar") or told.get("en") or ""


class Budget(Named):
    """What may be given in a month, in points of one unit or in money of one currency. Whoever gives holds its row."""

    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, blank=True)
    per_month = models.BigIntegerField()
    per_staff = models.BigIntegerField(null=True)  # by one employee in a month, without a second person
    per_customer = models.BigIntegerField(null=True)  # to one customer in `customer_days`
    customer_days = models.PositiveSmallIntegerField(default=CUSTOMER_DAYS)
    roles = ArrayField(models.CharField(max_length=20), default=list)  # whose employees give from it
    is_on = models.BooleanField(default=True)
    key = models.UUIDField(unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        Staff, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit=None) ^ models.Q(currency=""), name="gift_budget_has_one_measure"
            ),
            models.CheckConstraint(condition=models.Q(per_month__gte=0), name="gift_budget_not_below_0"),
        ]


class Month(models.Model):
    """What was given of a budget in a month, less what came back. Changed only while the budget's row is held."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="months")
    month = models.DateField()
    spent = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["budget", "month"], name="gift_month_once"),
            models.CheckConstraint(condition=models.Q(spent__gte=0), name="gift_month_not_below_0"),
        ]


class Present(Named):
    """Something that is given from a budget, with what it costs there."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="presents")
    kind = models.CharField(max_length=10, choices=[(one.value, label) for one, label in KINDS.items()])
    cost = models.BigIntegerField()
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    points = models.BigIntegerField(default=0)
    lives_days = models.PositiveSmallIntegerField(null=True)  # of points; None: they never end
    pool = models.ForeignKey(Pool, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_on = models.BooleanField(default=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind=GiftKind.POINTS.value, unit__isnull=False, points__gt=0, pool__isnull=True
                )
                | (~models.Q(kind=GiftKind.POINTS.value) & models.Q(pool__isnull=False, unit__isnull=True)),
                name="gift_present_is_whole",
            ),
            models.CheckConstraint(condition=models.Q(cost__gte=0), name="gift_present_costs"),
        ]


class Rule(Named):
    """After which purchase something is given. What was bought before `started_at` gives nothing."""

    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="rules")
    present = models.ForeignKey(Present, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=[(one.value, label) for one, label in RULES.items()])
    minimum_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    note = models.JSONField(default=dict)  # language -> words to whoever gets it
    takes_back = models.BooleanField(default=True)  # where the order no longer fits it
    is_on = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)


class Draw(models.Model):
    """Members of a segment who were drawn by lot, bought or not. With the seed anybody draws the same ones again."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="draws")
    present = models.ForeignKey(Present, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, null=True, on_delete=models.SET_NULL, related_name="+")
    seed = models.CharField(max_length=64)
    licence = models.CharField(max_length=100, blank=True)
    candidates = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    key = models.UUIDField(unique=True)


class Gift(models.Model):
    """One gift to one customer. `cost` counts in `month`; `returned` is what of it came back to the budget."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    key = models.CharField(max_length=KEY_LETTERS_MAX, unique=True)
    budget = models.ForeignKey(Budget, on_delete=models.CASCADE, related_name="gifts", db_index=False)
    present = models.ForeignKey(Present, on_delete=models.PROTECT, related_name="gifts")
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    state = models.PositiveSmallIntegerField(choices=[(one.value, label) for one, label in STATES.items()])
    cost = models.BigIntegerField()
    returned = models.BigIntegerField(default=0)
    month = models.DateField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    rule = models.ForeignKey(Rule, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    draw = models.ForeignKey(Draw, null=True, on_delete=models.SET_NULL, related_name="gifts")
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    case = models.UUIDField(null=True)  # of act.cases, which may be gone
    note = models.CharField(max_length=NOTE_LETTERS_MAX, blank=True)
    tells_by_mail = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        Staff, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    posting = models.OneToOneField(
        Transfer, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    # codes of a batch may be taken out again; one that was given never is
    voucher = models.ForeignKey(
        Code, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(returned__gte=0, returned__lte=models.F("cost")),
                name="gift_returns_no_more",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="gift_of_customer"),
            models.Index(fields=["budget", "month", "by"], name="gift_of_month"),
            models.Index(fields=["order"], name="gift_of_order", condition=models.Q(order__isnull=False)),
            models.Index(fields=["asked_at"], name="gift_asked", condition=models.Q(state=State.ASKED)),
        ]

    def __str__(self) -> str:
        return str(self.uuid)[:8]

    @property
    def ends_at(self) -> datetime | None:
        """Until when it can be used; None without an end."""
        if self.present.lives_days and self.given_at:
            return self.given_at + timedelta(days=self.present.lives_days)
        return self.present.pool.ends_at if self.present.pool else None
