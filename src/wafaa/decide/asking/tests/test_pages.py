"""The pages of asking: written, reckoned, switched, looked into; what is wrong is said."""

import re

import pytest
from django.urls import reverse
from tests.build import make_event, tell

from wafaa.act.messages.tests.samples import make_reader, turn
from wafaa.decide.asking.forecasting import forecast
from wafaa.decide.asking.models import Rule
from wafaa.decide.asking.tests.build import (
    DAY,
    HOUR,
    MORNING,
    happen,
    make_rule,
    make_survey,
    turn_until_quiet,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def read(answer):
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]*>", "", answer.content.decode()).split())


def fill(survey, **changes):
    return {
        "event": "Order Delivered", "event_or": "", "after": "2", "unit": "hours", "asked": str(survey.uuid),
        "sort": "transaction", "segment": "", "share_bp": "100", "cool_down_days": "", "reminders": "1",
        "remind_days": "3", "name": "After delivery", "template": "", "reminder": "", "channel": "email",
        "patience_hours": "72", **changes,
    }  # fmt: skip


def test_a_rule_is_reckoned_written_switched_on_changed_and_switched_off(client_as, owner):
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")
    survey = make_survey()
    make_reader("1", consents=("surveys",))
    make_reader("2", consents=())
    for place, number in enumerate(("1", "2")):
        told = {"order_id": f"A{place}"}
        tell(make_event("Order Delivered", distinct_id=number, at=MORNING - DAY, properties=told))
    assert "Nobody is asked by itself yet" in read(client.get(reverse("asking")))

    shown = client.post(reverse("asking-add"), fill(survey, do="forecast"))
    text = read(shown)
    assert "In the last 30 days it would have asked 1 time. 1 time it would not have asked:" in text
    assert "The message did not go: the customer has not agreed to it." in text
    assert Rule.objects.count() == 0
    assert client.post(reverse("asking-add"), fill(survey, after="-1")).status_code == 422
    made = client.post(reverse("asking-add"), fill(survey, do="save"))

    rule = Rule.objects.get()
    assert made.url == reverse("asking-rule", args=[rule.uuid])
    assert (rule.delay_minutes, rule.cool_down_days, rule.reminders, rule.share_bp) == (120, 7, 1, 10_000)
    client.post(reverse("asking-state", args=[rule.uuid]), {"state": "on", "back": "list"})
    rule.refresh_from_db()
    assert rule.is_on
    page = read(client.get(reverse("asking-rule", args=[rule.uuid]) + "?forecast=1"))
    assert "2 hours after this: Order delivered, “Customer satisfaction” is asked." in page
    assert "Whoever does not answer is reminded once, after 3 days." in page
    edit = reverse("asking-edit", args=[rule.uuid])
    assert 'value="2"' in client.get(edit).content.decode()
    client.post(edit, fill(survey, sort="relationship", event="Order Completed"))
    rule.refresh_from_db()
    assert (rule.cool_down_days, rule.names) == (30, ["Order Completed"])
    client.post(reverse("asking-state", args=[rule.uuid]), {"state": "off"})
    rule.refresh_from_db()
    assert not rule.is_on


def test_the_page_tells_who_was_asked_and_why_others_were_not(client_as, owner):
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")
    rule = make_rule(make_survey(), delay_minutes=0)
    for number, consents in (("1", ("surveys",)), ("2", ())):
        make_reader(number, consents=consents)
        happen(customer=number, order_id=f"A{number}")
    turn_until_quiet()
    turn()
    tell()

    page = client.get(reverse("asking-rule", args=[rule.uuid])).content.decode()
    listed = client.get(
        reverse("asking-asked", args=[rule.uuid]) + "?why=message_no_consent"
    ).content.decode()

    assert "The message did not go: the customer has not agreed to it." in page
    assert "Person 2" in listed
    assert "Person 1" not in listed
    assert "Asked: 1 · answered: 0 · not asked: 1" in read(client.get(reverse("asking")))


def test_a_forecast_knows_returns_shares_rests_and_double_tellings():
    for number in ("1", "2", "3"):
        make_reader(number, consents=("surveys",))
    rule = make_rule(make_survey(), is_on=False)
    for name, number, order, before in (
        ("Order Delivered", "1", "A1", 20 * DAY),
        ("Order Delivered", "1", "A1", 19 * DAY),
        ("Order Delivered", "1", "A2", 18 * DAY),
        ("Order Delivered", "1", "A3", 5 * DAY),
        ("Order Delivered", "2", "B1", 4 * DAY),
        ("Order Cancelled", "2", "B1", 4 * DAY - HOUR),
        ("Order Delivered", "3", "C1", HOUR),
        ("Order Delivered", "3", "C2", 40 * DAY),
    ):
        tell(make_event(name, distinct_id=number, at=MORNING - before, properties={"order_id": order}))

    found = forecast(rule)

    assert (found.asked, found.skipped, found.whys) == (2, 2, (("cool_down", 1), ("returned", 1)))


def test_what_is_wrong_is_said_and_nothing_is_switched_on_without_an_open_survey(client_as, owner):
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")
    survey = make_survey(state="draft")
    client.post(reverse("asking-add"), fill(survey))
    rule = Rule.objects.get()

    answer = client.post(reverse("asking-state", args=[rule.uuid]), {"state": "on"}, follow=True)

    assert "The rule has no survey that is open" in answer.content.decode()
    assert client.post(reverse("asking-add"), fill(survey, where_key="x")).status_code == 422
    assert client.post(reverse("asking-add"), fill(survey, asked="nonsense")).status_code == 422
    assert (
        client.get(reverse("asking-rule", args=["00000000-0000-4000-8000-000000000000"])).status_code == 404
    )
