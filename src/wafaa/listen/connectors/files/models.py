"""Imports of files, what is remembered about a file's headings, and what was told about customers and products."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wafaa.kit.ids import new_id


class Import(models.Model):
    """One file on its way in. Nothing outside this room changes before the state is `publishing`."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("waiting to be read")
        READING = "reading", _("being read")
        WAITING = "waiting", _("waiting for your answers")
        STAGING = "staging", _("being checked")
        READY = "ready", _("ready to be published")
        QUEUED = "queued", _("about to be published")
        PUBLISHING = "publishing", _("being published")
        APPLYING = "applying", _("being counted")
        DONE = "done", _("done")
        FAILED = "failed", _("stopped")
        CANCELLED = "cancelled", _("cancelled")

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    file_name = models.CharField(_("file"), max_length=255)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State.choices, default=State.UPLOADED)
    guess = models.JSONField(default=dict)  # columns, examples and first rows, as the page shows them
    mapping = models.JSONField(default=dict)  # field -> place of its column
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    events_done = models.PositiveIntegerField(default=0)  # looked at while publishing
    events_published = models.PositiveIntegerField(default=0)  # new or changed
    replaced_demo = models.BooleanField(default=False)
    error = models.CharField(max_length=50, blank=True)  # code of the error that stopped it
    error_facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)  # when the commit record was written
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-created_at"], name="import_by_time"),
            models.Index(fields=["state"], name="import_by_state"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_before_publishing(self) -> bool:
        return self.state in BEFORE_PUBLISHING

    @property
    def is_moving(self) -> bool:
        """Whether something happens without anybody's doing."""
        return self.state in MOVING


_S = Import.State
BEFORE_PUBLISHING = (_S.UPLOADED, _S.READING, _S.WAITING, _S.STAGING, _S.READY, _S.QUEUED)
MOVING = (_S.UPLOADED, _S.READING, _S.STAGING, _S.QUEUED, _S.PUBLISHING, _S.APPLYING)
# Checked, and waiting for the commit record.
STAGED = (_S.READY, _S.QUEUED)
OVER = (_S.DONE, _S.FAILED, _S.CANCELLED)


class RememberedMapping(models.Model):
    """What somebody answered for a file with these headings."""

    headings = models.CharField(max_length=64, unique=True)  # sha256 of the headings in their order
    mapping = models.JSONField()
    options = models.JSONField()
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.headings[:8]


class Told(models.Model):
    """What the last file of a kind said about a customer or a product, as a fingerprint: the same again is not said again.

    The key is a digest of the kind of file, the source and the key there, so that no mail address stands here.
    """

    key = models.UUIDField(primary_key=True)
    fingerprint = models.UUIDField()

    def __str__(self) -> str:
        return str(self.key)
