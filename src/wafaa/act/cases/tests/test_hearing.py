"""Unhappy signals become cases: once each, one open case for a customer."""

import json

import pytest
from tests.build import make_business, make_customer, make_event, tell

from wafaa.act.cases.actions import close_case
from wafaa.act.cases.models import Case, Signal
from wafaa.act.cases.queries import find_open_customers
from wafaa.act.cases.rules import ANSWERED, OPENED, REVIEWED, Kind, Severity
from wafaa.act.cases.tests.build import DAY, HOUR, MORNING, answered, mismatched, open_case, reviewed
from wafaa.config.flow import CONSUMERS
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.stream.models import Event, ParkedEvent
from wafaa.stream.rules import EventHead

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning():
    make_business(time_zone="Asia/Riyadh")
    with clock.fixed_at(MORNING + HOUR):
        yield


@pytest.fixture
def sara(morning):
    return make_customer("C1", name="سارة القحطاني", at=MORNING - DAY)


def hear_again():
    """The whole stream once more, as a replay does."""
    consumer = next(one for one in CONSUMERS if one.name == "act.cases")
    rows = Event.objects.filter(name__in=consumer.hears).order_by("position")
    consumer.handle(
        [EventHead(str(one.xid), one.position, one.received_at, one.name, one.distinct_id) for one in rows]
    )


def test_a_low_answer_opens_a_case_and_says_so(sara):
    response = new_id()
    tell(answered(response=response), answered(nps=9, is_low=False, at=MORNING + HOUR, answers=[]))

    case = Case.objects.get()
    assert (case.customer, case.kind, case.severity) == (sara, Kind.ANSWER, Severity.NORMAL)
    assert (case.opened_at, case.due_at) == (MORNING, MORNING + 24 * HOUR)
    signal = case.signals.get()
    assert (signal.store, signal.agent, signal.touchpoint) == ("RUH-1", "Huda", "delivery")
    assert signal.content["answers"][1] == {
        "question": "q2",
        "asked": "لماذا؟",
        "type": "long_text",
        "value": None,
        "points": None,
        "said": "تأخّر الطلب كثيرًا",
    }
    told = Event.objects.get(name=OPENED)
    assert (told.distinct_id, told.occurred_at, told.properties) == (
        "C1",
        MORNING,
        {
            "case_id": str(case.uuid),
            "reason": "answer",
            "survey_id": "00000000-0000-0000-0000-000000000007",
            "response_id": str(response),
        },
    )
    assert find_open_customers([sara.pk, sara.pk + 1]) == {sara.pk}


def test_one_open_case_collects_further_signals_and_takes_the_gravest_clock(sara):
    tell(answered(), mismatched(at=MORNING + HOUR), reviewed(at=MORNING + HOUR))

    case = Case.objects.get()
    assert [one.kind for one in case.signals.order_by("id")] == [Kind.ANSWER, Kind.COMMENT, Kind.REVIEW]
    assert (case.severity, case.due_at) == (Severity.HIGH, MORNING + 5 * HOUR)
    assert Event.objects.filter(name=OPENED).count() == 1


def test_after_a_case_is_done_the_next_signal_opens_another(sara, agent):
    close_case(case=open_case(), outcome="اعتذرنا", cause="delivery", by=agent)
    assert find_open_customers([sara.pk]) == set()

    tell(answered(at=MORNING + HOUR))

    assert Case.objects.count() == 2
    assert find_open_customers([sara.pk]) == {sara.pk}


def test_heard_again_nothing_changes_even_after_it_was_done(sara, agent):
    case = open_case()
    close_case(case=case, outcome="اعتذرنا", cause="delivery", by=agent)

    hear_again()

    assert (Case.objects.count(), Signal.objects.count(), Event.objects.filter(name=OPENED).count()) == (
        1,
        1,
        1,
    )


def test_a_part_of_an_answer_and_its_whole_are_one_signal_that_shows_the_latest(sara):
    response = new_id()
    tell(answered(response=response, tail=":partial", is_partial=True))
    tell(answered(response=response, at=MORNING + HOUR, nps=9, is_low=False, answers=[]))

    assert Case.objects.count() == 1
    assert Signal.objects.get().content["lowest"] == {"type": "nps", "value": 9, "points": 10}
    hear_again()
    assert Signal.objects.get().at == MORNING + HOUR


def test_anonymous_answers_make_cases_without_a_customer_each(sara):
    anonymous = {"is_anonymous": True, "response_id": None}
    tell(answered(who="anonymous:a1", **anonymous), answered(who="anonymous:b2", **anonymous))

    assert [one.customer for one in Case.objects.all()] == [None, None]
    assert {one.distinct_id for one in Event.objects.filter(name=OPENED)} == {"anonymous:a1", "anonymous:b2"}


def test_what_is_long_past_is_history_and_no_case(sara):
    tell(answered(at=MORNING - 8 * DAY))

    assert not Case.objects.exists()


HOSTILE = {
    "survey_id": "' or 1=1",
    "response_id": ["x"],
    "store": {"a": 1},
    "agent": 10**400,
    "order_id": "x" * 5_000,
    "lowest": {"type": "nps", "value": "many", "points": -1},
    "answers": [None, 3, {"text": "<script>alert(1)</script>"}, {"value": True}, {"choices": [None, {}, "ب"]}]
    * 90,
}


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"is_low": "yes"},
        {"is_low": True, **HOSTILE},
        {"is_low": True, "answers": "all", "lowest": []},
        {"is_low": True, "answers": [{"text": "ا" * 200_000}], "survey": 5},
        {"is_low": True, "rating": "one", "text": ["a"], "review_id": 7},
    ],
)
@pytest.mark.parametrize("name", [ANSWERED, REVIEWED])
def test_whatever_an_event_holds_nothing_is_parked(sara, name, told):
    tell(make_event(name, distinct_id="C1", at=MORNING, properties=told))

    assert not ParkedEvent.objects.exists()
    assert Case.objects.count() == (told.get("is_low") is True)
    for one in Signal.objects.all():
        assert len(json.dumps(one.content)) < 600_000
        assert len(one.order_ref) <= 100
