"""Taking a case on, assigning it, notes, done, open again, undone; and following a customer."""

import threading
import uuid

import pytest
from django.db import connection
from tests.build import make_business, make_customer, tell
from tests.cast import make_staff

from wafaa.access.audit.models import Change
from wafaa.access.staff.rules import Role
from wafaa.act.cases.actions import (
    CASES_FOLLOW,
    assign_case,
    close_case,
    erase_customer,
    forget_surveys,
    note_case,
    note_contact,
    reopen_case,
    take_case,
    undo_line,
)
from wafaa.act.cases.errors import (
    AssigneeUnfit,
    CaseDone,
    CaseOpenAlready,
    CaseTaken,
    CauseUnknown,
    NothingToUndo,
    TextMissing,
    TextTooLong,
)
from wafaa.act.cases.models import Case, CaseLine, Signal
from wafaa.act.cases.queries import count_waiting, export_customer, list_lines
from wafaa.act.cases.rules import CLOSED, OPENED
from wafaa.act.cases.tests.build import DAY, HOUR, MORNING, answered, open_case
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.stream.models import Event


@pytest.fixture
def case(db):
    make_business(time_zone="Asia/Riyadh")
    with clock.fixed_at(MORNING):
        make_customer("C1", name="سارة", at=MORNING - DAY)
        yield open_case()


def refreshed(case):
    return Case.objects.get(pk=case.pk)


def test_whoever_takes_it_owns_it_and_twice_is_once(case, agent, manager):
    take_case(case=case, by=agent)
    take_case(case=case, by=agent)

    assert refreshed(case).owner == agent
    assert CaseLine.objects.count() == 1
    with pytest.raises(CaseTaken, match=agent.name):
        take_case(case=case, by=manager)
    assert refreshed(case).owner == agent


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_once_one_wins_and_the_other_is_told(db):
    make_business(time_zone="Asia/Riyadh")
    make_customer("C1", at=clock.now())
    case = open_case(at=clock.now())
    people = [make_staff(Role.AGENT, email=f"{name}@example.com", name=name) for name in ("Huda", "Omar")]
    barrier, won, lost = threading.Barrier(2), [], []

    def run(person):
        barrier.wait(30)
        try:
            take_case(case=case, by=person)
            won.append(person.name)
        except CaseTaken as error:
            lost.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[one]) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(won) == len(lost) == 1
    assert won[0] in lost[0]
    assert refreshed(case).owner.name == won[0]
    assert CaseLine.objects.count() == 1


def test_it_is_assigned_to_those_who_may_handle_cases_only(case, agent, manager, cashier):
    assign_case(case=case, to=agent, by=manager)
    assert refreshed(case).owner == agent
    assign_case(case=case, to=None, by=manager)
    assert refreshed(case).owner is None
    with pytest.raises(AssigneeUnfit):
        assign_case(case=case, to=cashier, by=manager)
    agent.is_active = False
    with pytest.raises(AssigneeUnfit):
        assign_case(case=case, to=agent, by=manager)


def test_a_form_that_is_sent_twice_is_one_note(case, agent):
    key = new_id()
    note_case(case=case, text="اتصلت ولم يرد", by=agent, key=key)
    note_case(case=case, text="اتصلت ولم يرد", by=agent, key=key)

    assert [one.text for one in list_lines(case)] == ["اتصلت ولم يرد"]
    with pytest.raises(TextMissing):
        note_case(case=case, text=" \u202e ", by=agent)
    with pytest.raises(TextTooLong):
        note_case(case=case, text="x" * 2_001, by=agent)
    assert Change.objects.filter(deed="note_case").count() == 1
    assert "اتصلت" not in str(list(Change.objects.values()))


def test_done_with_outcome_and_cause_it_tells_how_long_it_took(case, agent):
    with clock.fixed_at(MORNING + 90 * HOUR / 60):
        note_contact(case=case, text="", by=agent)
    with clock.fixed_at(MORNING + 3 * HOUR):
        close_case(case=case, outcome="أعدنا الشحن", cause="delivery", by=agent)
        close_case(case=case, outcome="أعدنا الشحن", cause="delivery", by=agent)  # the press, twice

    now = refreshed(case)
    assert (now.owner, now.closed_by, now.cause, now.closed_at) == (
        agent,
        agent,
        "delivery",
        MORNING + 3 * HOUR,
    )
    assert now.contacted_at == MORNING + 1.5 * HOUR
    told = Event.objects.get(name=CLOSED)
    assert told.distinct_id == "C1"
    assert told.properties == {
        "case_id": str(case.uuid), "reason": "answer", "hours": 3.0, "root_cause": "delivery",
    }  # fmt: skip
    with pytest.raises(CaseDone):
        take_case(case=case, by=agent)
    with pytest.raises(CauseUnknown):
        close_case(case=case, outcome="x", cause="weather", by=agent)


