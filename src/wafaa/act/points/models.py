"""Units, wallets with a balance for each role, immutable transfers, the lots they made and used, holds and seals; limits of
staff and what waits for a second person.

What must not go below 0 is held by the database, by one constraint of each table: the text of each is read anew for every
statement. Rows of transfers never change or go; balances, lots and holds are
written by the functions of the database alone (migrations/0002_functions.py).
"""

from typing import Any

from django.db import models
from django.db.models.functions import Least, Now
from django.db.models.lookups import Exact, GreaterThanOrEqual, IsNull, LessThan

from wafaa.access.keys.models import ApiKey
from wafaa.access.staff.models import Staff
from wafaa.act.points.rules import HoldState, Kind, Outcome, Role, UnitKind
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer


def _choices(kinds: Any) -> list[tuple[Any, str]]:
    return [(one.value, one.name.lower()) for one in kinds]


class Unit(models.Model):
    """What is counted: points, money on gift cards in one currency, nights, stamps. Amounts are in its smallest part."""

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField(default=dict)  # language -> word
    kind = models.CharField(max_length=10, choices=_choices(UnitKind))
    scale = models.PositiveSmallIntegerField(default=0)  # decimals
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(scale__lte=6), name="unit_scale_is_small"),
            models.CheckConstraint(
                condition=models.Q(kind=UnitKind.MONEY) ^ models.Q(currency=""),
                name="unit_of_money_has_currency",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Wallet(models.Model):
    """What somebody holds of one unit; a gift card's has no customer. One row, so that one lock guards all its balances."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="wallets", db_index=False
    )
    active = models.BigIntegerField(default=0, db_default=0)
    pending = models.BigIntegerField(default=0, db_default=0)
    held = models.BigIntegerField(default=0, db_default=0)
    owed = models.BigIntegerField(default=0, db_default=0)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "unit"], name="wallet_once"),
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Least("active", "pending", "held", "owed"), 0),
                name="wallet_not_below_0",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)[:8]


class Transfer(models.Model):
    """An amount that moved from one account to another: a wallet's role, or the house's where no wallet is named.

    It is both entries of the double entry in one row. Keys are kept for good.
    """

    key = models.CharField(
        max_length=250
    )  # once: a constraint, because of `unique` Django would make a second index
    kind = models.SmallIntegerField(choices=_choices(Kind))
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    # Wallets are never deleted, and the functions lock those that they name: no need to look them up once more.
    source = models.ForeignKey(
        Wallet, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    source_role = models.SmallIntegerField(choices=_choices(Role))
    target = models.ForeignKey(
        Wallet, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    target_role = models.SmallIntegerField(choices=_choices(Role))
    amount = models.BigIntegerField()
    undoes = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())
    cause = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="transfer_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0)
                & models.Q(Exact(IsNull(models.F("source"), True), LessThan(models.F("source_role"), 10)))
                & models.Q(Exact(IsNull(models.F("target"), True), LessThan(models.F("target_role"), 10))),
                name="transfer_fits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["source", "id"], name="transfer_out", condition=models.Q(source__isnull=False)
            ),
            models.Index(
                fields=["target", "id"], name="transfer_in", condition=models.Q(target__isnull=False)
            ),
            models.Index(
                fields=["undoes"], name="transfer_undoing", condition=models.Q(undoes__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Lot(models.Model):
    """What is left of an award. A merge puts the rest into a new lot of the same award."""

    wallet = models.ForeignKey(
        Wallet, on_delete=models.PROTECT, related_name="lots", db_index=False, db_constraint=False
    )
    award = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, related_name="lots", db_index=False, db_constraint=False
    )
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    # A column of its own, so that taking a part changes no index.
    is_open = models.GeneratedField(
        expression=models.Q(remaining__gt=0),  # type: ignore[arg-type]  # conditions are expressions
        output_field=models.BooleanField(),
        db_persist=True,
    )
    is_pending = models.BooleanField()
    usable_from = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(remaining__gte=0, remaining__lte=models.F("amount"))
                & (models.Q(is_pending=False) | models.Q(usable_from__isnull=False)),
                name="lot_fits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["wallet", "expires_at", "id"], name="lot_to_use", condition=models.Q(is_open=True)
            ),
            models.Index(fields=["award"], name="lot_of_award"),
            models.Index(fields=["expires_at"], name="lot_ending", condition=models.Q(is_open=True)),
            models.Index(
                fields=["usable_from"],
                name="lot_ripening",
                condition=models.Q(is_open=True, is_pending=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remaining}/{self.amount}"


class LotUse(models.Model):
    """What a transfer took out of a lot, and how much of it was put back."""

    pk = models.CompositePrimaryKey("transfer_id", "lot_id")
    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, related_name="uses", db_index=False, db_constraint=False
    )
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, related_name="uses", db_constraint=False, db_index=False
    )
    amount = models.BigIntegerField()
    restored = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, restored__gte=0, restored__lte=models.F("amount")),
                name="use_fits",
            ),
        ]


class Hold(models.Model):
    """An amount set aside until it is captured, voided or its time is over: one of these, once."""

    uuid = models.UUIDField(unique=True, editable=False)
    wallet = models.ForeignKey(
        Wallet, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    transfer = models.OneToOneField(
        Transfer, on_delete=models.PROTECT, related_name="hold", db_constraint=False
    )
    capture = models.OneToOneField(
        Transfer, null=True, on_delete=models.PROTECT, related_name="captured", db_constraint=False
    )
    amount = models.BigIntegerField()
    state = models.PositiveSmallIntegerField(choices=_choices(HoldState), default=HoldState.OPEN)
    ends_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["ends_at"], name="hold_ending", condition=models.Q(state=HoldState.OPEN)),
            models.Index(fields=["wallet"], name="hold_open", condition=models.Q(state=HoldState.OPEN)),
        ]

    def __str__(self) -> str:
        return str(self.uuid)[:8]


class Untold(models.Model):
    """What became active and was not told yet: whoever ripens lays it here, and the sweep takes it away and tells it."""

    transfer_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.transfer_id)


class Seal(models.Model):
    """A digest over all transfers up to one: SHA-256 of the seal before and of their rows. Who keeps it can prove a change."""

    through = models.BigIntegerField(unique=True)  # the last transfer's id
    transfers = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.through}: {bytes(self.digest).hex()[:12]}"


class Limit(models.Model):
    """What a role, or programs, put right in one unit without a second person; where there is no row, the usual holds."""

    holder = models.CharField(max_length=20)  # a role of staff, or PROGRAM
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="limits")
    per_deed = models.BigIntegerField(null=True)
    per_day = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "unit"], name="limit_once"),
            models.CheckConstraint(
                condition=(models.Q(per_deed=None) | models.Q(per_deed__gte=0))
                & (models.Q(per_day=None) | models.Q(per_day__gte=0)),
                name="limit_not_below_0",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder}: {self.unit_id}"


class MovedAlone(models.Model):
    """What somebody moved of a unit without a second person, by a deed of a room above: it counts towards the limits of their
    day as what they put right.
    """

    by = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", db_index=False)
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["by", "at"], name="moved_alone_day")]

    def __str__(self) -> str:
        return f"{self.by_id}: {self.amount}"


class Request(models.Model):
    """Somebody put a balance right, at once within their limits or by a second person. `key` is the ledger's too."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    key = models.CharField(max_length=250, unique=True)
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="requests")
    amount = models.BigIntegerField()  # below 0 is taken away
    reason = models.CharField(max_length=60)
    note = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(
        Staff, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    program = models.ForeignKey(
        ApiKey, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Staff, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    outcome = models.PositiveSmallIntegerField(choices=_choices(Outcome))
    posting = models.OneToOneField(
        Transfer, null=True, on_delete=models.PROTECT, related_name="request", db_constraint=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=[Outcome.DONE, Outcome.APPROVED], posting__isnull=False)
                | models.Q(outcome__in=[Outcome.OPEN, Outcome.DECLINED, Outcome.ENDED], posting=None),
                name="request_moves_when_done",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_by", "asked_at"], name="request_day", condition=models.Q(outcome=Outcome.DONE)
            ),
            models.Index(
                fields=["program", "asked_at"],
                name="request_program_day",
                condition=models.Q(outcome=Outcome.DONE, program__isnull=False),
            ),
            models.Index(fields=["asked_at"], name="request_open", condition=models.Q(outcome=Outcome.OPEN)),
        ]

    def __str__(self) -> str:
        return str(self.uuid)[:8]
