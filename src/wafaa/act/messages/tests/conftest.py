"""Fixtures of the room: a mail server that can be told what to answer."""

import pytest

from wafaa.act.messages.tests.servers import serving_mail
from wafaa.act.messages.tracking import forget_links


@pytest.fixture
def mailserver(settings):
    """Mail is set up, by a server of this test's own."""
    with serving_mail() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield server


@pytest.fixture(autouse=True)
def fresh_links():
    forget_links()
