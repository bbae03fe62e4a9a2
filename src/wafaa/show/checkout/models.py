"""Under which keys orders and refunds were told."""

from django.db import models

from wafaa.access.keys.models import ApiKey


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
