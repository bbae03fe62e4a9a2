"""Answers are taken page by page: once each, with nothing lost, and told to the stream."""

import copy
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from wafaa.kit import clock
from wafaa.listen.surveys.actions import (
    Invitee,
    close_survey,
    complete_response,
    leave_stale,
    make_collector,
    make_invitations,
    make_survey,
    open_response,
    publish_survey,
    save_page,
)
from wafaa.listen.surveys.errors import AnswersLate, AnswersRefused, FormStale, LinkClosed, LinkUnknown
from wafaa.listen.surveys.models import Answer, Invitation, Response
from wafaa.listen.surveys.queries import make_preview_url
from wafaa.listen.surveys.tests.conftest import MOMENT
from wafaa.listen.surveys.tests.samples import AFTER_DELIVERY
from wafaa.stream.models import Event

UNHAPPY = {"a.nps": ["٣"], "a.csat": ["2"]}
HAPPY = {"a.nps": ["10"], "a.csat": ["-na"]}


def list_told():
    return list(Event.objects.filter(name="Survey Answered").order_by("position"))


def save(token, state, fields):
    return save_page(token=token, state=state, fields=fields, language="ar")


def test_a_response_goes_page_by_page_to_its_end_and_is_told_once(link, customer):
    opened = open_response(
        token=link.token, customer_id=customer.pk, hidden={"order_id": "A-1", "forged": "x"}
    )
    state = opened.state
    assert (opened.step.page, state.hidden) == (0, {"order_id": "A-1"})

    with clock.fixed_at(MOMENT + timedelta(seconds=9)):
        first = save(link.token, state, UNHAPPY)
        again = save(link.token, state, UNHAPPY)  # a double tap
        second = save(
            link.token,
            msgspec.structs.replace(state, page=first.page, shown_at=state.shown_at + 9),
            {"a.why": ["-other"], "a.why.-other": ["السائق"], "a.more": ["<script>alert(1)</script>"]},
        )
        last = msgspec.structs.replace(state, page=second.page)
        third = save(link.token, last, {"a.again": ["no"]})
        assert save(link.token, last, {"a.again": ["no"]}).is_complete

    assert (first.page, again.page, second.page) == (1, 1, 2)
    assert (third.page, third.outcome, third.is_complete) == (None, "sorry", True)
    response = Response.objects.get()
    assert (response.state, response.customer, response.store, response.agent, response.touchpoint) == (
        "complete",
        customer,
        "RUH-1",
        "Huda",
        "delivery",
    )
    answers = {answer.question_key: answer for answer in Answer.objects.all()}
    assert answers["nps"].number == Decimal(3)
    assert (answers["why"].choices, answers["why"].text) == (["other"], "السائق")
    assert answers["more"].text == "<script>alert(1)</script>"
    [event] = list_told()
    assert event.message_id == f"survey-answered:{response.uuid}"
    assert event.distinct_id == "C-7"
    assert event.properties["nps"] == 3
    assert event.properties["csat"] == {"value": 2, "points": 5}
    assert event.properties["is_low"] is True
    assert event.properties["return_intention"] == "no"
    assert event.properties["lowest"]["question"] == "csat"
    assert event.properties["store"] == "RUH-1"
    assert [answer["question"] for answer in event.properties["answers"]] == [
        "nps",
        "csat",
        "why",
        "more",
        "again",
    ]


def test_who_is_happy_skips_a_page_and_finishes(link):
    opened = open_response(token=link.token)
    saved = complete_response(token=link.token, pages=[HAPPY, {"a.again": ["yes"]}], language="en")

    assert opened.state.response != saved.response
    assert (saved.page, saved.outcome) == (None, "thanks")
    [event] = list_told()
    assert event.distinct_id == f"survey:{saved.response}"
    assert (event.properties["nps"], event.properties["is_low"]) == (10, False)
    assert "csat" not in event.properties
    assert event.properties["answers"][1] == {
        "question": "csat",
        "type": "csat",
        "measure": "",
        "text_of_question": "How satisfied are you with the delivery?",
        "n_a": True,
    }


