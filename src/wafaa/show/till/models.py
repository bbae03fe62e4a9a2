"""What was done at tills, once by the id that the device made; and codes by which members say yes."""

from django.conf import settings
from django.db import models

from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Store
from wafaa.show.till.rules import DeedKind


class Deed(models.Model):
    """One deed. What it brought about stands where it belongs: an order on the stream, points in the ledger, a use of a code."""

    uuid = models.UUIDField(unique=True)  # the device's
    body = models.UUIDField()  # digest of what was asked: other things under the same id are refused
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in DeedKind])
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    store = models.ForeignKey(Store, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()  # when the cashier pressed
    heard_at = models.DateTimeField()  # when we heard of it
    day = models.DateField()  # of `at`, the business's
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    receipt = models.CharField(max_length=100, blank=True)
    facts = models.JSONField(default=dict)  # ids of what it brought about, never names
    undoes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="undoing"
    )  # the deed that this one takes back
    is_undone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            # who enters one receipt for two members is told so
            models.UniqueConstraint(
                fields=["store", "day", "receipt"],
                condition=~models.Q(receipt="") & models.Q(is_undone=False),
                nulls_distinct=False,
                name="till_receipt_once",
            ),
        ]
        indexes = [models.Index(fields=["customer", "-heard_at"], name="till_deed_of")]

    def __str__(self) -> str:
        return f"{self.kind} {str(self.uuid)[:8]}"


class Confirmation(models.Model):
    """A code that went to a member, who reads it out to say yes. Used once; only a digest is kept."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    way = models.CharField(max_length=10)
    code = models.CharField(max_length=64, blank=True)  # digest; the worker makes it
    asked_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="till_code_of")]

    def __str__(self) -> str:
        return str(self.uuid)[:8]
