"""Whoever answers anonymously is neither known nor reminded; and two workers with one event make one invitation."""

import copy
import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from tests.build import make_event, tell

from wafaa.act.messages.actions import change_settings
from wafaa.act.messages.models import Message
from wafaa.act.messages.tests.samples import list_told, make_reader, make_shop, turn
from wafaa.decide.asking.actions import release_asks
from wafaa.decide.asking.actions.hearing import apply_events
from wafaa.decide.asking.models import Ask
from wafaa.decide.asking.queries import count_asks
from wafaa.decide.asking.tests.build import (
    CONTENT,
    DAY,
    DELIVERED,
    HOUR,
    MORNING,
    happen,
    list_messages,
    make_rule,
    make_survey,
    turn_until_quiet,
)
from wafaa.kit import clock
from wafaa.listen.surveys.actions import complete_response
from wafaa.listen.surveys.models import Invitation, Response
from wafaa.stream.models import Event
from wafaa.stream.rules import EventHead

SECRET = copy.deepcopy(CONTENT) | {"anonymous": True, "hidden": [], "edit_minutes": 0}


@pytest.mark.django_db
@pytest.mark.usefixtures("shop")
def test_who_answered_anonymously_is_not_reminded_and_nobody_can_tell_who_it_was(
    django_capture_on_commit_callbacks,
):
    first, second = (make_reader(number, consents=("surveys",)) for number in ("1", "2"))
    rule = make_rule(make_survey(SECRET), delay_minutes=0)
    for number in ("1", "2"):
        happen(customer=number, order_id=f"A{number}")
    turn_until_quiet()
    turn()
    tell()
    token = Invitation.objects.get(customer=first).token
    with clock.fixed_at(MORNING + DAY + HOUR), django_capture_on_commit_callbacks(execute=True):
        complete_response(token=token, pages=[{"a.q1": ["1"]}], language="en")
        tell()
    answered, silent = Invitation.objects.order_by("id")

    response = Response.objects.get()
    assert (response.customer, response.invitation, response.order_ref) == (None, None, "")
    # it says that, not when: its day would lead to the answers of that day
    assert (answered.answered_at, answered.opened_at) == (answered.created_at, None)
    assert silent.answered_at is None
    [(_name, whose, _told)] = list_told("Survey Answered")
    assert whose == f"anonymous:{response.uuid}"

    for days in (3, 4, 8, 12):
        with clock.fixed_at(MORNING + days * DAY + HOUR):
            turn_until_quiet()
            turn()
            tell()

    assert [(whom, step[-3:]) for whom, step, _state, _why in list_messages()][2:] == [("2", "~r1")]
    assert second.pk == silent.customer_id
    # the list of those who were asked shows both alike; the sum is right
    asks = Ask.objects.order_by("id").values_list("state", "answered_at", "remind_at")
    assert list(asks) == [("sent", None, None), ("sent", None, None)]
    assert count_asks([rule])[rule.pk]["answered"] == 1


def race(*deeds):
    """All at the same moment, each with a connection of its own."""
    barrier, failures = threading.Barrier(len(deeds)), []

    def run(deed):
        try:
            barrier.wait(30)
            deed()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_event_make_one_invitation_and_one_message():
    make_shop()
    change_settings(
        changes={"windows": [{"country": one, "opens": "00:00", "closes": "24:00"} for one in ("", "SA")]},
        by=None,
    )
    make_reader("1", consents=("surveys",))
    make_rule(make_survey(), delay_minutes=0)
    event = make_event(DELIVERED, distinct_id="1", at=clock.now(), properties={"order_id": "A1"})
    tell(event)
    Ask.objects.all().delete()
    heads = [
        EventHead(str(one.xid), one.position, one.received_at, one.name, one.distinct_id)
        for one in Event.objects.filter(name=DELIVERED)
    ]

    race(partial(apply_events, heads), partial(apply_events, heads))
    assert Ask.objects.count() == 1
    race(release_asks, release_asks, release_asks)

    assert (Invitation.objects.count(), Message.objects.count()) == (1, 1)
    assert Ask.objects.get().asked_at > clock.now() - timedelta(minutes=1)
