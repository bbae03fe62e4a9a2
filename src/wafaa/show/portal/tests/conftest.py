"""The portal is open, its clock stands, mail is set up."""

import pytest
from tests.build import make_business

from wafaa.act.messages.actions import change_settings
from wafaa.act.messages.channels.email.smtp import drop_line
from wafaa.show.portal.tests.build import open_portal


@pytest.fixture
def portal(db, mailbox):
    make_business(name="Palm")
    change_settings(changes={"site": "https://palm.example"}, by=None)
    open_portal()
    yield mailbox
    drop_line()  # kept for the next mail of this thread, whose server is gone by then
