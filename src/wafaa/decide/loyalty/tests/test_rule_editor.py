"""A rule as a form: what it says goes through the form unchanged, and what is wrong is told at its field."""

from datetime import date, time

import pytest
from msgspec.structs import replace

from wafaa.decide.loyalty.actions import make_programme, publish
from wafaa.decide.loyalty.queries import find_draft, find_published, list_rules
from wafaa.decide.loyalty.rule_forms import EarnForm
from wafaa.decide.loyalty.rules import Effect, Rounding, Span, Trigger
from wafaa.decide.loyalty.rules.content import Content, Earn, Worth, read_content
from wafaa.decide.loyalty.rules.presets import PRESETS

pytestmark = pytest.mark.django_db

RICH = [
    Earn(
        id=7,
        name={"ar": "ليالي الجمعة", "en": "Friday nights"},
        effect=Effect.MONEY,
        points=3,
        per=250,
        currency="SAR",
        before_discounts=True,
        with_tax=False,
        with_shipping=True,
        rounding=Rounding.HALF_UP,
        from_day=date(2026, 1, 5),
        to_day=date(2026, 12, 31),
        weekdays=[5, 6],
        from_minute=22 * 60,
        to_minute=90,
        stores=["Riyadh 1"],
        channels=["pos"],
        tiers=["status:gold"],
        minimum=10_050,
        is_first=True,
        cap_points={Span.DAY: 100, Span.EVER: 5_000},
        cap_uses={Span.WEEK: 2},
        budget_points=1_000_000,
        budget_uses=500,
        budget_minor=90_000,
        grouping="weekend",
        pending="P14D",
        lives="P1Y6M",
        lives_to="quarter",
    ),
    Earn(
        id=8,
        effect=Effect.PIECE,
        points=2,
        per=3,
        skus=["A-1", "B 2"],
        not_categories=["هدايا"],
        pending="PT12H",
        ends_on=date(2027, 3, 1),
    ),
    Earn(id=9, effect=Effect.TIMES, points=25_000, rounding=Rounding.UP),
    Earn(
        id=10,
        trigger=Trigger.EVENT,
        event="Product Shared",
        given={"channel": "app", "count": 3, "again": True, "code": "3"},
        effect=Effect.FIXED,
        points=5,
    ),
]
WORTH = Worth(points=100, minor=500, currency="SAR")


def send(form: EarnForm, **changes: object) -> dict[str, object]:
    """What a browser would send of the form as it stands."""
    told = {}
    for bound in form:
        value = changes.get(bound.name, bound.value())
        if isinstance(value, time):
            value = value.strftime("%H:%M")
        if value not in (None, False, [], ""):
            told[bound.name] = value
    return told


