"""Under which keys orders and refunds were told, by programs and by staff."""

from django.db import models

from wafaa.access.keys.models import ApiKey
from wafaa.access.staff.models import Staff
from wafaa.show.checkout.rules import NUMBERED


class Telling(models.Model):
    """An Idempotency-Key of a program and what was sent by it; kept for good, and without anybody's name.

    The row commits together with the events.
    """

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # of the address and of what was read from the body
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "name"], name="checkout_told_once")]

    def __str__(self) -> str:
        return self.name


class StaffRefund(models.Model):
    """A refund that somebody noted in the console, once by its key; it commits together with the event."""

    key = models.UUIDField(unique=True, editable=False)
    order_uuid = models.UUIDField(db_index=True)  # orders come and go with their sources
    by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    currency = models.CharField(max_length=3, blank=True)
    amount_minor = models.BigIntegerField()
    goods = models.JSONField(default=list)  # [{"line", "sku", "pieces"}]; none where it names none
    reason = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="checkout_refund_gives_something"
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)[:8]

    @property
    def number(self) -> str:
        """As the event has it."""
        return f"{NUMBERED}{self.pk}"
