"""A program that keeps the catalogue: writes, changes, offers, withdraws and counts a reward."""

import pytest
from tests.build import NOON

from wafaa.access.audit.models import Change
from wafaa.decide.rewards.actions import place
from wafaa.decide.rewards.models import Reward
from wafaa.decide.rewards.tests.build import make_club, make_member
from wafaa.kit import clock
from wafaa.show.api.tests.calls import call, make_key

pytestmark = pytest.mark.django_db
MUG = {
    "name": {"en": "Mug", "ar": "كوب"},
    "kind": "product",
    "sku": "MUG",
    "points": 40,
    "amounts": [{"currency": "SAR", "minimum_minor": 5_000}],
    "member_limits": {"month": 1},
    "keeps_minutes": 60,
    "returning": "never",
}


@pytest.fixture
def ask():
    key = make_key("write", name="Catalogue")
    with clock.fixed_at(NOON):
        yield lambda method, path, body=None: call(method, f"/v1/rewards{path}", body=body, key=key)


def test_a_reward_is_written_offered_changed_counted_and_withdrawn(ask):
    club = make_club()
    told = {**MUG, "programme_id": str(club.uuid), "stock": 3}
    made = ask("POST", "", told).json()
    assert (made["state"], made["stock"], made["points"], made["name"]) == ("draft", 3, 40, MUG["name"])
    path = f"/{made['id']}"
    assert ask("GET", path).json() == made

    assert ask("POST", f"{path}/state", {"state": "live"}).json()["state"] == "live"
    changed = ask("PUT", path, {**MUG, "points": 55}).json()
    assert (changed["points"], changed["stock"], changed["state"]) == (55, 3, "live")
    assert ask("PUT", f"{path}/stock", {"remaining": 1}).json()["stock"] == 1
    reward = Reward.objects.get()
    assert (reward.terms.keeps, reward.terms.returning, reward.terms.moneys["SAR"].minimum) == (
        60,
        "never",
        5_000,
    )
    place(key="p", customer_id=make_member(club), reward_id=reward.pk, at=NOON)

    assert ask("GET", path).json()["stock"] == 0
    assert ask("POST", f"{path}/state", {"state": "withdrawn"}).json()["state"] == "withdrawn"
    deeds = Change.objects.filter(subject=str(reward.uuid)).order_by("id").values_list("deed", flat=True)
    assert list(deeds) == ["make_reward", "offer_reward", "change_reward", "count_reward", "withdraw_reward"]
    assert all(
        "Catalogue" in via for via in Change.objects.filter(deed="make_reward").values_list("via", flat=True)
    )


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"points": 0}, 422, "validation_failed"),
        ({"kind": "moon"}, 422, "validation_failed"),
        ({"sku": ""}, 422, "reward_terms_wrong"),
        ({"unit": "moons"}, 422, "reward_terms_wrong"),
        ({"programme_id": "00000000-0000-0000-0000-000000000007"}, 404, "programme_missing"),
        ({"pool_id": "00000000-0000-0000-0000-000000000007"}, 404, "voucher_pool_missing"),
    ],
)
def test_a_reward_that_makes_no_sense_is_refused_and_not_kept(ask, changes, status, code):
    told = {**MUG, "programme_id": str(make_club().uuid), **changes}
    refused = ask("POST", "", told)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert Reward.objects.count() == 0


def test_what_was_redeemed_keeps_its_kind(ask):
    club = make_club()
    made = ask("POST", "", {**MUG, "programme_id": str(club.uuid), "state": "live"}).json()
    place(key="p", customer_id=make_member(club), reward_id=Reward.objects.get().pk, at=NOON)
    refused = ask("PUT", f"/{made['id']}", {**MUG, "kind": "experience", "sku": ""})
    assert (refused.status_code, refused.json()["code"]) == (409, "reward_gift_fixed")