@pytest.mark.parametrize(
    "rule", [*RICH, *(one for key in PRESETS for one in PRESETS[key].write("SAR").rules)]
)
def test_a_rule_goes_through_the_form_unchanged(rule):
    content = Content(rules=[rule], worth=WORTH)

    form = EarnForm(send(EarnForm(rule=rule, content=content)), rule=rule, content=content)

    assert form.is_valid(), form.errors
    assert form.get_rule() == rule
    assert form.put_into(content, form.get_rule()) == content


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to_day": "2025-01-01"}, "to_day"),
        ({"to_time": ""}, "to_time"),
        ({"points": ""}, "points"),
        ({"money": "0"}, "money"),
        ({"effect": "times", "factor": "1"}, "factor"),
        ({"effect": "times", "factor": "2", "skus": "A-1"}, "skus"),
        ({"trigger": "event", "event": ""}, "event"),
        ({"trigger": "event", "event": "Survey Answered", "given": "score = 10"}, "given"),
        ({"ends_on": "2027-01-01"}, "ends_on"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(changes, field):
    content = Content(rules=RICH, worth=WORTH)

    form = EarnForm(send(EarnForm(rule=RICH[0], content=content), **changes), rule=RICH[0], content=content)

    assert not form.is_valid()
    assert field in form.errors


def test_digits_of_either_shape_and_what_is_not_asked_is_left_out():
    content = Content()
    blank = Earn(id=1, effect=Effect.FIXED, points=1)

    told = {
        "trigger": "birthday", "effect": "money", "unit": "points", "points": "١٠٠", "money": "5", "skus": "A",
        "minimum": "10", "weekdays": ["5"], "lives_months": "١",
    }  # fmt: skip
    form = EarnForm(told, rule=blank, content=content)

    assert form.is_valid(), form.errors
    assert form.get_rule() == Earn(
        id=1, trigger=Trigger.BIRTHDAY, effect=Effect.FIXED, points=100, weekdays=[5], lives="P1M"
    )


def list_numbers(programme):
    return [one.id for one in list_rules(find_published(programme))]


@pytest.fixture
def programme(manager):
    made = make_programme(name={"en": "Club"}, by=manager, preset="retail")
    publish(programme=made, by=manager)
    return made


def test_a_rule_is_written_read_and_taken_out_and_its_number_never_comes_back(client_as, manager, programme):
    client = client_as(manager)
    address = f"/loyalty/{programme.uuid}/rules"
    stood = list_numbers(programme)
    begun = {"trigger": "order", "effect": "times", "factor": "2", "unit": "points", "weekdays": ["5"]}
    said = client.post(f"{address}/preview/", begun)
    assert "2 times what the other rules give · on these days: Friday" in said.content.decode()

    told = {"name_en": "Double Friday", **begun, "place": "1"}
    assert client.post(f"{address}/new/", told).status_code == 302
    content = read_content(find_draft(programme).content)
    number = max(stood) + 1
    assert [one.id for one in content.rules] == [number, *stood]
    assert content.rules[0] == Earn(
        id=number, name={"en": "Double Friday"}, effect=Effect.TIMES, points=20_000, weekdays=[5]
    )
    assert content.worth is not None  # what the form does not ask stays

    publish(programme=programme, by=manager)
    assert client.post(f"{address}/{number}/remove/").status_code == 302
    assert client.post(f"{address}/new/", told).status_code == 302
    assert [one.id for one in read_content(find_draft(programme).content).rules] == [number + 1, *stood]
    assert client.get(f"{address}/{number}/").status_code == 404
    assert client.post(f"{address}/{number + 1}/", {**told, "factor": "0.5"}).status_code == 422


def test_name_holds_at_once_and_worth_goes_into_the_draft(client_as, manager, programme):
    client = client_as(manager)
    address = f"/loyalty/{programme.uuid}/settings/"
    told = {"name_ar": "نادي وفاء", "name_en": "", "is_automatic": "on", "policy": "forgive"}
    told |= {"worth_points": "200", "worth_money": "٧٫٥", "cap_day": "1000"}

    assert client.post(address, {**told, "worth_money": ""}).status_code == 422
    worthless = {"policy": "charge", "worth_points": "", "worth_money": ""}
    assert client.post(address, {**told, **worthless}).context["form"].errors.keys() == {"policy"}
    assert client.post(address, told).status_code == 302

    programme.refresh_from_db()
    draft = read_content(find_draft(programme).content)
    assert (programme.name, programme.policy) == ({"ar": "نادي وفاء"}, "forgive")
    assert draft.worth == Worth(points=200, minor=750, currency="SAR")
    assert draft.cap_points == {Span.DAY: 1_000}
    assert [one.id for one in draft.rules] == list_numbers(programme)


def test_what_is_rarely_used_is_folded_away_unless_it_says_something():
    content = Content(rules=RICH)
    told = {
        rule.id: sorted(
            part for part, is_open in EarnForm(rule=rule, content=content).opens.items() if is_open
        )
        for rule in (*RICH[:2], RICH[3], replace(RICH[1], id=11, effect=Effect.MONEY, with_tax=False))
    }
    assert told == {
        7: ["all", "beside", "caps", "places", "reckoning", "tiers", "times"],
        8: ["goods"],
        10: [],
        11: ["goods", "reckoning"],
    }
