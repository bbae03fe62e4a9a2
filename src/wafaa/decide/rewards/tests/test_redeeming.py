"""A reward is placed, confirmed, given up or times out, each once; what was redeemed keeps its terms."""

from datetime import timedelta

import pytest
from tests.build import NOON, make_customer

from wafaa.act.points.checking import check_books
from wafaa.act.points.queries import get_balance
from wafaa.act.vouchers.models import GiftCard
from wafaa.decide.loyalty.rules import State as ProgrammeState
from wafaa.decide.rewards.actions import cancel, change_reward, confirm, end_late, place, set_state, take_back
from wafaa.decide.rewards.errors import (
    REFUSALS,
    GiftFixed,
    GiftUsed,
    KeyReused,
    RedemptionOver,
    TermsWrong,
    TooMuchBack,
)
from wafaa.decide.rewards.models import Redemption, Stock
from wafaa.decide.rewards.queries import find_redemption, find_state, list_offers
from wafaa.decide.rewards.rules import Kind, Reason, Span, Standing, State
from wafaa.decide.rewards.rules.terms import Money
from wafaa.decide.rewards.tests.build import (
    DAY,
    MINUTE,
    assert_stock_is_true,
    count,
    give_points,
    make_amount_off,
    make_card,
    make_club,
    make_code,
    make_member,
    make_offer,
    make_terms,
    redeem,
    use_code,
)
from wafaa.kit import clock
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books():
    """Whatever a test does, the books agree afterwards."""
    with clock.fixed_at(NOON):
        yield
    assert check_books() == []


@pytest.fixture
def club():
    return make_club()


@pytest.fixture
def member(club):
    return make_member(club)


def test_points_are_held_then_spent_and_the_member_shows_a_code(club, member):
    mug = make_offer(club, stock=3)
    placed = place(key="p", customer_id=member, reward_id=mug.pk, at=NOON, store="R1")
    assert (count(member), placed.standing, placed.ends_at) == ((60, 40), Standing.PLACED, NOON + DAY)
    assert find_redemption(placed.shown.lower().replace("-", " ")) == placed

    done = confirm(key="c", redemption_id=placed.pk, at=NOON + MINUTE)
    assert (count(member), done.standing, done.store) == ((60, 0), Standing.CONFIRMED, "R1")
    assert_stock_is_true(mug, 3)
    (told,) = [one.properties for one in Event.objects.filter(name="Reward Redeemed")]
    assert (told["points"], told["reward"], told["unit"]) == (40, "Mug", "points")


def test_each_deed_is_done_once_for_its_key_and_another_body_is_refused(club, member):
    mug = make_offer(club, stock=3)
    once = [place(key="p", customer_id=member, reward_id=mug.pk, at=NOON) for _ in range(2)]
    assert once[0] == once[1]
    with pytest.raises(KeyReused):
        place(key="p", customer_id=member, reward_id=make_offer(club).pk, at=NOON)
    for _ in range(2):
        confirm(key="c", redemption_id=once[0].pk, at=NOON)
    with pytest.raises(RedemptionOver):
        confirm(key="other", redemption_id=once[0].pk, at=NOON)
    with pytest.raises(RedemptionOver):
        cancel(key="c", redemption_id=once[0].pk, at=NOON)
    for _ in range(2):
        assert take_back(key="b", redemption_id=once[0].pk, amount=15, at=NOON).returned == 15
    with pytest.raises(KeyReused):
        take_back(key="b", redemption_id=once[0].pk, amount=16, at=NOON)
    assert count(member) == (75, 0)
    assert_stock_is_true(mug, 3)


def test_given_up_or_timed_out_everything_is_back(club, member):
    mug = make_offer(club, stock=2)
    first = place(key="1", customer_id=member, reward_id=mug.pk, at=NOON)
    second = place(key="2", customer_id=member, reward_id=mug.pk, at=NOON, ends_in=10 * MINUTE)
    cancel(key="1", redemption_id=first.pk, at=NOON, reason="changed my mind")
    assert (count(member), Stock.objects.get().remaining) == ((60, 40), 1)
    assert end_late(at=NOON + 9 * MINUTE) == 0
    assert end_late(at=NOON + 10 * MINUTE) == 1
    assert end_late(at=NOON + 10 * MINUTE) == 0
    second.refresh_from_db()
    assert (count(member), second.standing, Stock.objects.get().remaining) == (
        (100, 0),
        Standing.TIMED_OUT,
        2,
    )


