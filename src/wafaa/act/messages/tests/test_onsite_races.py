"""Two browsers, two senders, two customers at one browser: everything once, and nobody has what is another's."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from wafaa.act.messages.actions import change_settings
from wafaa.act.messages.actions.judging import judge_touches
from wafaa.act.messages.actions.onsite import check_browser, open_inbox, read_entries, subscribe
from wafaa.act.messages.channels.inapp import put_in
from wafaa.act.messages.channels.parcels import Parcel
from wafaa.act.messages.delivering import LANES
from wafaa.act.messages.models import InboxEntry, Message, PushKey, PushSubscription
from wafaa.act.messages.push_keys import get_public_key
from wafaa.act.messages.queries import find_readers
from wafaa.act.messages.rules import Person
from wafaa.act.messages.tests.pages import AGENT
from wafaa.act.messages.tests.samples import ask, list_told, make_reader, make_shop, make_template, turn
from wafaa.act.messages.tests.test_inbox import TEXTS
from wafaa.act.messages.tests.test_races import ALWAYS, race
from wafaa.kit import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def shop():
    make_shop()
    change_settings(changes={"windows": ALWAYS}, by=None)


def queue(reader):
    ask(make_template(TEXTS), Person(customer_id=reader.pk, channel="in_app"))
    return Message.objects.get()


def test_two_senders_of_one_message_put_in_one_entry():
    reader = make_reader()
    message = queue(reader)
    parcel = Parcel(
        key=message.key,
        message_id=message.pk,
        reader=find_readers([reader.pk])[reader.pk],
        address="x",
        subject="Hello",
        text="Once",
        language="en",
        deadline=clock.now() + timedelta(hours=1),
    )
    came = []

    race(*[lambda: came.append(put_in(parcel).verdict)] * 4)

    assert came == ["delivered"] * 4
    assert InboxEntry.objects.count() == 1


def test_two_browsers_at_once_tell_each_thing_once():
    queue(make_reader())
    turn(lanes=LANES)
    uuid = Message.objects.get().uuid

    race(*[lambda: open_inbox(distinct_id="1")] * 4)
    race(*[lambda: read_entries(distinct_id="1", uuids=[uuid], agent=AGENT)] * 4)
    race(*[lambda: judge_touches(after=timedelta(0))] * 2)

    names = [name for name, _whose, _about in list_told("Message Delivered", "Message Opened")]
    assert names == ["Message Delivered", "Message Opened"]
    entry = InboxEntry.objects.get()
    assert entry.delivered_at is not None
    assert entry.read_at is not None


def take(number):
    subscribe(
        distinct_id=number,
        endpoint="https://push.example/1",
        p256dh="p",
        auth="a",
        source="key:1",
        purposes={"marketing"},
    )


def test_a_browser_that_two_take_at_once_is_one_persons():
    make_reader("1"), make_reader("2")

    race(*[lambda number=number: take(number) for number in ("1", "2", "1", "2")])

    owner = PushSubscription.objects.get().distinct_id
    other = "2" if owner == "1" else "1"
    assert check_browser(distinct_id=owner, endpoint="https://push.example/1") is True
    assert check_browser(distinct_id=other, endpoint="https://push.example/1") is False
    assert PushSubscription.objects.count() == 0


def test_the_key_that_four_make_at_once_is_one():
    keys = []

    race(*[lambda: keys.append(get_public_key())] * 4)

    assert (len(set(keys)), PushKey.objects.count()) == (1, 1)
    assert threading.active_count() < 50
    connection.close()
