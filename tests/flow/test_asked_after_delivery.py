"""An order is delivered; two hours later its customer is asked by mail, answers with a press and a button, and is left in peace.

The mail goes over SMTP on loopback; what looks at every link of it (a scanner) answers nothing.
"""

import html
import re
import threading
from datetime import timedelta

import pytest
from django.test import Client

from tests.build import make_event, tell
from wafaa.act.messages.tests.conftest import mailserver
from wafaa.act.messages.tests.samples import list_told, make_reader, make_shop, turn
from wafaa.decide.asking.models import Ask
from wafaa.decide.asking.tests.build import CONTENT, DAY, HOUR, MORNING, happen, make_rule, make_survey
from wafaa.kit import clock
from wafaa.listen.surveys.models import Invitation, Response
from wafaa.listen.surveys.queries import count_sent
from wafaa.run.asking import Asking

__all__ = ["mailserver"]
pytestmark = pytest.mark.django_db


def go_on():
    """What the worker's threads do until nothing is due: asks, the mail's way out, and what it tells."""
    worker = Asking(threading.Event())
    while worker.go_on():
        pass
    turn(do=lambda deed: deed())
    tell()


def read_fields(page):
    """What the form of a survey's page would send by its button."""
    fields = {}
    for found in re.finditer(r"<input\b[^>]*>", page):
        told = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', found[0])}
        is_choice = told.get("type") in {"radio", "checkbox"}
        if "name" in told and (not is_choice or re.search(r"\bchecked\b", found[0])):
            fields[told["name"]] = told.get("value", "")
    return fields


def test_a_customer_is_asked_two_hours_after_the_delivery_answers_from_the_mail_and_is_not_reminded(
    mailserver,
):
    visitor = Client()
    with clock.fixed_at(MORNING):
        make_shop()
        make_reader("1", consents=("surveys",), name="Noura Alharbi", language="en")
        survey = make_survey(CONTENT)
        make_rule(survey)
        happen(order_id="A1")
        go_on()
        assert mailserver.taken == []

    with clock.fixed_at(MORNING + 2 * HOUR):
        go_on()
        go_on()
        [mail] = mailserver.mails
        body = mail.get_body(("html",)).get_content()
        links = [html.unescape(link) for link in re.findall(r'href="([^"]*\?a\.q1=[^"]*)"', body)]
        assert [link.rpartition("=")[2] for link in links] == ["1", "2", "3", "4", "5"]
        assert links[4] in mail.get_body(("plain",)).get_content()
        assert "How satisfied are you with your order?" in body
        assert count_sent(survey) == 1

        for link in links:  # a scanner
            assert visitor.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200
        assert Response.objects.exclude(state="started").count() == 0

        address = links[3].removeprefix("http://127.0.0.1:8000")
        page = visitor.get(address)
        fields = read_fields(page.content.decode())
        assert fields["a.q1"] == "4"
        answer = visitor.post(address.partition("?")[0], fields)
        assert answer.status_code in {200, 303}, answer.content.decode()
        tell()

    response, ask, invitation = Response.objects.get(), Ask.objects.get(), Invitation.objects.get()
    assert (response.state, response.invitation_id) == ("complete", invitation.pk)
    assert invitation.opened_at == invitation.sent_at == MORNING + 2 * HOUR
    assert (ask.state, ask.remind_at) == ("answered", None)
    told = {name: person for name, person, _told in list_told("Survey Sent", "Survey Answered")}
    assert told == {"Survey Sent": "1", "Survey Answered": "1"}

    with clock.fixed_at(MORNING + 4 * DAY + timedelta(hours=2)):
        go_on()
        tell(make_event("Order Delivered", distinct_id="1", at=clock.now(), properties={"order_id": "A1"}))
        go_on()
    assert len(mailserver.taken) == 1
