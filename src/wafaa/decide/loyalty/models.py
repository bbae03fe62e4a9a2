"""Programmes, their versions with rules as typed rows, members, occasions with what was so at that moment, and what they earned.

Of a published version nothing changes, nor of its rules: triggers of the migration hold that. Occasions and earnings of a
million orders a day are written at once, so the database does not look up each of their references.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from wafaa.act.points.models import Unit, Wallet
from wafaa.act.points.rules import Policy
from wafaa.decide.experiments.models import Experiment
from wafaa.decide.loyalty.rules import Effect, Rounding, State, Trigger
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer

STATES: dict[str, Promise] = {
    State.DRAFT: pgettext_lazy("programme", "draft"),
    State.LIVE: pgettext_lazy("programme", "live"),
    State.PAUSED: pgettext_lazy("programme", "paused"),
    State.ENDED: pgettext_lazy("programme", "ended"),
}


class Programme(models.Model):
    """Members, and rules by which they earn. What happened before `started_at` earns nothing."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    name = models.JSONField(default=dict)  # language -> words
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the main one
    state = models.CharField(max_length=10, choices=list(STATES.items()), default=State.DRAFT)
    is_automatic = models.BooleanField(default=True)  # everybody who buys is a member; else by joining
    # Of an award that is taken back after it was spent: owed, forgiven, or charged in money by what a point was worth.
    policy = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in Policy], default=Policy.OWE
    )
    preset = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.name.get("en") or self.name.get("ar") or self.uuid)


class Version(models.Model):
    """What held from `published_at` until the next one; the draft has none yet. A silent one earns nothing: paused, or ended.

    It keeps the business's calendar and taxes as they were when it was published: a refund years later is reckoned by them.
    """

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.JSONField(default=dict)  # rules.content.Content
    is_silent = models.BooleanField(default=False)
    zone = models.CharField(max_length=64)
    week_start = models.PositiveSmallIntegerField()
    includes_tax = models.BooleanField()  # whether prices do
    tax_bp = models.PositiveIntegerField()  # where an order tells no tax
    minds_goods = models.BooleanField(default=False)  # a rule asks for products or categories
    minds_first = models.BooleanField(default=False)  # a rule asks for the first order
    minds_discounts = models.BooleanField(default=False)  # a rule asks what it was before discounts
    segments = ArrayField(models.UUIDField(), default=list)  # that a rule asks for
    cap_points = ArrayField(models.BigIntegerField(null=True), null=True)  # of the programme, by rules.Span
    idle_months = models.PositiveSmallIntegerField(default=0, db_default=0)  # 0: nothing ends by idleness
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="loyalty_version_once"),
            models.UniqueConstraint(
                fields=["programme"], condition=models.Q(published_at=None), name="loyalty_one_draft"
            ),
            models.UniqueConstraint(fields=["programme", "published_at"], name="loyalty_version_at"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.number}"


class Rule(models.Model):
    """A rule of a version as the database judges it. `number` is the same in all versions of the programme.

    NULL is no condition.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="rules", db_index=False)
    number = models.PositiveIntegerField()
    ordinal = models.PositiveIntegerField()
    trigger = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Trigger])
    event = models.CharField(max_length=200, blank=True)
    given = models.JSONField(null=True)  # properties that an event must have
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    effect = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Effect])
    points = models.BigIntegerField()  # of "times": ten thousandths
    per = models.BigIntegerField(default=1)  # minor units of `currency`, or pieces
    currency = models.CharField(max_length=3, blank=True)
    before_discounts = models.BooleanField(default=False)
    with_tax = models.BooleanField(default=True)
    with_shipping = models.BooleanField(default=False)
    rounding = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Rounding])
    from_day = models.DateField(null=True)
    to_day = models.DateField(null=True)  # the last one
    weekdays = ArrayField(models.PositiveSmallIntegerField(), null=True)  # ISO
    from_minute = models.PositiveSmallIntegerField(null=True)  # of the day
    to_minute = models.PositiveSmallIntegerField(
        null=True
    )  # not any more; before `from_minute` it is tomorrow's
    stores = ArrayField(models.TextField(), null=True)
    channels = ArrayField(models.TextField(), null=True)
    segments = ArrayField(models.UUIDField(), null=True)
    tiers = ArrayField(models.TextField(), null=True)
    skus = ArrayField(models.TextField(), null=True)
    categories = ArrayField(models.TextField(), null=True)
    not_skus = ArrayField(models.TextField(), null=True)
    not_categories = ArrayField(models.TextField(), null=True)
    takes_all = models.BooleanField()  # no condition on goods
    minimum = models.BigIntegerField(null=True)  # of its base
    is_first = models.BooleanField(default=False)
    cap_points = ArrayField(models.BigIntegerField(null=True), null=True)  # of a customer, by rules.Span
    cap_uses = ArrayField(models.BigIntegerField(null=True), null=True)
    budget_points = models.BigIntegerField(null=True)
    budget_uses = models.BigIntegerField(null=True)
    grouping = models.CharField(max_length=40, blank=True)  # of several only the best one counts
    pending = models.CharField(max_length=20, blank=True)  # ISO 8601
    lives = models.CharField(max_length=20, blank=True)  # ISO 8601
    lives_to = models.CharField(max_length=10, blank=True)  # the end of this month, quarter or year
    ends_on = models.DateField(null=True)  # the last day

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="loyalty_rule_once"),
            models.CheckConstraint(
                condition=models.Q(points__gt=0, per__gt=0), name="loyalty_rule_gives_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.number}"


class Member(models.Model):
    """A customer in a programme; the row that whoever reckons locks first. Without a customer: they were erased."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="members", db_index=False)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="memberships")
    tiers = ArrayField(models.CharField(max_length=60), default=list)  # set:tier
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "customer"], name="loyalty_member_once"),
        ]
        indexes = [models.Index(fields=["programme", "joined_at", "id"], name="loyalty_member_listed")]

    def __str__(self) -> str:
        return str(self.uuid)[:8]


