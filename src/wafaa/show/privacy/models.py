"""Erasures: what is known of one while it runs, and the certificate that stays."""

from django.conf import settings
from django.db import models

from wafaa.kit.ids import new_id
from wafaa.show.privacy.rules import State


class Erasure(models.Model):
    """One person taken out of everything. When it is done, nothing of the person stands here."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in State], default=State.ROWS
    )
    # rules.Person, until it is done
    person = models.JSONField(null=True)
    customer = models.BigIntegerField(null=True, unique=True)  # no second one for the same customer
    counts = models.JSONField(default=dict)  # what -> how many
    requested_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by = models.CharField(
        max_length=254, blank=True
    )  # as they signed in, or the API key; "" is the command line
    reason = models.CharField(max_length=20)  # one of REASONS
    backups = models.JSONField(default=dict)  # how long they are kept, as set when it was done

    class Meta:
        indexes = [models.Index(fields=["-requested_at"], name="erasure_by_time")]

    def __str__(self) -> str:
        return str(self.uuid)
