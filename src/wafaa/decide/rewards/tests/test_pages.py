"""The console's pages: a reward written with a preview, offered, counted, changed; a redemption found and settled."""

import re
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.build import NOON

from wafaa.access.audit.models import Change
from wafaa.decide.loyalty.actions import make_programme, publish
from wafaa.decide.rewards.actions import place
from wafaa.decide.rewards.models import Picture, Redemption, Reward
from wafaa.decide.rewards.queries import find_state
from wafaa.decide.rewards.rules import Standing, State
from wafaa.decide.rewards.tests.build import count, make_club, make_member, make_offer
from wafaa.kit import clock
from wafaa.know.customers.models import Customer

pytestmark = pytest.mark.django_db
FORM = {
    "name_en": "Five off",
    "name_ar": "خصم خمسة",
    "kind": "amount",
    "value": "٥",
    "points": "100",
    "unit": "points",
    "keeps": "1440",
    "returning": "share",
    "member_month": "2",
    "others": "KWD 0.400",
    "stock": "7",
}


def paint() -> bytes:
    """A PNG of 2 by 2 red points."""

    def pack(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    lines = b"".join(b"\0" + b"\xff\0\0" * 2 for _ in range(2))
    header = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + pack(b"IHDR", header)
        + pack(b"IDAT", zlib.compress(lines))
        + pack(b"IEND", b"")
    )


@pytest.fixture(autouse=True)
def noon():
    with clock.fixed_at(NOON):
        yield


@pytest.fixture
def desk(manager, client_as):
    return client_as(manager, HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def club():
    return make_club()


def say(page):
    """Without the marks that tell a number's direction."""
    return re.sub("</?bdi[^>]*>", "", page.content.decode()).translate(
        {0x2066: None, 0x2068: None, 0x2069: None, 0xA0: " "}
    )


def test_a_reward_is_written_by_one_form_pictured_offered_and_counted(desk, club):
    told = FORM | {"programme": club.pk, "key": "01a20729-e42b-7c02-adbc-3a4d8a61eba6"}
    seen = say(desk.post(reverse("reward-preview"), told))
    assert "SAR 5.00 / KWD 0.400 off for 100 points." in seen
    assert "Each member at most 2 a month." in seen

    for _press in range(2):
        files = {"picture": SimpleUploadedFile("red.png", paint(), "image/png")}
        page = desk.post(reverse("reward-new"), told | files, follow=True)
    reward = Reward.objects.get()
    assert (reward.state, reward.stock.remaining, reward.moneys["KWD"]) == ("draft", 7, {"value": 400})
    picture = desk.get(reverse("reward-picture", args=[Picture.objects.get().digest]))
    assert (picture["Content-Type"], picture.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")

    desk.post(reverse("reward-state", args=[reward.uuid]), {"state": "live"})
    desk.post(reverse("reward-stock", args=[reward.uuid]), {"remaining": "9"})
    page = desk.post(
        reverse("reward-change", args=[reward.uuid]), told | {"points": "120", "others": ""}, follow=True
    )
    reward = Reward.objects.select_related("stock").get()
    assert (reward.state, reward.stock.remaining, reward.points, list(reward.moneys)) == (
        "live",
        9,
        120,
        ["SAR"],
    )
    assert "What was redeemed keeps its terms." in say(page)
    assert {"make_reward", "offer_reward", "count_reward", "change_reward"} <= set(
        Change.objects.values_list("deed", flat=True)
    )
    assert "Five off" in say(desk.get(reverse("rewards")))
    desk.post(reverse("reward-up", args=[make_offer(club).uuid]))
    assert [str(one.kind) for one in Reward.objects.all()] == ["product", "amount"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"value": ""}, "Say how much."),
        ({"kind": "code"}, "Choose the vouchers that the code is of."),
        ({"others": "riyals"}, "This line can"),
        ({"starts_on": "2026-03-02", "ends_on": "2026-03-01"}, "The last day lies before the first."),
        ({"picture": SimpleUploadedFile("x.png", b"<svg>", "image/png")}, "no picture that we can show"),
    ],
)
def test_what_makes_no_sense_is_told_beside_its_field(desk, club, wrong, words):
    page = desk.post(reverse("reward-new"), FORM | {"programme": club.pk} | wrong)
    assert (page.status_code, words in say(page)) == (422, True)
    assert Reward.objects.count() == 0