def test_open_again_it_has_a_new_clock_unless_a_later_case_is_open(case, agent):
    close_case(case=case, outcome="x", cause="other", by=agent)
    with clock.fixed_at(MORNING + DAY):
        reopen_case(case=case, by=agent)
    now = refreshed(case)
    assert (now.closed_at, now.outcome, now.due_at) == (None, "", MORNING + 2 * DAY)
    assert [one.properties["reason"] for one in Event.objects.filter(name=OPENED).order_by("position")] == [
        "answer",
        "reopened",
    ]
    close_case(case=case, outcome="x", cause="other", by=agent)
    later = open_case()
    with pytest.raises(CaseOpenAlready):
        reopen_case(case=case, by=agent)
    assert later.is_open


def test_the_last_deed_is_undone_by_who_did_it_within_a_day(case, agent, manager):
    take_case(case=case, by=agent)
    close_case(case=case, outcome="x", cause="other", by=agent)
    last = list_lines(case).first()
    other = make_staff(Role.AGENT, email="o@example.com", name="Omar")
    with pytest.raises(NothingToUndo):
        undo_line(case=case, line_id=last.pk, by=other)
    with clock.fixed_at(MORNING + DAY + HOUR), pytest.raises(NothingToUndo):
        undo_line(case=case, line_id=last.pk, by=agent)

    undo_line(case=case, line_id=last.pk, by=manager)
    with pytest.raises(NothingToUndo):  # a second press
        undo_line(case=case, line_id=last.pk, by=manager)

    now = refreshed(case)
    assert (now.is_open, now.outcome, now.owner, now.due_at) == (True, "", agent, case.due_at)
    undo_line(case=case, line_id=list_lines(case).first().pk, by=agent)
    assert refreshed(case).owner is None
    assert Event.objects.filter(name=OPENED).order_by("position").last().properties["reason"] == "undone"


def test_the_menu_counts_ones_own_and_what_is_overdue(case, agent, manager):
    assert (count_waiting(agent), count_waiting(manager)) == (0, 0)
    take_case(case=case, by=agent)
    assert (count_waiting(agent), count_waiting(manager)) == (1, 0)
    with clock.fixed_at(MORNING + 2 * DAY):
        assert (count_waiting(agent), count_waiting(manager)) == (1, 1)


def test_merged_two_open_cases_are_one_and_apart_again_two(case, agent):
    with clock.fixed_at(MORNING):
        kept = make_customer("C2", at=MORNING - DAY)
        other = open_case(who="C2", at=MORNING - HOUR)
    gone = case.customer
    assert CASES_FOLLOW.count(gone.pk) == {"cases": 1}

    moved = CASES_FOLLOW.move(gone.pk, kept.pk)

    open_ones = Case.objects.filter(closed_at=None, joined_to=None)
    assert [(one.pk, one.customer_id) for one in open_ones] == [(other.pk, kept.pk)]
    assert other.signals.count() == 2
    CASES_FOLLOW.give_back(kept.pk, gone.pk, moved)
    assert {one.customer_id: one.signals.count() for one in Case.objects.filter(joined_to=None)} == {
        gone.pk: 1,
        kept.pk: 1,
    }


def test_what_surveys_of_the_demo_opened_goes_with_them(case, agent):
    note_case(case=case, text="x", by=agent)
    with clock.fixed_at(MORNING):
        tell(answered(who="anonymous:a"), answered(who="anonymous:b", survey_id=str(new_id())))

    assert forget_surveys(surveys=[uuid.UUID(int=7)]) == 2

    assert Case.objects.count() == 1


def test_an_erased_person_leaves_nothing(case, agent):
    close_case(case=case, outcome="x", cause="other", by=agent)
    with clock.fixed_at(MORNING):
        tell(answered(who="device-1"))  # told before anybody knew whose device it is
    told = export_customer(customer_id=case.customer_id, distinct_ids=["C1", "device-1"])
    assert {name: len(rows) for name, rows in told.items()} == {"cases": 1, "signals": 2, "case_lines": 1}

    assert erase_customer(customer_id=case.customer_id, distinct_ids=["C1", "device-1"]) == {"cases": 2}

    assert not Case.objects.exists()
    assert not Signal.objects.exists()
    assert not CaseLine.objects.exists()
