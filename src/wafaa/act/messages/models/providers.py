"""Who carries messages, what they told us, and what became of messages after they had left."""

from django.conf import settings as project
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from wafaa.act.messages.back import Back
from wafaa.act.messages.models.sending import Message
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer

MARKS: dict[str, Promise] = {
    Back.DELIVERED.value: pgettext_lazy("message", "arrived"),
    Back.BOUNCED.value: pgettext_lazy("message", "did not arrive"),
    Back.COMPLAINED.value: pgettext_lazy("message", "called spam"),
    Back.OPENED.value: pgettext_lazy("message", "opened"),
    Back.CLICKED.value: pgettext_lazy("message", "a link was pressed"),
    Back.UNSUBSCRIBED.value: pgettext_lazy("message", "unsubscribed"),
    Back.REPLIED.value: pgettext_lazy("message", "answered"),
}


class Provider(models.Model):
    """An account at somebody who carries a channel. One of each channel is active; of others late words still come."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    channel = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    settings = models.JSONField(default=dict)
    sealed = models.TextField(blank=True)  # the secrets, by kit.sealing
    is_active = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    created_by = models.ForeignKey(
        project.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    received = models.PositiveBigIntegerField(default=0)  # requests that were rightly signed and new
    last_received_at = models.DateTimeField(null=True)
    refused = models.PositiveBigIntegerField(default=0)
    last_refused_at = models.DateTimeField(null=True)
    last_refusal = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel"], condition=models.Q(is_active=True), name="provider_one_active"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.kind}"


class Callback(models.Model):
    """A rightly signed request of a provider, kept as it came before it is answered; read afterwards. Kept for 14 days."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="callbacks", db_index=False)
    digest = models.UUIDField()  # of what it says: the same again is no news
    received_at = models.DateTimeField(db_index=True)
    method = models.CharField(max_length=10)
    query = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    handled_at = models.DateTimeField(null=True)
    words = models.PositiveIntegerField(default=0)  # how many things it said
    error = models.CharField(max_length=200, blank=True)
    customers = models.JSONField(
        default=list
    )  # ids of whom it was about, so that it goes when they are erased

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "digest"], name="callback_once")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(handled_at=None), name="callback_unread"),
        ]


class Mark(models.Model):
    """That something became of a message, and when for the first time: told twice, or in another order, it is the same."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="marks", db_index=False)
    kind = models.CharField(max_length=20, choices=list(MARKS.items()))
    at = models.DateTimeField()
    is_hard = models.BooleanField(default=False)
    code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "kind"], name="mark_once")]


class Touch(models.Model):
    """An opening or a press of a link, by a person or a machine: which of both is judged from all of the message's."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="touches", db_index=False)
    kind = models.CharField(max_length=10)  # Back.OPENED or Back.CLICKED
    target = models.UUIDField()  # digest of what was pressed
    url = models.TextField(blank=True)
    beat = models.BigIntegerField()  # of ten seconds since 1970: who presses twice within one pressed once
    at = models.DateTimeField()
    agent = models.CharField(max_length=300, blank=True)
    heard_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)  # told to the stream, or found to be a machine's
    is_machine = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "kind", "target", "beat"], name="touch_once")
        ]
        indexes = [
            models.Index(fields=["heard_at"], condition=models.Q(judged_at=None), name="touch_unjudged"),
        ]


class Inbound(models.Model):
    """When a customer last wrote to us by a channel: WhatsApp lets one answer freely for 24 hours after."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "channel"], name="inbound_once")]
