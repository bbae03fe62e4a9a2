"""A manager picks a preset, changes a few numbers, reads the sentences, and switches it on."""

import pytest
from django.urls import reverse

from wafaa.decide.loyalty.models import Programme, Version
from wafaa.decide.loyalty.queries import find_draft, find_published, list_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_manager(client_as, manager):
    manager.language = "en"
    manager.save()
    return client_as(manager)


@pytest.fixture
def programme(as_manager):
    assert as_manager.post(reverse("loyalty-new"), {"preset": "retail"}).status_code == 302
    return Programme.objects.get()


def read(client, address):
    return client.get(address).content.decode().replace("\xa0", " ")


def write(programme, **changes):
    """The form as a browser sends it, with some numbers changed."""
    told = {}
    for rule in list_rules(find_draft(programme) or find_published(programme)):
        prefix = f"rule{rule.id}-"
        told |= {f"{prefix}is_on": "on", f"{prefix}points": rule.points, f"{prefix}lives_months": "12"}
        if rule.effect == "money":
            told |= {f"{prefix}per": "1", f"{prefix}pending_days": "14"}
    told |= changes
    return {name: value for name, value in told.items() if value is not None}


def test_the_presets_are_read_as_sentences_before_one_is_taken(as_manager):
    page = read(as_manager, reverse("loyalty"))
    assert "Points: 1 for every SAR 1.00" in page
    assert page.count("Take this one") == 4


def test_a_draft_is_changed_read_and_switched_on_and_holds_unchanged_from_then_on(as_manager, programme):
    page = reverse("loyalty-programme", args=[programme.uuid])
    changes = {"rule1-points": "2", "rule1-per": "10", "rule1-pending_days": "30", "rule3-is_on": None}
    saved = as_manager.post(reverse("loyalty-save", args=[programme.uuid]), write(programme, **changes))
    assert saved.status_code == 302
    shown = read(as_manager, page)
    assert "Points: 2 for every SAR 10.00" in shown
    assert "usable after 30 days · ends after 12 months at the end of that month" in shown
    assert [rule.id for rule in list_rules(find_draft(programme))] == [1, 2, 4, 5]

    as_manager.post(reverse("loyalty-publish", args=[programme.uuid]))
    programme.refresh_from_db()
    assert (programme.state, find_draft(programme)) == ("live", None)

    as_manager.post(reverse("loyalty-save", args=[programme.uuid]), write(programme, **{"rule1-points": "3"}))
    shown = read(as_manager, page)
    assert "What the draft changes" in shown
    assert next(one.points for one in list_rules(find_published(programme))) == 2
    as_manager.post(reverse("loyalty-publish", args=[programme.uuid]))
    assert next(one.points for one in list_rules(find_published(programme))) == 3
    assert Version.objects.filter(programme=programme).count() == 2

    as_manager.post(reverse("loyalty-state", args=[programme.uuid]), {"deed": "pause"})
    programme.refresh_from_db()
    assert programme.state == "paused"


@pytest.mark.parametrize(
    ("field", "told"), [("per", "0"), ("per", "0.001"), ("points", "0"), ("points", "x")]
)
def test_a_number_that_cannot_be_changes_nothing(as_manager, programme, field, told):
    before = find_draft(programme).content
    told = write(programme, **{f"rule1-{field}": told})
    assert as_manager.post(reverse("loyalty-save", args=[programme.uuid]), told).status_code == 422
    assert find_draft(programme).content == before


def test_an_analyst_reads_and_changes_nothing(client_as, analyst, programme):
    page = client_as(analyst)
    assert page.get(reverse("loyalty-programme", args=[programme.uuid])).status_code == 200
    for name in ("loyalty-save", "loyalty-publish", "loyalty-state"):
        assert page.post(reverse(name, args=[programme.uuid]), {"deed": "pause"}).status_code == 403
    assert page.post(reverse("loyalty-new"), {"preset": "retail"}).status_code == 403
    programme.refresh_from_db()
    assert (programme.state, Programme.objects.count()) == ("draft", 1)
