"""Where webhooks go. What was sent, and what waits, are effects of the stream's outbox."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wafaa.act.webhooks.rules import State, Why, name_destination, name_test_destination
from wafaa.kit.ids import new_id

STATE_LABELS = {
    State.ON: pgettext_lazy("webhook", "on"),
    State.PAUSED: pgettext_lazy("webhook", "paused"),
    State.OFF: pgettext_lazy("webhook", "off"),
}


class Endpoint(models.Model):
    """A web address of the shop's own programs that is told of events."""

    WHY_LABELS: ClassVar[dict[str, str | Promise]] = {
        Why.HAND: _("turned off by hand"),
        Why.GONE: _("it answered that it is gone for good (410)"),
        Why.FAILING: _("nothing has arrived for five days"),
    }

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    url = models.CharField(_("address"), max_length=2000)
    description = models.CharField(_("description"), max_length=200, blank=True)
    names = models.JSONField(default=list)  # of events; empty: all
    with_history = models.BooleanField(default=True)
    state = models.CharField(
        max_length=10, choices=[(state.value, STATE_LABELS[state]) for state in State], default=State.ON
    )
    why_off = models.CharField(max_length=10, blank=True)
    off_since = models.DateTimeField(null=True)
    sealed_secret = models.TextField()
    sealed_old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True)
    heard_from = models.DateTimeField()  # events received before are none of its business
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return self.url

    @property
    def destination(self) -> str:
        return name_destination(self.uuid)

    @property
    def test_destination(self) -> str:
        return name_test_destination(self.uuid)

    @property
    def why(self) -> str:
        return str(self.WHY_LABELS.get(self.why_off, ""))
