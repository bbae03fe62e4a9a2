"""Shared pages, who gets the weekly mail or one of their cases each morning, and which mails were sent."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from wafaa.show.sending.rules import Kind, State


class SharedPage(models.Model):
    """A page of figures as it stood when it was shared. Of the link's token only a digest is kept."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_sha256 = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    path = models.CharField(max_length=2000)  # the page and its choices, for the list
    language = models.CharField(max_length=2)
    sharer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    stores = models.JSONField(null=True)  # ids of the stores it was counted for; null means all
    body = models.BinaryField()  # HTML, gzip
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="shared_by_time")]

    def __str__(self) -> str:
        return self.title


class WeeklyMail(models.Model):
    """One person's wish for the weekly mail."""

    staff = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="weekly_mail"
    )
    is_on = models.BooleanField(_("send it"), default=False)
    # ISO numbers, Monday is 1
    weekday = models.PositiveSmallIntegerField(
        default=7, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    hour = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])
    # the address at which it was switched on, for the links in the mail where the operator names none
    site = models.CharField(max_length=300)
    since = models.DateTimeField()  # no mail is due from before


class CaseMail(models.Model):
    """One person's wish for a mail of their cases each morning."""

    staff = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="case_mail")
    is_on = models.BooleanField(_("send it"), default=False)
    hour = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])
    site = models.CharField(max_length=300)  # as of WeeklyMail
    since = models.DateTimeField()


class Delivery(models.Model):
    """The mail of one person for one week, or of their cases for one day. The row is the claim: who makes it sends the mail,
    nobody else does.
    """

    STATES = {
        State.WAITING: _("is waiting to be sent"),
        State.SENDING: _("is being sent"),
        State.SENT: _("was sent"),
        State.UNCLEAR: _("may have been sent"),
        State.SKIPPED: _("was left out"),
        State.FAILED: _("could not be sent"),
    }

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in Kind], default=Kind.WEEKLY
    )
    week = models.DateField()  # its Monday; of a mail of cases its day
    due_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=[(one.value, name) for one, name in STATES.items()], default=State.WAITING
    )
    error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "kind", "week"], name="one_mail_a_time")]
