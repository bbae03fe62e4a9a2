"""Who is asked when, who is not and why; what was answered ends it, and one reminder goes to who did not."""

from datetime import timedelta

import pytest
from tests.build import make_customer, make_event, tell

from wafaa.act.cases.models import KINDS, Case
from wafaa.act.messages.models import Message
from wafaa.act.messages.tests.samples import list_told, make_reader, turn
from wafaa.decide.asking.actions import change_rule, erase_customer, switch_off
from wafaa.decide.asking.actions.hearing import note_told
from wafaa.decide.asking.actions.making import Plan
from wafaa.decide.asking.models import Ask
from wafaa.decide.asking.queries import count_asks, count_whys
from wafaa.decide.asking.rules import Kind
from wafaa.decide.asking.tests.build import (
    DAY,
    DELIVERED,
    HOUR,
    MORNING,
    happen,
    list_asks,
    list_messages,
    make_rule,
    make_survey,
    turn_until_quiet,
)
from wafaa.kit import clock
from wafaa.listen.reviews.models import Skipped
from wafaa.listen.surveys.models import Invitation, Response

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
STEP = "order:A1:{pk}"


def read_surveys(customer="1"):
    return make_reader(customer, consents=("surveys",))


def answer(invitation):
    """As listen.surveys tells it."""
    now = clock.now()
    response = Response.objects.create(
        uuid=f"00000000-0000-4000-8000-{invitation.pk:012}",
        survey=invitation.survey,
        version=invitation.survey.current_version,
        invitation=invitation,
        customer_id=invitation.customer_id,
        state="complete",
        language="en",
        started_at=now,
        last_at=now,
        completed_at=now,
    )
    tell(
        make_event("Survey Answered", distinct_id="1", at=now, properties={"response_id": str(response.uuid)})
    )


def test_two_hours_after_the_delivery_a_survey_goes_out_once_and_its_sending_is_told():
    customer, rule = read_surveys(), make_rule(make_survey())
    happen(order_id="A1", agent="Sami")
    happen(order_id="A1")
    turn_until_quiet()
    step = STEP.format(pk=customer.pk)
    assert list_asks() == [(step, "waiting", "")]

    with clock.fixed_at(MORNING + 2 * HOUR):
        turn_until_quiet()
        assert list_messages() == [("1", step, "queued", "")]
        assert list_asks() == [(step, "held", "")]
        turn()
        tell()

    ask, invitation = Ask.objects.get(), Invitation.objects.get()
    assert (ask.state, ask.sent_at, ask.remind_at) == (
        "sent",
        MORNING + 2 * HOUR,
        MORNING + 2 * HOUR + 3 * DAY,
    )
    assert (invitation.customer, invitation.order_ref, invitation.agent, invitation.sent_at) == (
        customer,
        "A1",
        "Sami",
        ask.sent_at,
    )
    told = Message.objects.get().values
    assert told["order"] == {"number": "A1"}
    assert told["survey"]["question"] == "How satisfied are you with your order?"
    assert told["survey"]["choices"][4] == {
        "label": "5",
        "text": "5 / 5 (Very satisfied)",
        "value": "5",
        "url": f"http://127.0.0.1:8000/s/{invitation.token}/?a.q1=5",
    }
    sent = list_told("Survey Sent")
    assert [(name, person) for name, person, _told in sent] == [("Survey Sent", "1")]
    assert f'"reason": "{rule.reason}"' in str(sent[0][2]).replace("'", '"')
    assert invitation.token not in str(sent)


def test_who_does_not_answer_is_reminded_once_after_three_days_and_who_answers_is_not():
    first, second = read_surveys("1"), read_surveys("2")
    rule = make_rule(make_survey(), delay_minutes=0)
    for number in ("1", "2"):
        happen(customer=number, order_id=f"A{number}")
    turn_until_quiet()
    turn()
    tell()
    answer(Invitation.objects.get(customer=first))
    assert list(Ask.objects.order_by("id").values_list("state", flat=True)) == ["answered", "sent"]

    for days in (2, 3, 4, 8):
        with clock.fixed_at(MORNING + days * DAY):
            turn_until_quiet()
            turn()
            tell()

    steps = list(Message.objects.order_by("id").values_list("customer", "step", "state"))
    assert steps == [
        (first.pk, f"order:A1:{first.pk}", "sent"),
        (second.pk, f"order:A2:{second.pk}", "sent"),
        (second.pk, f"order:A2:{second.pk}~r1", "sent"),
    ]
    assert count_asks([rule])[rule.pk] == {
        "asked": 2, "opened": 1, "answered": 1, "reminded": 1, "waiting": 0, "skipped": 0,
    }  # fmt: skip
    assert len(list_told("Survey Sent")) == 2


def test_an_answer_takes_back_a_reminder_that_waits():
    customer = read_surveys()
    make_rule(make_survey(), delay_minutes=0)
    happen(order_id="A1")
    turn_until_quiet()
    turn()
    tell()
    with clock.fixed_at(MORNING + 3 * DAY):
        turn_until_quiet()
        answer(Invitation.objects.get())

    assert list_messages()[1][1:] == (f"order:A1:{customer.pk}~r1", "cancelled", "needless")


