"""Answers that are given again: one row per Idempotency-Key."""

from django.db import models

from wafaa.access.keys.models import ApiKey


class RememberedAnswer(models.Model):
    """What a write answered, so that the same request again answers the same and does nothing.

    The row commits together with what the request did. It may hold personal data, and goes after a day.
    """

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)  # the Idempotency-Key
    fingerprint = models.CharField(max_length=64)  # of method, address and body
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["api_key", "name"], name="answered_once_per_key")]

    def __str__(self) -> str:
        return self.name
