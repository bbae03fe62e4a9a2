"""An answer that is changed afterwards: to a good one, back, or to a worse one; and to whom new cases go."""

import pytest
from tests.build import make_business, make_customer, tell

from wafaa.access.staff.rules import Role
from wafaa.act.cases.actions import change_target, erase_customer, note_case
from wafaa.act.cases.models import Case, Signal
from wafaa.act.cases.queries import find_open_customers
from wafaa.act.cases.rules import CLOSED, OPENED, TARGET, Cause, Severity
from wafaa.act.cases.tests.build import DAY, HOUR, MORNING, answered, mismatched
from wafaa.act.cases.tests.test_hearing import hear_again
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
MINUTE = HOUR / 60


@pytest.fixture(autouse=True)
def sara():
    make_business(time_zone="Asia/Riyadh")
    with clock.fixed_at(MORNING + HOUR):
        yield make_customer("C1", name="سارة القحطاني", at=MORNING - DAY)


def edit(response, number, **told):
    """“Survey Answered” of a response that was changed for the so-manieth time."""
    at = MORNING + number * MINUTE
    tell(answered(response=response, tail=f":edit-{number}", at=at, **told))


def happy():
    return {"nps": 10, "is_low": False, "lowest": None, "answers": []}


def test_changed_to_a_good_answer_its_case_ends_by_itself_and_is_open_again_when_changed_back(sara):
    response = new_id()
    tell(answered(response=response))
    edit(response, 1, **happy())

    case = Case.objects.get()
    assert (case.closed_at, case.closed_by, case.cause) == (MORNING + HOUR, None, Cause.CHANGED)
    assert find_open_customers([sara.pk]) == set()
    assert Event.objects.get(name=CLOSED).properties["root_cause"] == "changed"
    hear_again()
    case.refresh_from_db()
    assert not case.is_open

    edit(response, 2, nps=1)
    case.refresh_from_db()
    assert (case.is_open, case.cause, case.due_at) == (
        True,
        "",
        MORNING + 5 * HOUR,
    )  # very unhappy: four hours
    assert [one.properties["reason"] for one in Event.objects.filter(name=OPENED).order_by("position")] == [
        "answer",
        "reopened",
    ]


def test_it_stays_where_somebody_sees_to_it_or_something_else_was_said(agent):
    response, other = new_id(), new_id()
    tell(answered(response=response), mismatched())
    edit(response, 1, **happy())
    assert Case.objects.get().is_open

    make_customer("C2", at=MORNING - DAY)
    tell(answered(response=other, who="C2"))
    note_case(case=Case.objects.latest("id"), text="أتصل به الآن", by=agent)
    edit(other, 1, who="C2", **happy())
    assert Case.objects.latest("id").is_open
    assert Signal.objects.get(source_key=f"response:{other}").content["is_low"] is False


def test_changed_before_anybody_heard_it_opens_nothing_and_worse_is_graver(sara):
    quick, worse = new_id(), new_id()
    tell(
        answered(response=quick),
        answered(response=quick, tail=":edit-1", at=MORNING + MINUTE, **happy()),
    )
    assert not Case.objects.exists()

    tell(answered(response=worse, nps=6))
    edit(worse, 1, nps=0)
    case = Case.objects.get()
    assert (case.severity, case.due_at) == (Severity.HIGH, MORNING + 5 * HOUR)
    assert case.signals.get().content["lowest"]["value"] == 0


def test_what_is_told_of_an_erased_customer_afterwards_is_nobodys(sara):
    response = new_id()
    tell(answered(response=response))
    erase_customer(customer_id=sara.pk, distinct_ids=["C1"])
    assert not Signal.objects.exists()

    sara.delete()
    edit(response, 1, nps=2)

    case = Case.objects.get()
    assert case.customer is None


def test_new_cases_go_to_whoever_on_duty_has_fewest(agent, manager):
    change_target(target=TARGET, duty=[agent, manager], by=None)
    for number in range(3):
        make_customer(f"D{number}", at=MORNING - DAY)
        tell(answered(who=f"D{number}"))

    assert [one.owner.role for one in Case.objects.order_by("id")] in (
        [Role.AGENT, Role.MANAGER, Role.AGENT],
        [Role.MANAGER, Role.AGENT, Role.MANAGER],
    )
    agent.is_active = False
    agent.save()
    manager.is_active = False
    manager.save()
    make_customer("D9", at=MORNING - DAY)
    tell(answered(who="D9"))
    assert Case.objects.latest("id").owner is None