def test_tiers_are_chosen_by_name_among_those_of_the_programme(desk):
    tiers = [
        {"code": "silver", "name": {"en": "Silver"}, "needs": 100_00},
        {"code": "gold", "name": {"en": "Gold"}, "needs": 500_00},
    ]
    levels = {"code": "levels", "currency": "SAR", "lasts": "P12M", "tiers": tiers}
    club = make_club(tier_sets=[levels])
    seen = say(desk.get(reverse("reward-new")))
    assert re.search(r'value="levels:gold"[^>]*>\s*(<span>)?Gold', seen)

    told = FORM | {"programme": club.pk, "tiers": ["levels:gold"]}
    assert "For these tiers: Gold." in say(desk.post(reverse("reward-preview"), told))
    desk.post(reverse("reward-new"), told)
    reward = Reward.objects.get()
    assert reward.tiers == ["levels:gold"]
    page = say(desk.get(reverse("reward-change", args=[reward.uuid])))
    assert re.search(r'value="levels:gold"[^>]* checked', page)

    other = make_programme(name={"en": "Other"}, by=None)
    refused = desk.post(reverse("reward-new"), told | {"programme": other.pk})
    assert (refused.status_code, "belongs to another programme" in say(refused)) == (422, True)


def test_a_redemption_is_found_by_its_code_used_and_taken_back_with_a_reason(desk, club):
    member = make_member(club)
    one = place(key="p", customer_id=member, reward_id=make_offer(club).pk, at=NOON)
    assert one.shown in say(desk.get(reverse("redemptions"), {"q": one.shown.lower(), "state": "1"}))
    page = reverse("redemption", args=[one.uuid])
    key = {"key": "01a20729-e42b-7c02-adbc-3a4d8a61eba6"}
    assert desk.post(page, {"deed": "cancel", **key}).status_code == 422  # without a reason
    for _press in range(2):
        desk.post(page, {"deed": "confirm", **key})
    assert Redemption.objects.get().standing is Standing.CONFIRMED
    desk.post(page, {"deed": "back", "points": "15", "reason": "cracked", **key})
    one.refresh_from_db()
    assert (one.returned, one.reason, count(member)) == (15, "cracked", (75, 0))
    assert Change.objects.filter(deed="take_back_redemption").count() == 1
    panel = desk.get(reverse("customer-panel-rewards", args=[Customer.objects.get(pk=member).uuid]))
    assert "Mug" in say(panel)


def test_a_reward_is_offered_only_once_its_programme_is_switched_on(desk):
    cafe = make_programme(name={"en": "Cafe"}, by=None, preset="cafe")
    drink, waits = Reward.objects.get(programme=cafe), "offered once its programme is switched on"
    assert (find_state(drink), drink.state) == (State.DRAFT, State.LIVE)
    assert waits in say(desk.get(reverse("rewards")))
    publish(programme=cafe, by=None)
    drink = Reward.objects.get()
    assert find_state(drink) is State.LIVE
    assert waits not in say(desk.get(reverse("reward", args=[drink.uuid])))


def test_presets_come_with_rewards(db):
    cafe = make_programme(name={"en": "Cafe"}, by=None, preset="cafe")
    (drink,) = Reward.objects.filter(programme=cafe)
    assert (drink.points, drink.unit.code, drink.is_card, drink.state) == (10, "stamps", True, State.LIVE)
    retail = make_programme(name={"en": "Shop"}, by=None, preset="retail")
    found = Reward.objects.filter(programme=retail)
    assert [(one.points, one.state) for one in found] == [(100, "draft"), (1_000, "draft"), (200, "draft")]