class Occasion(models.Model):
    """Something a member did that may earn, once for good, with what was so at that moment and does not change any more."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    key = models.CharField(max_length=120)  # order:<id>, event:<message id>, birthday:<member>:<year> …
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="occasions", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=20)  # a Trigger
    name = models.CharField(max_length=200, blank=True)  # of the event
    order_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    segments = ArrayField(models.UUIDField(), null=True)
    tiers = ArrayField(models.TextField(), null=True)
    is_first = models.BooleanField(default=False)
    categories = models.JSONField(null=True)  # product id -> category, where a rule minds it
    given = models.JSONField(null=True)  # an event's properties that rules may ask for
    # What refunds of its order had given when it was last settled, where the programme charges: later ones pay a charge.
    refunded_minor = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="loyalty_occasion_once")]
        indexes = [models.Index(fields=["member", "-at"], name="loyalty_occasion_of")]

    def __str__(self) -> str:
        return self.key


class Earning(models.Model):
    """What an occasion earns by a rule. `target` is what it should be, `awarded` what the ledger was told so far."""

    pk = models.CompositePrimaryKey("occasion_id", "rule")
    occasion = models.ForeignKey(
        Occasion, on_delete=models.PROTECT, related_name="earnings", db_index=False, db_constraint=False
    )
    rule = models.PositiveIntegerField()
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()  # the occasion's
    base = models.BigIntegerField(default=0)  # what of the order counted, in minor units
    points = models.BigIntegerField()  # before caps
    capped = models.BigIntegerField()  # after those of the rule
    target = models.BigIntegerField()  # after those of the programme, too
    awarded = models.BigIntegerField(default=0, db_default=0)
    moves = models.PositiveIntegerField(default=0, db_default=0)
    transfers = ArrayField(models.BigIntegerField(), default=list)  # awards in the ledger
    lefts = ArrayField(models.BigIntegerField(), default=list)  # of each so much stands

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(target__gte=0, awarded__gte=0), name="loyalty_earning_not_below_0"
            ),
        ]
        indexes = [models.Index(fields=["member", "rule", "at"], name="loyalty_earning_of")]

    def __str__(self) -> str:
        return f"{self.occasion_id} {self.rule}"


class Budget(models.Model):
    """What a rule with a budget has given so far to everybody; locked after the members, in the order of ids."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="budgets", db_index=False)
    rule = models.PositiveIntegerField()
    points = models.BigIntegerField(default=0, db_default=0)
    uses = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "rule"], name="loyalty_budget_once")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.rule}"


class Trial(models.Model):
    """That a programme began with a control group: who of its experiment's control neither joins by buying nor earns."""

    programme = models.OneToOneField(
        Programme, primary_key=True, on_delete=models.CASCADE, related_name="trial"
    )
    experiment = models.OneToOneField(Experiment, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.experiment)


class Notice(models.Model):
    """That an owner was told of an end: who writes the row tells, so that nobody is told twice."""

    pk = models.CompositePrimaryKey("wallet_id", "step", "expires_on")
    wallet = models.ForeignKey(
        Wallet, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    step = models.PositiveSmallIntegerField()  # days before
    expires_on = models.DateField()  # the last day

    class Meta:
        indexes = [models.Index(fields=["expires_on"], name="loyalty_notice_old")]


class PaidPart(models.Model):
    """What part of an order was paid with points or a gift card, and earns nothing."""

    order_id = models.BigIntegerField(primary_key=True)
    amount_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.order_id)
