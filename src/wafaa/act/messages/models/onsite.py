"""Messages on the shop's own pages: what lies in a customer's inbox, which browsers may be pushed to, and by which key."""

from django.db import models

from wafaa.act.messages.models.sending import Message

__all__ = ["InboxEntry", "PushKey", "PushSubscription"]


class InboxEntry(models.Model):
    """What a message says in the inbox of its customer. It belongs to the message, so it moves and goes with it."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="entry")
    title = models.CharField(max_length=500)
    text = models.TextField()
    url = models.TextField(blank=True)  # a first-party link
    language = models.CharField(max_length=10)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)  # when a page of the customer's first had it
    read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"entry of message {self.message_id}"


class PushSubscription(models.Model):
    """A browser that somebody agreed to be pushed to. It belongs to the id that was proven there, whosever customer that is."""

    digest = models.UUIDField(
        unique=True
    )  # of the endpoint: a browser has one, and is one person's at a time
    endpoint = models.TextField()
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    distinct_id = models.CharField(max_length=200, db_index=True)
    language = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=50)
    place = models.CharField(max_length=200, blank=True)  # the page on which the button was pressed
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)  # as the browser told

    def __str__(self) -> str:
        return f"push {self.digest}"


class PushKey(models.Model):
    """By what push services know us (RFC 8292). One row; subscriptions are bound to it, so it never changes."""

    public = models.CharField(max_length=100)
    private = models.TextField()  # sealed
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="push_key_is_one")]

    def __str__(self) -> str:
        return self.public
