"""Goals are set and removed by whoever may change the settings, and the trail tells of it."""

import pytest
from django.urls import reverse

from wafaa.access.audit.models import Change
from wafaa.know.journey.models import Goal
from wafaa.know.journey.rules import MILESTONES, TOUCHES
from wafaa.know.journey.words import LABELS

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
GIVEN = {"name": "Buy", "touchpoint": "page", "wanted": "Order Completed", "within_hours": "48"}


@pytest.mark.django_db
def test_a_goal_is_set_and_removed(client_as, owner):
    client, address = client_as(owner, **ENGLISH), reverse("journey-goals")
    assert "No goals yet" in client.get(address).content.decode()
    client.post(address, GIVEN)
    goal = Goal.objects.get()
    assert (goal.name, goal.within_hours) == ("Buy", 48)
    assert "Buy" in client.get(address).content.decode()
    client.post(reverse("journey-goal-remove", args=[goal.uuid]))
    assert not Goal.objects.exists()
    deeds = list(Change.objects.order_by("id").values_list("deed", flat=True))
    assert deeds[-2:] == ["add_goal", "remove_goal"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"within_hours": "0"}, {"wanted": "page"}, {"touchpoint": "nothing"}, {"name": ""}]
)
def test_what_is_no_goal_is_refused_and_said(client_as, owner, wrong):
    response = client_as(owner, **ENGLISH).post(reverse("journey-goals"), GIVEN | wrong)
    assert response.status_code == 200
    assert "error-text" in response.content.decode()
    assert not Goal.objects.exists()


@pytest.mark.django_db
def test_two_goals_of_one_name_are_refused(client_as, owner):
    client = client_as(owner, **ENGLISH)
    client.post(reverse("journey-goals"), GIVEN)
    client.post(reverse("journey-goals"), GIVEN)
    assert Goal.objects.count() == 1


@pytest.mark.django_db
def test_whoever_may_not_change_settings_sets_no_goal(client_as, analyst):
    assert client_as(analyst).post(reverse("journey-goals"), GIVEN).status_code in {403, 404}
    assert not Goal.objects.exists()


def test_every_touchpoint_that_a_goal_may_name_has_words():
    assert set(LABELS) == {*TOUCHES, *MILESTONES, "Order Completed", "Order Refunded"}