@pytest.mark.parametrize(
    "fields",
    [
        {},  # what is required is missing
        {"a.nps": ["11"]},
        {"a.nps": ["five"]},
        {"a.nps": ["3", "4"]},
        {"a.nps": ["3\0"]},
        {"a.nps": ["3"], "a.csat": ["-na", "4"]},
        {"a.nps": ["3"], "a.unknown": ["1"]},
        {"a.nps": ["3"], "a.again": ["yes"]},  # of another page
        {"a.nps": ["x" * 5_000_000]},
        {"a.nps": ["NaN"]},
        {"a.nps": ["1e999999"]},
    ],
)
def test_hostile_answers_are_refused_and_nothing_is_written(link, fields):
    state = open_response(token=link.token).state

    with pytest.raises(AnswersRefused):
        save(link.token, state, fields)
    assert Response.objects.count() == 0


def test_a_page_of_another_survey_or_a_made_up_one_does_not_fit(link, survey):
    other = make_collector(survey=survey, kind="qr", by=None)
    state = open_response(token=link.token).state
    save(link.token, state, UNHAPPY)

    with pytest.raises(FormStale):
        save(other.token, state, UNHAPPY)
    with pytest.raises(FormStale):
        save(other.token, msgspec.structs.replace(state, token=other.token), UNHAPPY)
    with pytest.raises(LinkUnknown):
        open_response(token="nothing")
    assert Response.objects.count() == 1


def test_an_invitation_answers_for_its_customer_once_and_may_be_changed_for_a_while(survey, customer):
    people = [Invitee(customer_id=customer.pk, key="order:A-9", order_ref="A-9", hidden={"order_id": "A-9"})]
    [invitation] = make_invitations(survey=survey, people=people)
    [same] = make_invitations(survey=survey, people=people)
    assert same.token == invitation.token

    one, two = open_response(token=invitation.token), open_response(token=invitation.token)
    assert one.state.response == two.state.response  # two tabs are one response
    complete_response(token=invitation.token, pages=[HAPPY, {"a.again": ["yes"]}], language="ar")
    response = Response.objects.get()
    assert (response.customer, response.invitation, response.order_ref, response.channel) == (
        customer,
        invitation,
        "A-9",
        "email",
    )
    assert Invitation.objects.get().answered_at == MOMENT
    assert open_response(token=invitation.token).is_done

    changed = open_response(token=invitation.token, page=0).state
    save(invitation.token, changed, {"a.nps": ["9"]})
    save(invitation.token, msgspec.structs.replace(changed, page=2), {"a.again": ["yes"]})
    with clock.fixed_at(MOMENT + timedelta(minutes=31)), pytest.raises(AnswersLate):
        save(invitation.token, changed, {"a.nps": ["1"]})
    assert Answer.objects.get(question_key="nps").number == 9
    assert Answer.objects.get(question_key="csat").not_applicable is False  # taken back, and still a row
    assert [event.message_id.rpartition(":")[2] for event in list_told()] == [str(response.uuid), "edit-1"]


def test_the_same_page_sent_again_after_the_end_is_acknowledged_again(db, at_moment):
    survey = make_survey(name="Final", content={**AFTER_DELIVERY, "edit_minutes": 0}, by=None)
    publish_survey(survey=survey, by=None)
    link = make_collector(survey=survey, kind="link", by=None)
    state = open_response(token=link.token).state
    save(link.token, state, HAPPY)
    last = msgspec.structs.replace(state, page=2)
    save(link.token, last, {"a.again": ["yes"]})

    again = save(link.token, last, {"a.again": ["yes"]})
    assert (again.is_complete, again.outcome) == (True, "thanks")
    with pytest.raises(AnswersLate):
        save(link.token, last, {"a.again": ["no"]})
    assert len(list_told()) == 1


