"""A part of the bill is paid with points: by the member's yes, once, and given back with the sale."""

import pytest
from tests.build import NOON, make_customer

from wafaa.access.audit.models import Change
from wafaa.act.points.actions import spend
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Wallet
from wafaa.act.points.rules import Policy
from wafaa.decide.loyalty.actions import join
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.tests.build import SPEND, hold, list_told, make_live
from wafaa.decide.rewards.actions import place
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.rules import Kind, Returning, Standing
from wafaa.decide.rewards.rules.judging import Worth
from wafaa.decide.rewards.rules.paying import Bound, list_parts, reckon_most
from wafaa.decide.rewards.tests.build import MINUTE, WORTH, count, give_points, make_offer
from wafaa.know.orders.models import Order
from wafaa.show.portal.actions import give_card
from wafaa.show.portal.rules import make_proof
from wafaa.show.till.models import Deed
from wafaa.show.till.tests.build import make_deed

pytestmark = pytest.mark.django_db
FIVE_FOR_HUNDRED = Worth(points=100, minor=500, currency="SAR")


@pytest.fixture
def club(till, sara):
    """Sara has 1,000 points; 100 of them are 5 riyals."""
    club = make_live({**SPEND, "id": 1}, worth=WORTH)
    join(programme=club, customer_id=sara.pk)
    give_points(sara.pk, 1_000)
    return club


@pytest.fixture
def payment(club):
    """In steps of 20 points, which are a riyal. By itself no refund would bring any back."""
    return make_offer(club, kind=Kind.PAYMENT, sku="", points=20, returning=Returning.NEVER)


def show_card(customer):
    number = give_card(customer=customer).number
    return number + make_proof(number, NOON)


@pytest.mark.parametrize(
    ("step", "available", "bill", "points", "minor", "bound"),
    [
        (20, 1_000, 10_000, 1_000, 5_000, Bound.POINTS),
        (20, 1_019, 10_000, 1_000, 5_000, Bound.POINTS),
        (20, 1_000, 3_050, 600, 3_000, Bound.BILL),
        (20, 1_000, 3_000, 600, 3_000, Bound.WHOLE),
        (20, 1_000, 99, 0, 0, Bound.BILL),
        (20, 19, 3_000, 0, 0, Bound.POINTS),
        (1, 10**9, 1, 0, 0, Bound.BILL),  # one point is 5 halalas
        (20, -50, 3_000, 0, 0, Bound.POINTS),  # owed after a refund
    ],
)
def test_how_much_points_may_pay_is_bounded_by_what_the_member_has_and_by_the_bill(
    step, available, bill, points, minor, bound
):
    most = reckon_most(step=step, available=available, worth=FIVE_FOR_HUNDRED, bill_minor=bill)

    assert (most.part.points, most.part.minor, most.bound) == (points, minor, bound)
    parts = list_parts(step=20, most=points, worth=FIVE_FOR_HUNDRED, at_most=6)
    assert [one.points for one in parts][-1:] == ([points] if points else [])
    assert len(parts) <= 6


def test_worth_that_is_no_whole_amount_never_pays_more_than_the_bill():
    thirds = Worth(points=3, minor=10, currency="SAR")
    for bill in range(1, 40):
        most = reckon_most(step=1, available=1_000, worth=thirds, bill_minor=bill)
        assert most.part.minor <= bill < thirds.value(most.part.points + 1)


def test_the_bill_says_how_much_points_may_pay_and_why_not_more(till, sara, payment):
    page = " ".join(till.quote(customer=str(sara.uuid), amount="30.50").split())

    assert f'data-pay="{payment.uuid}"' in page
    assert 'value="600" checked' in page
    assert "SAR 30.00" in page
    assert "one more would be above the bill" in page
    assert "The member has" in till.quote(customer=str(sara.uuid), amount="400")
    assert "That is the whole bill." in till.quote(customer=str(sara.uuid), amount="30")
    give_points_away = make_customer("2", name="Ali")
    assert "data-pay" not in till.quote(customer=str(give_points_away.uuid), amount="30")
    assert "data-pay" not in till.quote(customer=str(sara.uuid), amount="0.50")


def test_points_pay_their_part_which_earns_nothing_and_come_back_with_the_sale(till, sara, payment):
    told = {"customer": sara.uuid, "reward": payment.uuid, "points": 600}
    deed = make_deed("earn", store="RUH-1", **told, amount="100", proof=show_card(sara))

    assert [till.tell(deed)[0] for _ in range(2)] == [201, 200]

    one = Redemption.objects.get()
    order = Order.objects.get(source="till")
    assert (one.standing, one.paid_minor, one.order_id) == (Standing.CONFIRMED, 3_000, order.pk)
    # the fixture's programme and the club give a point each for ten riyals; 30 of 100 riyals give none
    assert [each["points"] for each in list_told("Points Awarded")] == [7, 7]
    assert list_told("Points Reversed") == []
    assert hold()["1"] == [1_000 - 600 + 14, 0, 0]
    shown = till.look(deed["id"])
    assert "SAR 30.00" in shown
    assert "SAR 70.00" in shown
    change = Change.objects.get(deed="earn_at_till").after
    assert (change["paid_with_points"], change["confirmed_by"]) == (600, "card")

    asked = " ".join(till.send("undoing", deed=deed["id"], store="RUH-1")[1]["html"].split())
    assert "The member gets back:" in asked
    assert "600" in asked
    assert till.do("undo", deed=deed["id"])[0] == 201

    assert hold()["1"] == [1_000, 0, 0]
    assert [each["points"] for each in list_told("Points Awarded")] == [7, 7]
    assert (Redemption.objects.get().standing, check_books()) == (Standing.RETURNED, [])


