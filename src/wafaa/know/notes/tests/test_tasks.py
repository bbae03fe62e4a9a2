"""Tasks: the panel, the page of all, the badge, and whom one may ask."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from tests.worlds import world

from wafaa.access.audit.models import Change
from wafaa.kit import clock
from wafaa.know.notes.actions import set_done
from wafaa.know.notes.models import Task
from wafaa.know.notes.queries import count_due, list_assignees
from wafaa.know.notes.tests.samples import make_elsewhere_customer, make_sara

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
HTMX = {"HTTP_HX_REQUEST": "true"}
TODAY = date(2026, 3, 10)
# It is the 10th already in Riyadh, three hours ahead.
NIGHT = datetime(2026, 3, 9, 22, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def night():
    with clock.fixed_at(NIGHT):
        yield


made = world(clock.fixed_at(NIGHT)(make_sara))


@pytest.fixture
def sara(made, olaya):
    return deepcopy(made)


def panel(customer):
    return reverse("customer-panel-tasks", args=[customer.uuid])


def add(client, customer, assignee, *, what="Call her", due="2026-03-10"):
    told = {"what": what, "due_on": due, "assignee": assignee.pk}
    return client.post(panel(customer), told)


def make_task(customer, assignee, due=TODAY, what="Call her", **changes):
    return Task.objects.create(
        customer=customer,
        author=assignee,
        assignee=assignee,
        due_on=due,
        what=what,
        created_at=NIGHT,
        **changes,
    )


def deeds():
    return list(Change.objects.order_by("id").values_list("deed", flat=True))


def shown(response):
    return [row["task"].what for row in response.context["rows"]]


def test_a_task_is_set_for_somebody_and_told_in_the_trail(sara, agent, cashier, client_as):
    response = add(client_as(agent, **ENGLISH, **HTMX), sara, cashier, due="٢٠٢٦-٠٣-١٢")

    task = Task.objects.get()
    assert (task.what, task.due_on, task.assignee, task.author) == (
        "Call her",
        date(2026, 3, 12),
        cashier,
        agent,
    )
    assert response.status_code == 200
    assert cashier.name in response.content.decode()
    change = Change.objects.get()
    assert (change.deed, change.subject) == ("add_task", "C1")
    assert change.after == {"due_on": "2026-03-12", "assignee": cashier.email}


def test_the_day_offered_is_today_at_the_business(sara, agent, client_as):
    form = client_as(agent, **HTMX).get(panel(sara)).context["form"]

    assert (form.initial["due_on"], form.initial["assignee"]) == (TODAY, agent.pk)


def test_only_those_who_see_the_customer_can_be_asked(sara, cast):
    other = make_elsewhere_customer()
    cast["agent"].is_active = False
    cast["agent"].save()

    assert {person.role for person in list_assignees(sara)} == {
        "owner",
        "manager",
        "branch_manager",
        "cashier",
    }
    assert {person.role for person in list_assignees(other)} == {"owner", "manager"}


def test_somebody_else_is_refused(sara, agent, analyst, client_as):
    response = add(client_as(agent, **HTMX), sara, analyst)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["assignee"]
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    "due",
    ["0000-01-01", "0001-01-01", "99999-01-01", "9999-12-31", "2026-02-30", "1899-12-31", "tomorrow", "", "1e9",
     "2026-03-10T10:00\x00", "-1", "2025-03-08", "2036-03-18"],
)  # fmt: skip
def test_a_day_that_is_none_is_refused_in_words(sara, agent, client_as, due):
    response = add(client_as(agent, **HTMX), sara, agent, due=due)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["due_on"]
    assert not Task.objects.exists()


@pytest.mark.parametrize("due", ["2025-03-09", "2036-03-17"])
def test_the_first_and_the_last_day(sara, agent, client_as, due):
    assert add(client_as(agent, **HTMX), sara, agent, due=due).status_code == 200


@pytest.mark.parametrize("what", ["", "   ", "\u202e", "x" * 301, "a\x00b"])
def test_nothing_and_too_much_to_do_is_refused(sara, agent, client_as, what):
    response = add(client_as(agent, **HTMX), sara, agent, what=what)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["what"]
    assert not Task.objects.exists()


def test_done_and_open_again_by_anybody_who_sees_the_customer(sara, agent, cashier, client_as):
    task = make_task(sara, agent)
    client = client_as(cashier, **HTMX)
    address = reverse("tasks-done", args=[task.uuid])

    assert client.post(address).status_code == 200
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (NIGHT, cashier)
    client.post(address)  # twice is once
    client.post(address, {"done": "0"})
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (None, None)
    assert deeds() == ["complete_task", "reopen_task"]


def test_a_task_is_changed(sara, agent, manager, client_as):
    task = make_task(sara, agent)
    address = reverse("tasks-edit", args=[task.uuid])
    client = client_as(manager, **HTMX)

    assert 'value="2026-03-10"' in client.get(address).content.decode()
    client.post(address, {"what": "Write to her", "due_on": "2026-03-11", "assignee": manager.pk})

    task.refresh_from_db()
    assert (task.what, task.due_on, task.assignee) == ("Write to her", date(2026, 3, 11), manager)
    change = Change.objects.get()
    assert change.before == {"due_on": "2026-03-10", "assignee": agent.email}


def test_a_long_forgotten_task_keeps_its_day_and_whoever_left(sara, agent, manager, client_as):
    task = make_task(sara, agent, due=date(2020, 1, 1))
    agent.is_active = False
    agent.save()

    told = {"what": "Still call", "due_on": "2020-01-01", "assignee": agent.pk}
    response = client_as(manager, **HTMX).post(reverse("tasks-edit", args=[task.uuid]), told)

    task.refresh_from_db()
    assert (response.status_code, task.what, task.assignee) == (200, "Still call", agent)


def test_others_change_and_delete_nothing(sara, agent, cashier, client_as):
    task = make_task(sara, agent)
    client = client_as(cashier, **HTMX)
    told = {"what": "x", "due_on": "2026-03-11", "assignee": cashier.pk}

    assert client.post(reverse("tasks-edit", args=[task.uuid]), told).status_code == 403
    assert client.post(reverse("tasks-delete", args=[task.uuid])).status_code == 403
    task.refresh_from_db()
    assert (task.what, task.deleted_at) == ("Call her", None)
    assert deeds() == []


def test_a_deleted_task_comes_back(sara, agent, client_as):
    task = make_task(sara, agent)
    client = client_as(agent, **ENGLISH, **HTMX)

    gone = client.post(reverse("tasks-delete", args=[task.uuid])).content.decode()
    assert "The task is deleted." in gone
    assert count_due(agent, TODAY) == 0
    client.post(reverse("tasks-restore", args=[task.uuid]))

    assert count_due(agent, TODAY) == 1
    assert deeds() == ["delete_task", "restore_task"]


def test_a_branch_sees_and_touches_only_tasks_of_its_customers(sara, cashier, agent, client_as):
    other = make_elsewhere_customer()
    hidden = make_task(other, cashier, what="Elsewhere")
    client = client_as(cashier)

    assert shown(client.get(reverse("tasks"))) == []
    assert shown(client.get(reverse("tasks"), {"whose": "all"})) == []
    assert count_due(cashier, TODAY) == 0
    assert client.get(panel(other)).status_code == 404
    assert add(client, other, cashier).status_code == 404
    for deed in ("edit", "done", "delete", "restore"):
        assert client.post(reverse(f"tasks-{deed}", args=[hidden.uuid])).status_code == 404
    hidden.refresh_from_db()
    assert (hidden.done_at, hidden.deleted_at, Task.objects.count()) == (None, None, 1)


@pytest.fixture
def many(sara, agent, owner):
    other = make_elsewhere_customer()
    make_task(sara, agent, due=TODAY + timedelta(days=5), what="later")
    make_task(sara, agent, due=TODAY, what="today")
    make_task(other, agent, due=TODAY - timedelta(days=2), what="overdue")
    make_task(other, owner, due=TODAY - timedelta(days=9), what="not mine")
    set_done(task=make_task(sara, agent, what="done"), is_done=True, staff=agent)


@pytest.mark.parametrize(
    ("query", "tasks"),
    [
        ({}, ["overdue", "today", "later"]),
        ({"whose": "all"}, ["not mine", "overdue", "today", "later"]),
        ({"when": "overdue"}, ["overdue"]),
        ({"when": "today"}, ["today"]),
        ({"when": "later"}, ["later"]),
        ({"when": "done"}, ["done"]),
        ({"when": "no such", "whose": "nobody", "page": "99"}, ["overdue", "today", "later"]),
        ({"whose": "all", "when": "overdue"}, ["not mine", "overdue"]),
    ],
)
def test_the_page_shows_the_most_urgent_first(many, agent, client_as, query, tasks):
    response = client_as(agent).get(reverse("tasks"), query)

    assert shown(response) == tasks


def test_the_page_says_how_late_a_task_is(many, agent, client_as):
    page = client_as(agent, **ENGLISH).get(reverse("tasks")).content.decode()

    assert '<bdi dir="ltr">2</bdi> days overdue' in page
    assert "Ali" in page


def test_the_menu_counts_what_is_due(many, agent, analyst, client_as):
    page = client_as(agent, **ENGLISH).get(reverse("tasks")).content.decode()

    assert page.count('<span class="badge" title="2 tasks are due"><bdi dir="ltr">2</bdi></span>') == 2
    assert 'class="badge"' not in client_as(analyst).get(reverse("customers")).content.decode()


def test_a_day_later_what_was_due_today_is_overdue(many, agent, client_as):
    with clock.fixed_at(NIGHT + timedelta(days=1)):
        response = client_as(agent).get(reverse("tasks"))

    assert [row["urgency"] for row in response.context["rows"]] == ["overdue", "overdue", "later"]


def test_a_tick_on_the_page_returns_to_it(many, agent, client_as):
    client = client_as(agent)
    address = reverse("tasks-done", args=[Task.objects.get(what="today").uuid])

    response = client.post(address, {"back": "/tasks/?when=today"})
    assert (response.status_code, response["Location"]) == (302, "/tasks/?when=today")
    for nowhere in ("https://evil.example/", "//evil.example/", "no address"):
        outside = client.post(address, {"done": "0", "back": nowhere})
        assert outside["Location"] == panel(Task.objects.get(what="today").customer)


def test_the_page_costs_the_same_for_one_task_and_for_fifty(
    sara, agent, client_as, django_assert_max_num_queries
):
    for number in range(60):
        make_task(sara, agent, what=str(number))
    client = client_as(agent)

    with django_assert_max_num_queries(8):
        response = client.get(reverse("tasks"))
    assert len(response.context["rows"]) == 50
    assert len(client.get(reverse("tasks"), {"page": 2}).context["rows"]) == 10


def test_an_analyst_has_no_tasks(sara, analyst, client_as):
    assert client_as(analyst).get(reverse("tasks")).status_code == 403
    assert client_as(analyst).get(panel(sara)).status_code == 403