def test_closed_expired_and_full_surveys_say_so(survey, customer):
    once = make_collector(survey=survey, kind="link", by=None, single_use=True)
    [invitation] = make_invitations(survey=survey, people=[Invitee(customer_id=customer.pk)])
    late = open_response(token=once.token).state
    complete_response(token=once.token, pages=[HAPPY, {"a.again": ["yes"]}], language="ar")
    reasons = []
    with pytest.raises(LinkClosed) as full:
        open_response(token=once.token)
    reasons.append(full.value.reason)
    with pytest.raises(LinkClosed):
        save(once.token, late, HAPPY)
    with clock.fixed_at(MOMENT + timedelta(days=61)), pytest.raises(LinkClosed) as expired:
        open_response(token=invitation.token)
    reasons.append(expired.value.reason)
    close_survey(survey=survey, by=None)
    with pytest.raises(LinkClosed) as closed:
        open_response(token=invitation.token)

    assert [*reasons, closed.value.reason] == ["quota", "expired", "closed"]
    assert Response.objects.count() == 1


def test_what_is_left_for_an_hour_counts_as_partial_and_is_told_once(link):
    save(link.token, open_response(token=link.token).state, UNHAPPY)

    with clock.fixed_at(MOMENT + timedelta(minutes=59)):
        assert leave_stale() == 0
    with clock.fixed_at(MOMENT + timedelta(minutes=61)):
        assert (leave_stale(), leave_stale()) == (1, 0)
    response = Response.objects.get()
    [event] = list_told()
    assert response.state == "partial"
    assert (event.message_id, event.properties["is_partial"]) == (
        f"survey-answered:{response.uuid}:partial",
        True,
    )
    assert (event.properties["nps"], event.properties["is_low"]) == (3, True)


def test_anonymous_means_anonymous(db, at_moment, customer):
    content = copy.deepcopy(AFTER_DELIVERY) | {"anonymous": True, "hidden": [], "edit_minutes": 0}
    content["pages"][1]["questions"][1]["text"] = {"ar": "أخبرنا المزيد"}
    survey = make_survey(name="Secret", content=content, by=None)
    publish_survey(survey=survey, by=None)
    [invitation] = make_invitations(
        survey=survey, people=[Invitee(customer_id=customer.pk, order_ref="A-1", product_ref="P-1")]
    )

    complete_response(token=invitation.token, pages=[HAPPY, {"a.again": ["yes"]}], language="ar")
    response = Response.objects.get()
    hour = MOMENT.replace(minute=0, second=0)

    assert (response.customer, response.invitation, response.distinct_id, response.hidden) == (
        None,
        None,
        "",
        {},
    )
    assert (response.order_ref, response.product) == ("", "")
    assert {response.started_at, response.last_at, response.completed_at} == {hour}
    assert set(Answer.objects.values_list("at", flat=True)) == {hour}
    assert response.uuid.version == 4  # a time-ordered one would tell the millisecond
    [event] = list_told()
    assert event.distinct_id == f"anonymous:{response.uuid}"
    assert (event.occurred_at, event.received_at) == (hour, hour)
    assert str(customer.uuid) not in str(event.properties)
    assert event.context == {}


def test_answers_of_a_test_are_told_to_nobody(survey):
    url = make_preview_url(survey.current_version, until=MOMENT + timedelta(hours=1))
    token = url.split("/")[2]
    state = open_response(token=token).state
    saved = save(token, state, HAPPY)
    save(token, msgspec.structs.replace(state, page=saved.page), {"a.again": ["yes"]})

    response = Response.objects.get()
    assert (response.is_test, response.state, response.collector) == (True, "complete", None)
    assert list_told() == []
    with clock.fixed_at(MOMENT + timedelta(hours=2)), pytest.raises(LinkClosed):
        open_response(token=token)