def test_before_undoing_it_is_said_what_then_happens_with_points_that_come_back(till, sara, payment):
    """What comes back of the payment pays for what was spent, so no money is kept back for it as well."""
    Programme.objects.update(policy=Policy.CHARGE)
    told = {"customer": sara.uuid, "reward": payment.uuid, "points": 600}
    till.do("earn", **told, amount="100", proof=show_card(sara))
    wallet = Wallet.objects.get(customer=sara, unit__code="points")
    spend(key="gift", wallet_id=wallet.pk, amount=wallet.active, at=NOON)
    paid = Deed.objects.get()
    asked = till.send("undoing", deed=str(paid.uuid), store="RUH-1")[1]["html"]
    assert "Used already" not in asked
    assert Redemption.objects.get().standing is Standing.CONFIRMED  # asking changes nothing

    till.do("undo", deed=paid.uuid)
    assert [one["owed"] + one.get("charged", 0) for one in list_told("Points Reversed")] == [0, 0]


def test_without_the_members_yes_or_with_too_many_points_nothing_is_sold(till, sara, payment, club):
    mug = make_offer(club)
    told = {"customer": sara.uuid, "reward": payment.uuid, "amount": "30"}
    number = give_card(customer=sara).number
    wrong = [
        ({"points": 600, "proof": number}, "till_proof_wrong"),
        ({"points": 600, "proof": number + make_proof(number, NOON - 5 * MINUTE)}, "till_proof_wrong"),
        ({"points": 620, "proof": show_card(sara)}, "reward_step"),
        ({"points": 30, "proof": show_card(sara)}, "reward_step"),
        ({"points": 600, "proof": show_card(sara), "reward": mug.uuid}, "reward_missing"),
        ({"points": 1_020, "proof": show_card(sara), "amount": "900"}, "reward_points"),
    ]
    for changes, code in wrong:
        assert till.do("earn", **{**told, **changes})[1]["code"] == code
    assert (count(sara.pk), Redemption.objects.count(), Deed.objects.count(), Order.objects.count()) == (
        (1_000, 0), 0, 0, 0,
    )  # fmt: skip


def test_a_limit_of_the_programme_is_said_instead(till, sara, club):
    payment = make_offer(club, kind=Kind.PAYMENT, sku="", points=20, member_limits={"day": 1})
    told = {"customer": sara.uuid, "reward": payment.uuid, "amount": "30", "points": 20}
    assert till.do("earn", **told, proof=show_card(sara))[0] == 201

    page = till.quote(customer=str(sara.uuid), amount="30")

    assert "data-pay" not in page
    assert "as often as one may" in page
    assert till.do("earn", **told, proof=show_card(sara))[1]["code"] == "reward_member_limit"


def test_what_a_member_redeemed_on_their_page_opens_them_and_is_handed_over_once(till, sara, club):
    one = place(key="mug", customer_id=sara.pk, reward_id=make_offer(club).pk, at=NOON)
    found = till.find(one.shown.lower())
    assert (found["customer"], found["code"]) == (str(sara.uuid), one.shown)
    told = till.send("check", text=one.shown, store="RUH-1")[1]["html"]
    assert 'data-use="shown"' in told
    assert "Mug" in told

    assert "Mug" in till.do("code", code=one.shown)[1]["html"]
    assert till.do("code", code=one.shown)[1]["code"] == "redemption_over"
    assert "It cannot be had now:" in till.send("check", text=one.shown, store="RUH-1")[1]["html"]
    till.do("undo", deed=Deed.objects.get().uuid)

    assert (count(sara.pk), check_books()) == ((1_000, 0), [])
    other = make_offer(club, stores=["JED-1"])
    elsewhere = place(key="far", customer_id=sara.pk, reward_id=other.pk, at=NOON)
    assert till.do("code", code=elsewhere.shown)[1]["code"] == "reward_store"


def test_points_that_were_set_aside_at_home_pay_with_the_bill(till, sara, payment):
    one = place(key="home", customer_id=sara.pk, reward_id=payment.pk, at=NOON, points=600)
    code, ali = {"text": one.shown, "store": "RUH-1"}, make_customer("2", name="Ali")
    assert "data-use" not in till.send("check", **code)[1]["html"]
    assert "It pays more" in till.send("check", **code, amount="20")[1]["html"]
    assert 'data-use="pay"' in till.send("check", **code, amount="100")[1]["html"]

    for told, refused in (
        ({"customer": sara.uuid, "amount": "20"}, "reward_step"),
        ({"customer": ali.uuid, "amount": "100"}, "redemption_missing"),
    ):
        assert till.do("earn", **told, code=one.shown)[1]["code"] == refused
    assert till.do("code", code=one.shown)[0] == 422  # only with its bill
    assert till.do("earn", customer=sara.uuid, amount="100", code=one.shown)[0] == 201

    assert [each["points"] for each in list_told("Points Awarded")] == [7, 7]
    assert hold()["1"] == [1_000 - 600 + 14, 0, 0]
    till.do("undo", deed=Deed.objects.get().uuid)
    assert (hold()["1"], check_books()) == ([1_000, 0, 0], [])
