"""A manager picks a preset, changes a few numbers, reads the sentences, and switches it on."""

import msgspec
import pytest
from django.urls import reverse

from wafaa.decide.loyalty.actions import save_draft
from wafaa.decide.loyalty.models import Programme, Version
from wafaa.decide.loyalty.queries import find_draft, find_published, list_rules
from wafaa.decide.loyalty.rules.content import read_content, write_content
from wafaa.kit.ids import new_id

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


def test_sums_stand_from_the_switching_on_and_say_whose_they_are(as_manager, programme):
    shared = "Other programmes give the same units"
    as_manager.post(reverse("loyalty-new"), {"preset": "retail"})
    second = Programme.objects.exclude(pk=programme.pk).get()
    told = []
    for one in (programme, second):
        page = reverse("loyalty-programme", args=[one.uuid])
        draft = read(as_manager, page)
        as_manager.post(reverse("loyalty-publish", args=[one.uuid]))
        live = read(as_manager, page)
        told.append(("· available" in draft, "· available" in live, shared in live))

    assert told == [(False, True, False), (False, True, True)]


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


def test_what_stands_in_the_fields_is_what_is_switched_on(as_manager, programme):
    told = write(programme, **{"rule1-points": "٧", "publish": "1"})
    as_manager.post(reverse("loyalty-save", args=[programme.uuid]), told)
    programme.refresh_from_db()
    assert (programme.state, list_rules(find_published(programme))[0].points) == ("live", 7)


def test_each_version_says_what_it_changed(as_manager, programme):
    publish = reverse("loyalty-publish", args=[programme.uuid])
    as_manager.post(publish)
    draft = read_content(find_published(programme).content)
    changed = msgspec.structs.replace(draft, worth=None, idle_months=6)
    save_draft(programme=programme, content=write_content(changed), by=None)
    page = read(as_manager, reverse("loyalty-programme", args=[programme.uuid]))
    assert '<del class="muted">100 are worth SAR 5.00</del>' in page
    assert "<ins>Months without an activity until everything ends: 6</ins>" in page
    as_manager.post(publish)
    page = read(as_manager, reverse("loyalty-programme", args=[programme.uuid]))
    assert page.count("What was changed") == 2
    assert '<del class="muted">100 are worth SAR 5.00</del>' in page


def test_nothing_changed_makes_no_draft(as_manager, programme):
    as_manager.post(reverse("loyalty-publish", args=[programme.uuid]))
    told = {"rule3-lives_months": "1"} | {f"rule5-{name}": None for name in ("points", "lives_months")}
    as_manager.post(reverse("loyalty-save", args=[programme.uuid]), write(programme, **told))
    assert find_draft(programme) is None


def test_a_preset_pressed_twice_is_one_programme(as_manager):
    told = {"preset": "cafe", "key": str(new_id())}
    first, again = (as_manager.post(reverse("loyalty-new"), told) for _press in range(2))
    assert (first.url, Programme.objects.count()) == (again.url, 1)


def test_a_draft_is_thrown_away_and_with_it_what_never_held(as_manager, programme):
    state = reverse("loyalty-state", args=[programme.uuid])
    as_manager.post(reverse("loyalty-publish", args=[programme.uuid]))
    as_manager.post(reverse("loyalty-save", args=[programme.uuid]), write(programme, **{"rule1-points": "3"}))
    as_manager.post(state, {"deed": "drop"})
    assert (find_draft(programme), list_rules(find_published(programme))[0].points) == (None, 1)

    as_manager.post(reverse("loyalty-new"), {"preset": "hotel"})
    hotel = Programme.objects.get(preset="hotel")
    assert hotel.rewards.count() == 1
    gone = as_manager.post(reverse("loyalty-state", args=[hotel.uuid]), {"deed": "drop"})
    assert (gone.url, list(Programme.objects.all())) == (reverse("loyalty"), [programme])


def test_why_a_draft_cannot_hold_is_said_in_words(as_manager):
    as_manager.post(reverse("loyalty-new"), {"preset": "cafe"})
    programme = Programme.objects.get()
    as_manager.post(reverse("loyalty-tiers-save", args=[programme.uuid]), {"more": "1"})
    told = as_manager.post(reverse("loyalty-publish", args=[programme.uuid]), follow=True).content.decode()
    assert "It cannot hold like this. Tiers: There is no tier in it yet." in told
    programme.refresh_from_db()
    assert programme.state == "draft"


def test_a_sentence_calls_a_tier_by_its_name(as_manager, programme):
    assert "for these tiers: \u2068Gold\u2069" in read(
        as_manager, reverse("loyalty-programme", args=[programme.uuid])
    )


def test_an_analyst_reads_and_changes_nothing(client_as, analyst, programme):
    page = client_as(analyst)
    assert page.get(reverse("loyalty-programme", args=[programme.uuid])).status_code == 200
    for name in ("loyalty-save", "loyalty-publish", "loyalty-state"):
        assert page.post(reverse(name, args=[programme.uuid]), {"deed": "pause"}).status_code == 403
    assert page.post(reverse("loyalty-new"), {"preset": "retail"}).status_code == 403
    programme.refresh_from_db()
    assert (programme.state, Programme.objects.count()) == ("draft", 1)


def test_a_hotel_reads_of_nights_where_others_read_of_pieces(as_manager):
    as_manager.post(reverse("loyalty-new"), {"preset": "hotel"})
    hotel = Programme.objects.get()
    page = read(as_manager, reverse("loyalty-programme", args=[hotel.uuid]))
    assert "Nights: 1 for each night" in page
    assert "for each … nights" in page
    assert "piece" not in page
    rule = read(as_manager, reverse("loyalty-rule", args=[hotel.uuid, 1]))
    assert ("so many for each night" in rule, "for each … nights" in rule) == (True, True)


def test_a_control_group_is_offered_where_a_programme_is_switched_on_for_the_first_time(
    as_manager, programme
):
    page, proof = (reverse(f"loyalty-{name}", args=[programme.uuid]) for name in ("programme", "proof"))
    offer = f'<a class="button" href="{proof}">Begin with a control group</a>'
    assert offer in read(as_manager, page)
    as_manager.post(reverse("loyalty-publish", args=[programme.uuid]))
    assert offer not in read(as_manager, page)