def test_nobody_is_asked_whose_case_is_open_who_was_asked_lately_or_whose_order_came_back():
    for number in ("1", "2", "3", "4"):
        read_surveys(number)
    rule = make_rule(make_survey())
    unhappy = make_customer("1")
    Case.objects.create(
        customer=unhappy, severity=1, kind=next(iter(KINDS)), opened_at=clock.now(), due_at=clock.now()
    )
    for number in ("1", "2", "3", "4"):
        happen(customer=number, order_id=f"A{number}")
    happen(customer="2", order_id="B2", at=MORNING + timedelta(minutes=1))
    happen("Order Cancelled", customer="3", order_id="A3", at=MORNING + HOUR)
    happen("Order Refunded", customer="4", order_id="another", at=MORNING + HOUR)

    with clock.fixed_at(MORNING + 3 * HOUR):
        turn_until_quiet()

    assert [(key.split(":")[1], state, why) for key, state, why in list_asks()] == [
        ("A1", "skipped", "open_case"),
        ("A2", "held", ""),
        ("A3", "skipped", "returned"),
        ("A4", "held", ""),
        ("B2", "skipped", "cool_down"),
    ]
    assert count_whys(rule) == [("cool_down", 1), ("open_case", 1), ("returned", 1)]


def test_who_is_not_invited_to_review_stands_in_the_audit_with_the_reason():
    make_rule()
    unhappy = make_customer("1")
    Case.objects.create(
        customer=unhappy, severity=1, kind=next(iter(KINDS)), opened_at=clock.now(), due_at=clock.now()
    )
    happen(order_id="A1")
    make_rule(share_bp=1)
    for number in range(2, 6):
        make_customer(str(number))
        happen(customer=str(number), order_id=f"A{number}")

    with clock.fixed_at(MORNING + 3 * HOUR):
        turn_until_quiet()

    told = set(Skipped.objects.values_list("order_ref", "reason"))
    assert {("A1", "open_case"), ("A2", "not_drawn"), ("A5", "not_drawn")} <= told


def test_the_gate_says_no_and_the_page_can_say_why():
    make_reader("1", consents=())
    make_rule(make_survey(), delay_minutes=0)
    happen(order_id="A1")
    turn_until_quiet()

    assert [one[1:] for one in list_asks()] == [("skipped", "message_no_consent")]


def test_a_closed_survey_asks_nobody_and_what_is_too_late_lapses():
    read_surveys("1")
    read_surveys("2")
    survey = make_survey()
    make_rule(survey, cool_down_days=0)
    happen(order_id="A1")
    with clock.fixed_at(MORNING + 2 * HOUR + 3 * DAY):
        turn_until_quiet()
        happen(customer="2", order_id="A2")
    survey.state = "closed"
    survey.save()
    with clock.fixed_at(MORNING + 4 * HOUR + 3 * DAY):
        turn_until_quiet()

    assert [one[1:] for one in list_asks()] == [("lapsed", "late"), ("skipped", "survey_closed")]


def test_switched_off_nobody_who_waits_is_asked_and_what_happened_before_begins_nothing():
    read_surveys()
    happen(order_id="A0", at=MORNING - HOUR)
    rule = make_rule(make_survey())
    happen(order_id="A0", at=MORNING - HOUR)
    happen(order_id="A1")

    assert switch_off(rule=rule, by=None) == 1
    with clock.fixed_at(MORNING + 3 * HOUR):
        turn_until_quiet()

    assert [(key.split(":")[1], state, why) for key, state, why in list_asks()] == [
        ("A1", "skipped", "switched_off")
    ]


def test_the_return_itself_may_be_asked_about():
    read_surveys()
    make_rule(make_survey(), names=("Return Requested",), delay_minutes=0)
    happen("Return Requested", order_id="A1")
    turn_until_quiet()

    assert [one[1:] for one in list_asks()] == [("held", "")]


def test_a_changed_rule_asks_by_its_new_words_and_an_erased_customer_leaves_nothing():
    customer, survey = read_surveys(), make_survey()
    rule = make_rule(survey)
    plan = Plan(
        name="Calls",
        kind=Kind.SURVEY,
        names=("Support Call Ended",),
        survey=survey.uuid,
        where={"direction": "in"},
    )
    change_rule(rule=rule, plan=plan, by=None)
    happen(order_id="A1")
    happen("Support Call Ended", call_id="7", direction="out")
    happen("Support Call Ended", call_id="8", direction="in")

    assert [key for key, _state, _why in list_asks()] == [f"call:8:{customer.pk}"]
    assert erase_customer(customer_id=customer.pk, distinct_ids=["1"]) == {"asks": 1}


def test_words_of_strangers_about_messages_change_nothing():
    read_surveys()
    rule = make_rule(make_survey(), delay_minutes=0)
    happen(order_id="A1")
    turn_until_quiet()
    step = Ask.objects.get().occasion_key
    tell(
        make_event(
            "Message Sent", distinct_id="1", at=MORNING, properties={"reason": rule.reason, "step": step}
        ),
        make_event("Survey Answered", distinct_id="1", at=MORNING, properties={"response_id": ["x"]}),
    )
    note_told([])

    assert [one[1] for one in list_asks()] == ["held"]
    assert DELIVERED in rule.names
