"""What was asked to be sent, to whom, and what became of it; which addresses get nothing; how the business sends."""

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.act.messages.rules import (
    KINDS,
    REASON_CHARS_MAX,
    STEP_CHARS_MAX,
    Cause,
    Lane,
    SendingState,
    State,
)
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import Customer

__all__ = [
    "MESSAGE_STATES",
    "SUPPRESSION_CAUSES",
    "KeptMail",
    "Link",
    "Message",
    "MessageSettings",
    "Pace",
    "Sending",
    "Suppression",
    "Topic",
    "TopicRefusal",
]

MESSAGE_STATES: dict[str, Promise] = {
    State.HELD: pgettext_lazy("message", "waits"),
    State.QUEUED: pgettext_lazy("message", "on its way"),
    State.SENT: pgettext_lazy("message", "sent"),
    State.FAILED: pgettext_lazy("message", "failed"),
    State.LAPSED: pgettext_lazy("message", "too late"),
    State.CANCELLED: pgettext_lazy("message", "cancelled"),
    State.REFUSED: pgettext_lazy("message", "not sent"),
}
SUPPRESSION_CAUSES: dict[str, Promise] = {
    Cause.BOUNCE: _("mail to it came back"),
    Cause.COMPLAINT: _("its reader called a mail spam"),
    Cause.UNSUBSCRIBE: _("its reader unsubscribed"),
    Cause.HAND: _("by hand"),
}


class Sending(models.Model):
    """All that is sent for one reason (a campaign, an automation, receipts): what is paused, goes on or is cancelled.

    A reason lasts; what makes one occasion differ from the next stands in the step of its messages.
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    reason = models.CharField(max_length=REASON_CHARS_MAX, unique=True)
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in SendingState], default=SendingState.RUNNING
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reason

    @property
    def destinations(self) -> dict[str, str]:
        """Of the outbox, by lane."""
        return {lane: f"{kind}:{self.uuid}" for lane, kind in KINDS.items()}


class Message(models.Model):
    """One message to one customer by one channel, for one step of one reason: once, for good."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    sending = models.ForeignKey(Sending, on_delete=models.CASCADE, related_name="messages", db_index=False)
    step = models.CharField(max_length=STEP_CHARS_MAX)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=20)
    template = models.UUIDField()
    template_number = models.PositiveIntegerField(null=True)  # of the version that was sent
    language = models.CharField(max_length=10, blank=True)
    purpose = models.CharField(max_length=40)
    topic = models.CharField(max_length=60, blank=True)
    lane = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Lane])
    priority = models.SmallIntegerField(default=0)  # the higher, the more it matters
    values = models.JSONField(default=dict)  # what only the sender of it knew
    state = models.CharField(max_length=10, choices=[(one.value, MESSAGE_STATES[one]) for one in State])
    why = models.CharField(max_length=60, blank=True)  # a code; see words.py
    trace = models.JSONField(default=list)  # rules.Decision.as_trace, one for each time the gate was asked
    due_at = models.DateTimeField()  # of a held one: when it is asked again
    deadline = models.DateTimeField()  # later it would be worse than nothing
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=200, blank=True)
    is_unsure = models.BooleanField(default=False)  # a crash, or a broken line: it may have come twice

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sending", "step", "customer", "channel"], name="message_once")
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="message_of_customer"),
            models.Index(fields=["due_at"], condition=models.Q(state="held"), name="message_due"),
            models.Index(fields=["deadline"], condition=models.Q(state="queued"), name="message_deadline"),
            # mails by SMTP have none that anybody would name; ESPs give our own key back
            models.Index(
                fields=["provider_id"],
                condition=models.Q(channel__in=["sms", "whatsapp"]),
                name="message_provider_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.uuid}"

    @property
    def key(self) -> str:
        """Of its effect, and what a provider is told: the same at every try."""
        return f"message:{self.uuid}"


class Suppression(models.Model):
    """An address that gets nothing any more. After an erasure only the digest is left, so that it stays so."""

    channel = models.CharField(max_length=20)
    digest = models.UUIDField()
    address = models.CharField(max_length=254, blank=True)
    cause = models.CharField(max_length=20, choices=[(one.value, SUPPRESSION_CAUSES[one]) for one in Cause])
    detail = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "digest"], name="suppressed_once")]

    def __str__(self) -> str:
        return f"{self.channel} {self.digest}"


class Topic(models.Model):
    """Something that customers may want to hear of, or not."""

    key = models.SlugField(max_length=60, unique=True)
    label_ar = models.CharField(_("label in Arabic"), max_length=100)
    label_en = models.CharField(_("label in English"), max_length=100)
    purpose = models.CharField(max_length=40, default="marketing")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.key


class TopicRefusal(models.Model):
    """A customer does not want to hear of a topic by a channel, though of others they do."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=20)
    topic = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "channel", "topic"], name="topic_refused_once")
        ]


class Link(models.Model):
    """An address that messages lead to, once for all of them: whose press it was stands in the link itself."""

    digest = models.UUIDField(unique=True)
    url = models.TextField()


class Pace(models.Model):
    """How far a provider's or a domain's rate is used up (the generic cell rate algorithm)."""

    name = models.CharField(max_length=120, primary_key=True)
    full_at = models.DateTimeField()


class MessageSettings(models.Model):
    """How this business sends. One row; what it leaves out is as settings.read_settings has it."""

    told = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="message_settings_are_one")]


class KeptMail(models.Model):
    """A message of the mailbox: what would have gone out where nothing does."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    key = models.CharField(max_length=200, unique=True)  # a provider's idempotency, as it should be
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=500, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at"], name="kept_mail_at")]
