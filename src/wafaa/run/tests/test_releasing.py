"""The worker's loop for messages: what providers told is read, whatever becomes of the rest."""

import threading

import pytest
from django.test import Client

from wafaa.act.messages.actions import change_settings
from wafaa.act.messages.models import Callback
from wafaa.act.messages.tests.providers import SITE, set_up, tell_twilio
from wafaa.act.messages.tests.samples import make_shop
from wafaa.run.releasing import Releases


@pytest.mark.django_db(transaction=True)
def test_the_loop_reads_what_providers_told():
    make_shop()
    change_settings(changes={"site": SITE}, by=None)
    provider = set_up("twilio")
    tell_twilio(Client(), provider, MessageSid="SM1", MessageStatus="delivered")
    ending = threading.Event()
    loop = threading.Thread(target=Releases(ending).run)
    loop.start()

    for _try in range(200):
        if Callback.objects.filter(handled_at=None).exists():
            ending.wait(0.05)
    ending.set()
    loop.join(10)

    assert Callback.objects.get().handled_at is not None
