"""Fixtures of the room: a browser of the public, without cookies."""

import pytest
from django.test import Client


@pytest.fixture
def passer_by(db) -> Client:
    """Somebody without a session, whose browser prefers English; every form must do without a token of the session's."""
    return Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")
