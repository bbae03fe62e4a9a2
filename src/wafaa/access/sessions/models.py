"""One row per browser, with what its owner needs to recognise it."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """`session_key` holds a digest of the cookie's key: who reads the table or a backup can't use it."""

    session_key = models.CharField(max_length=64, primary_key=True)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )  # null: somebody who has not signed in
    opened_at = models.DateTimeField(null=True)  # of the sign-in
    seen_at = models.DateTimeField(null=True)  # to the minute
    device = models.CharField(max_length=60, blank=True)  # "Firefox, Windows"
    network = models.CharField(max_length=50, blank=True)  # without the machine: 203.0.113.0/24

    class Meta(AbstractBaseSession.Meta):
        abstract = False
