"""API keys: only a digest of the secret is kept."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from wafaa.access.keys.rules import Scope, show_prefix

SCOPE_LABELS = {
    Scope.INGEST: _("Send events"),
    Scope.READ: _("Read"),
    Scope.WRITE: _("Read and change"),
}
PUBLIC_LABEL = _("Send events from pages")


class ApiKey(models.Model):
    """One program's way in. Rows stay for good, so that the audit trail can always say whose key it was."""

    public_id = models.CharField(max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=100)
    scope = models.CharField(
        _("may do"), max_length=10, choices=[(scope.value, SCOPE_LABELS[scope]) for scope in Scope]
    )
    # Stands in pages and apps, where anybody may read it: what it tells is what a visitor says of themselves.
    is_public = models.BooleanField(default=False, db_default=False)
    secret_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # empty: the command line
    last_used_at = models.DateTimeField(null=True)  # to the minute
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @property
    def scope_name(self) -> str:
        return str(PUBLIC_LABEL if self.is_public else SCOPE_LABELS[Scope(self.scope)])

    @property
    def prefix(self) -> str:
        return show_prefix(self.scope, self.public_id)