def test_whoever_wants_the_last_one_gets_what_another_let_time_out(club, member):
    mug = make_offer(club, stock=1)
    late = place(key="1", customer_id=member, reward_id=mug.pk, at=NOON, ends_in=MINUTE)
    other = make_member(club, "2")
    with pytest.raises(REFUSALS[Reason.SOLD_OUT]):
        place(key="2", customer_id=other, reward_id=mug.pk, at=NOON)
    assert place(key="2", customer_id=other, reward_id=mug.pk, at=NOON + MINUTE).standing is Standing.PLACED
    with pytest.raises(RedemptionOver):  # and the late one finds nothing
        confirm(key="late", redemption_id=late.pk, at=NOON + 2 * MINUTE)
    assert count(member) == (100, 0)


def test_what_is_sold_out_costs_one_question_but_whoever_had_it_is_told_so(
    club, member, django_assert_num_queries
):
    reward = make_offer(club, stock=1)
    placed = place(key="last", customer_id=member, reward_id=reward.pk, at=NOON)
    with django_assert_num_queries(0), pytest.raises(REFUSALS[Reason.SOLD_OUT]):  # but for the prepared one
        place(key="late", customer_id=member, reward_id=reward.pk, at=NOON)
    assert place(key="last", customer_id=member, reward_id=reward.pk, at=NOON) == placed
    with pytest.raises(REFUSALS[Reason.NOT_MEMBER]):
        place(key="other", customer_id=make_customer("9").pk, reward_id=reward.pk, at=NOON)
    elsewhere = make_offer(club, stock=0, stores=["R2"])
    for store, reason in (("R1", Reason.STORE), ("R2", Reason.SOLD_OUT), ("", Reason.SOLD_OUT)):
        with pytest.raises(REFUSALS[reason]):
            place(key="late", customer_id=member, reward_id=elsewhere.pk, at=NOON, store=store)
    type(club).objects.update(state=ProgrammeState.DRAFT)
    with pytest.raises(REFUSALS[Reason.NOT_LIVE]):
        place(key="late", customer_id=member, reward_id=reward.pk, at=NOON)


def test_nothing_is_offered_to_nobody_without_reading_members_who_were_erased(
    club, member, django_assert_max_num_queries
):
    make_offer(club)
    with django_assert_max_num_queries(20) as asked:
        (offer,) = list_offers(customer_id=None, at=NOON)
    assert [one.reason for one in offer.reasons] == [Reason.NOT_MEMBER, Reason.POINTS]
    assert not any("decide_loyalty_member" in one["sql"] for one in asked.captured_queries)


@pytest.mark.parametrize("is_swept", [True, False])
def test_who_comes_late_has_it_while_there_is_one(club, member, is_swept):
    mug = make_offer(club, stock=1, member_limits={Span.EVER: 1})
    placed = place(key="1", customer_id=member, reward_id=mug.pk, at=NOON, ends_in=MINUTE)
    if is_swept:
        end_late(at=NOON + MINUTE)
    assert confirm(key="1", redemption_id=placed.pk, at=NOON + DAY).standing is Standing.CONFIRMED
    assert count(member) == (60, 0)
    assert_stock_is_true(mug, 1)


def test_what_was_redeemed_keeps_its_terms(club, member):
    off = make_amount_off(club)
    placed = place(key="p", customer_id=member, reward_id=off.pk, at=NOON)
    dearer = make_terms(
        kind=Kind.AMOUNT, sku="", points=900, moneys={"SAR": Money(value=1)}, name={"en": "Other"}
    )
    change_reward(reward=off, terms=dearer, by=None)
    with pytest.raises(GiftFixed):
        change_reward(reward=off, terms=make_terms(), by=None)
    done = confirm(key="c", redemption_id=placed.pk, at=NOON)
    assert (done.points, done.value_minor, done.say_name("ar")) == (100, 500, "كوب")


@pytest.mark.parametrize(
    ("changes", "reason", "facts"),
    [
        ({"points": 130}, Reason.POINTS, {"missing": 30}),
        ({"tiers": ["club:gold"]}, Reason.TIER, {"tiers": ["club:gold"]}),
        ({"stores": ["R2"]}, Reason.STORE, {}),
        ({"starts_at": NOON + DAY}, Reason.NOT_STARTED, {"at": NOON + DAY}),
        ({"ends_at": NOON}, Reason.OVER, {}),
        ({"stock": 0}, Reason.SOLD_OUT, {}),
        ({"moneys": {"KWD": Money(price=5)}}, Reason.CURRENCY, {}),
        ({"moneys": {"SAR": Money(minimum=900)}}, Reason.MINIMUM, {"missing": 100, "currency": "SAR"}),
    ],
)
def test_each_refusal_has_a_reason_and_says_what_is_missing(club, member, changes, reason, facts):
    reward = make_offer(club, **changes)
    (offer,) = list_offers(customer_id=member, at=NOON, store="R1", cart_minor=800)
    assert [(one.reason, one.facts) for one in offer.reasons] == [(reason, facts)]
    with pytest.raises(REFUSALS[reason]) as refused:
        place(key="p", customer_id=member, reward_id=reward.pk, at=NOON, store="R1", cart_minor=800)
    assert str(refused.value)
    assert Redemption.objects.count() == 0
    assert count(member) == (100, 0)


