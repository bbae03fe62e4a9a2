"""The trail: append-only."""

from django.conf import settings
from django.db import models


class Change(models.Model):
    """One change that a member of staff made. Rows are never changed or deleted."""

    at = models.DateTimeField(db_index=True)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    staff_email = models.EmailField(blank=True)  # stays readable when the account is gone
    via = models.CharField(max_length=200, blank=True)  # the API key by which it was done; "" by hand
    deed = models.CharField(max_length=60)  # verb_noun, for instance change_settings
    subject = models.CharField(max_length=200, blank=True)  # what it was done to, in words
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
