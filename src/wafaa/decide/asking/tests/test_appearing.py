"""Pop-ups that a page asks for: everybody's for anybody, a segment's for its members alone, by the word of the shop's server."""

import json

import pytest

from wafaa.access.keys.actions import revoke_key
from wafaa.act.messages.tests.pages import ShopPage
from wafaa.act.messages.tests.samples import make_reader
from wafaa.decide.asking.appearing import list_audiences
from wafaa.decide.asking.tests.build import make_survey
from wafaa.kit import clock
from wafaa.learn.segments.models import Build, Membership, Segment
from wafaa.listen.surveys.actions import change_collector, make_collector
from wafaa.listen.surveys.models import Response

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def make_segment(*members):
    now = clock.now()
    segment = Segment.objects.create(name="Regulars", created_at=now, changed_at=now)
    segment.build = Build.objects.create(segment=segment, version=1, definition={}, started_at=now)
    segment.save()
    for customer in members:
        Membership.objects.create(build=segment.build, customer=customer, is_member=True, since=now)
    return segment


def make_popup(survey, **settings):
    return make_collector(survey=survey, kind="popup", by=None, settings={"managed": True, **settings})


def ask(page, token):
    body = {"writeKey": page.key.text, "userToken": token}
    return page.client.post("/surveys.json", json.dumps(body), content_type="text/plain")


def test_a_segments_pop_up_shows_to_its_members_alone(client):
    regular, other = make_reader("1"), make_reader("2")
    segment = make_segment(regular)
    survey = make_survey()
    everybody = make_popup(survey, event="Order Completed", path="/thanks*", share=25)
    regulars = make_popup(survey, audience=f"segment:{segment.uuid}", after=3)
    strangers = make_popup(survey, audience="unknown")
    make_collector(
        survey=survey, kind="popup", by=None, settings={"share": 5}
    )  # by hand: the page's own business
    assert list_audiences() == [(f"segment:{segment.uuid}", "Regulars")]

    answer = client.get("/surveys.json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "popups": [
            {"token": strangers.token, "audience": "unknown"},
            {"token": everybody.token, "event": "Order Completed", "path": "/thanks*", "share": 25},
        ]
    }
    page = ShopPage("1")
    told = ask(page, page.token).json()["popups"]
    assert [(one["token"], one["own"]) for one in told] == [(regulars.token, True), (everybody.token, False)]
    assert [one["token"] for one in ask(page, page.sign("2")).json()["popups"]] == [everybody.token]
    assert other.pk != regular.pk
    # whose answer it will be is sealed for this way alone
    person = told[0]["person"]
    answered = page.client.get(f"/s/{regulars.token}/?customer={person}").content.decode()
    state = answered.split('name="state" value="')[1].split('"')[0]
    page.client.post(f"/s/{regulars.token}/?customer={person}", {"state": state, "a.q1": "5"})
    assert Response.objects.get().customer_id == regular.pk


@pytest.mark.parametrize("why", ["nothing", "forged", "expired", "anonymous", "other_key"])
def test_who_is_not_vouched_for_hears_what_strangers_hear(why):
    regular = make_reader("1")
    survey = make_survey()
    everybody = make_popup(survey)
    make_popup(survey, audience=f"segment:{make_segment(regular).uuid}")
    page = ShopPage("1")
    token = {
        "nothing": "",
        "forged": page.token[:-4] + "AAAA",
        "expired": page.sign("1", exp=1),
        "anonymous": page.sign("anonymous:7"),
        "other_key": ShopPage("1").token,
    }[why]

    told = ask(page, token).json()

    assert told["popups"] == [{"token": everybody.token}]
    assert told["code"].startswith("user_token") or "user" in told["code"]


def test_a_key_that_was_revoked_and_a_broken_body_hear_nothing(client):
    page = ShopPage("1")
    make_popup(make_survey())
    revoke_key(key=page.key.key, by=None)

    assert ask(page, page.token).status_code == 401
    for body in (b"", b"[]", b"\xff", b'{"writeKey":7}', b"x" * 9_000):
        assert client.post("/surveys.json", body, content_type="text/plain").status_code in {400, 413}


def test_what_takes_no_answers_does_not_appear(client):
    survey = make_survey()
    full, stopped = make_popup(survey, event="a"), make_popup(survey)
    change_collector(collector=stopped, by=None, is_stopped=True)
    change_collector(collector=full, by=None, closes_at=clock.now())
    make_popup(make_survey(state="closed"))

    assert client.get("/surveys.json").json() == {"popups": []}