def test_limits_count_by_the_calendar_and_what_came_back_is_free_again(club, member):
    mug = make_offer(club, points=10, member_limits={Span.DAY: 1, Span.MONTH: 2}, limits={Span.DAY: 2})
    first = redeem(member, mug)
    with pytest.raises(REFUSALS[Reason.MEMBER_LIMIT]):
        redeem(member, mug, at=NOON + MINUTE)
    take_back(key="b", redemption_id=first.pk, at=NOON)
    redeem(member, mug, at=NOON + MINUTE)
    redeem(make_member(club, "2"), mug)
    with pytest.raises(REFUSALS[Reason.LIMIT]):
        redeem(make_member(club, "3"), mug)
    tomorrow = NOON + 9 * timedelta(hours=1)  # in Riyadh
    redeem(member, mug, at=tomorrow)
    with pytest.raises(REFUSALS[Reason.MEMBER_LIMIT]):
        redeem(member, mug, at=tomorrow + DAY)


def test_strangers_drafts_and_what_is_withdrawn_are_refused(club, member):
    mug = make_offer(club, state=State.DRAFT)
    with pytest.raises(REFUSALS[Reason.NOT_LIVE]):
        redeem(member, mug)
    set_state(reward=mug, state=State.LIVE, by=None)
    stranger = make_member(make_club(), "2")
    with pytest.raises(REFUSALS[Reason.NOT_MEMBER]):
        redeem(stranger, mug)
    placed = place(key="p", customer_id=member, reward_id=mug.pk, at=NOON)
    set_state(reward=mug, state=State.WITHDRAWN, by=None)
    mug.refresh_from_db()
    mug.programme.state = ProgrammeState.DRAFT
    assert find_state(mug) is State.WITHDRAWN
    assert confirm(key="p", redemption_id=placed.pk, at=NOON).standing is Standing.CONFIRMED


def test_a_code_of_a_pool_is_given_and_withdrawn_while_it_is_unused(club, member):
    five = make_code(club)
    first, second = redeem(member, five), redeem(member, five)
    assert first.voucher.customer_id == member
    assert take_back(key="b", redemption_id=first.pk, at=NOON).voucher.is_withdrawn
    use_code(second)
    with pytest.raises(GiftUsed):
        take_back(key="b2", redemption_id=second.pk, at=NOON)
    assert count(member) == (60, 0)


def test_a_gift_card_is_made_and_emptied_again(club, member):
    done = redeem(member, make_card(club))
    assert get_balance(done.card.wallet_id, NOON).available == 2_500
    take_back(key="b", redemption_id=done.pk, at=NOON)
    assert get_balance(done.card.wallet_id, NOON).available == 0
    assert GiftCard.objects.get().is_blocked
    assert count(member) == (100, 0)


def test_taken_back_in_parts_never_more_than_was_spent_and_into_the_same_lots(club, member):
    give_points(member, 50, ends=NOON + DAY)
    mug = make_offer(club, points=120, stock=1)
    done = redeem(member, mug)
    assert count(member) == (30, 0)  # what ends soonest was spent first
    take_back(key="1", redemption_id=done.pk, amount=100, at=NOON)
    with pytest.raises(TooMuchBack):
        take_back(key="2", redemption_id=done.pk, amount=21, at=NOON)
    assert take_back(key="3", redemption_id=done.pk, at=NOON).standing is Standing.RETURNED
    assert count(member) == (150, 0)
    assert count(member, at=NOON + 2 * DAY) == (100, 0)
    assert Stock.objects.get().remaining == 1
    with pytest.raises(RedemptionOver):
        take_back(key="4", redemption_id=done.pk, at=NOON)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": {}},
        {"points": 0},
        {"unit": "moons"},
        {"kind": Kind.AMOUNT},
        {"kind": Kind.CODE},
        {"starts_at": NOON, "ends_at": NOON},
        {"limits": {Span.DAY: 0}},
    ],
)
def test_a_reward_that_makes_no_sense_is_refused(club, wrong):
    with pytest.raises(TermsWrong):
        make_offer(club, **wrong)
