"""The history of consents, how each stands, and the texts to which people said yes."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.kit.ids import new_id
from wafaa.know.consents.rules import TEXT_MAX, VERSION_MAX, Channel, Purpose

CHANNEL_LABELS: dict[str, Promise] = {
    Channel.EMAIL: pgettext_lazy("consent", "E-mail"),
    Channel.SMS: pgettext_lazy("consent", "SMS"),
    Channel.WHATSAPP: pgettext_lazy("consent", "WhatsApp"),
    Channel.PHONE: pgettext_lazy("consent", "Phone"),
    Channel.PUSH: pgettext_lazy("consent", "Push"),
    Channel.POST: pgettext_lazy("consent", "Post"),
    Channel.IN_APP: pgettext_lazy("consent", "In the app"),
}
PURPOSE_LABELS: dict[str, Promise] = {
    Purpose.MARKETING: pgettext_lazy("consent", "Offers and news"),
    Purpose.SURVEYS: pgettext_lazy("consent", "Surveys"),
    Purpose.SERVICE: pgettext_lazy("consent", "Orders and service"),
    Purpose.PROFILING: pgettext_lazy("consent", "Personal recommendations"),
}


class Consent(models.Model):
    """One statement, as it was told; never changed, only erased. It belongs to the id that made it, so that a merge and its
    undo take it along without a word of it being rewritten.
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    key = models.UUIDField(unique=True, editable=False)  # digest of what makes a statement the same one
    distinct_id = models.CharField(max_length=200)
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40)
    is_given = models.BooleanField()
    is_dated = models.BooleanField()
    at = models.DateTimeField()  # when the person said so, or when we were told where nobody knows
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=50)
    place = models.CharField(max_length=TEXT_MAX, blank=True)
    text_version = models.CharField(max_length=VERSION_MAX, blank=True)
    proof = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    via = models.CharField(max_length=TEXT_MAX, blank=True)

    class Meta:
        indexes = [models.Index(fields=["distinct_id", "-at"], name="consent_of_id")]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.is_given}"


class ConsentState(models.Model):
    """The latest statement of each sort (rules.Moments) by an id; the database's consents_is_given says what follows."""

    pk = models.CompositePrimaryKey("distinct_id", "channel", "purpose")
    distinct_id = models.CharField(max_length=200)
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40)
    given_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    noted_at = models.DateTimeField(null=True)
    denied_at = models.DateTimeField(null=True)


class ConsentText(models.Model):
    """A wording to which people say yes, by its version. What was shown once is never changed."""

    channel = models.CharField(
        pgettext_lazy("consent", "way"),
        max_length=20,
        choices=[(one.value, CHANNEL_LABELS[one]) for one in Channel],
    )
    purpose = models.CharField(
        _("purpose"), max_length=40, choices=[(one.value, PURPOSE_LABELS[one]) for one in Purpose]
    )
    language = models.CharField(_("language"), max_length=10)
    version = models.CharField(_("version"), max_length=VERSION_MAX)
    text = models.TextField(pgettext_lazy("consent", "wording"))
    since = models.DateField(_("shown since"))
    created_at = models.DateTimeField()
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["channel", "purpose", "-since", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "purpose", "language", "version"], name="consent_text_once"
            )
        ]

    def __str__(self) -> str:
        return self.version


def say_channel(channel: str) -> Any:
    return CHANNEL_LABELS.get(channel, channel)


def say_purpose(purpose: str) -> Any:
    """A purpose of the shop's own is called as it calls it."""
    return PURPOSE_LABELS.get(purpose, purpose.replace("_", " "))
