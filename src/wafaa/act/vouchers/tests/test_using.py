"""Held, redeemed, released, taken back: each once for its key, and the counters true after every step."""

import pytest

from wafaa.act.vouchers.actions import (
    ask_for,
    change_pool,
    free_late,
    give_code,
    pause_pool,
    redeem,
    redeem_reserved,
    release,
    reserve,
    resume_pool,
    roll_back,
    withdraw_code,
)
from wafaa.act.vouchers.errors import (
    REFUSALS,
    CartNeeded,
    KeyReused,
    KeyWrong,
    LimitTooLow,
    TooMuchBack,
    UseOver,
)
from wafaa.act.vouchers.models import Code, CustomerCount, Pool, Use
from wafaa.act.vouchers.rules import Kind, Reason, UseState
from wafaa.act.vouchers.tests.build import (
    DAY,
    MINUTE,
    NOON,
    list_untrue_counters,
    make_buyer,
    make_cart,
    make_line,
    make_terms,
    make_vouchers,
)
from wafaa.kit import clock
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
CART = make_cart()


@pytest.fixture(autouse=True)
def noon():
    with clock.fixed_at(NOON):
        yield
    assert list_untrue_counters() == []


def refuses(reason):
    return pytest.raises(REFUSALS[reason])


def list_told():
    return [
        (one.name, one.properties)
        for one in Event.objects.filter(name__startswith="Voucher").order_by("position")
    ]


def test_a_code_is_redeemed_once_however_it_is_typed():
    make_vouchers("Save-20")

    used = redeem(key="order-1", code="save ٢٠", cart=CART, order_ref="1001")

    assert (used.use.state, used.amount_minor, used.use.order_ref, used.is_replay) == (
        "redeemed",
        2_000,
        "1001",
        False,
    )
    again = redeem(key="order-1", code="SAVE20", cart=CART, order_ref="1001")
    assert (again.use.pk, again.amount_minor, again.is_replay) == (used.use.pk, 2_000, True)
    with pytest.raises(KeyReused):
        redeem(key="order-1", code="SAVE20", cart=CART, order_ref="1002")
    with pytest.raises(KeyReused):
        reserve(key="order-1", code="SAVE20", cart=CART, order_ref="1001")
    with refuses(Reason.CODE_USED_UP):
        redeem(key="order-2", code="SAVE20", cart=CART)
    assert Use.objects.count() == 1


def test_a_refusal_uses_no_key():
    pool = make_vouchers("SAVE20")
    pause_pool(pool=pool, by=None)
    with refuses(Reason.PAUSED):
        redeem(key="k", code="SAVE20", cart=CART)

    resume_pool(pool=pool, by=None)

    assert redeem(key="k", code="SAVE20", cart=CART).is_replay is False


def test_what_is_held_is_redeemed_by_another_cart_or_released():
    make_vouchers("SAVE20", kind=Kind.PERCENT, share_bp=1_000, code_uses_max=2)
    held = reserve(key="hold", code="SAVE20", cart=CART, seconds=600)
    assert (held.use.state, held.use.ends_at, held.amount_minor) == ("reserved", NOON + 10 * MINUTE, 1_000)

    used = redeem_reserved(key="pay", use=held.use.uuid, cart=make_cart(20_000), order_ref="1001")

    assert (used.use.state, used.amount_minor, used.use.order_ref) == ("redeemed", 2_000, "1001")
    assert redeem_reserved(key="pay", use=held.use.uuid, cart=make_cart(20_000), order_ref="1001").is_replay
    with pytest.raises(UseOver):
        redeem_reserved(key="pay-2", use=held.use.uuid)
    with pytest.raises(UseOver):
        release(key="let-go", use=held.use.uuid)
    other = reserve(key="hold-2", code="SAVE20", cart=CART)
    assert release(key="let-go", use=other.use.uuid).use.state == "released"
    assert release(key="let-go", use=other.use.uuid).is_replay
    assert Code.objects.get().uses == 1


def test_the_place_of_who_never_came_back_is_free_at_once():
    make_vouchers("SAVE20", uses_max=1)
    held = reserve(key="a", code="SAVE20", cart=CART, seconds=60)
    with refuses(Reason.CODE_USED_UP):
        reserve(key="b", code="SAVE20", cart=CART)

    with clock.fixed_at(NOON + MINUTE):
        assert ask_for(code="SAVE20", cart=CART)[1].is_valid
        reserve(key="b", code="SAVE20", cart=CART)
        held.use.refresh_from_db()
        assert held.use.state == UseState.TIMED_OUT
        with refuses(Reason.CODE_USED_UP):
            redeem_reserved(key="late", use=held.use.uuid)


def test_who_pays_slowly_pays_while_there_is_a_place():
    make_vouchers("SAVE20", "SAVE21")
    held = reserve(key="a", code="SAVE20", cart=CART, seconds=60)
    other = reserve(key="b", code="SAVE21", cart=CART, seconds=60)
    with clock.fixed_at(NOON + DAY):
        assert redeem_reserved(key="c", use=held.use.uuid).use.state == "redeemed"
        assert free_late() == 1
        assert free_late() == 0
        assert redeem_reserved(key="d", use=other.use.uuid).use.state == "redeemed"


def test_money_is_taken_back_in_parts_and_the_place_with_the_last():
    make_vouchers("SAVE20")
    used = redeem(key="a", code="SAVE20", cart=CART).use

    part = roll_back(key="refund-1", use=used.uuid, amount_minor=500)
    assert (part.amount_minor, part.use.returned_minor, part.use.state) == (500, 500, "redeemed")
    assert roll_back(key="refund-1", use=used.uuid, amount_minor=500).is_replay
    with pytest.raises(KeyReused):
        roll_back(key="refund-1", use=used.uuid, amount_minor=501)
    with pytest.raises(TooMuchBack):
        roll_back(key="refund-2", use=used.uuid, amount_minor=1_501)
    assert Code.objects.get().uses == 1

    rest = roll_back(key="refund-2", use=used.uuid)
    assert (rest.amount_minor, rest.use.returned_minor, rest.use.state) == (1_500, 2_000, "rolled_back")
    with pytest.raises(UseOver):
        roll_back(key="refund-3", use=used.uuid)
    redeem(key="b", code="SAVE20", cart=CART)


def test_free_shipping_is_taken_back_whole():
    make_vouchers("SHIP", kind=Kind.SHIPPING)
    used = redeem(key="a", code="SHIP", cart=make_cart(shipping_minor=1_500)).use

    assert roll_back(key="b", use=used.uuid).use.state == "rolled_back"


def test_each_customer_as_often_as_one_may_whichever_code():
    make_vouchers("A1", "A2", "A3", customer_uses_max=2)
    one, other = make_buyer("C1"), make_buyer("C2")
    with refuses(Reason.CUSTOMER_NEEDED):
        redeem(key="x", code="A1", cart=CART)
    first = redeem(key="a", code="A1", cart=CART, customer_id=one)
    redeem(key="b", code="A2", cart=CART, customer_id=one)
    with refuses(Reason.CUSTOMER_USED_UP):
        redeem(key="c", code="A3", cart=CART, customer_id=one)

    roll_back(key="d", use=first.use.uuid)

    redeem(key="c", code="A3", cart=CART, customer_id=one)
    redeem(key="e", code="A1", cart=CART, customer_id=other)
    assert sorted(CustomerCount.objects.values_list("uses", flat=True)) == [1, 2]


def test_limits_that_are_set_later_count_what_was_used_before():
    pool = make_vouchers("A1", "A2", "A3")
    one = make_buyer()
    redeem(key="a", code="A1", cart=CART, customer_id=one)
    redeem(key="b", code="A2", cart=CART, customer_id=one)
    with pytest.raises(LimitTooLow):
        change_pool(pool=pool, name=pool.name, terms=make_terms(uses_max=1), by=None)

    change_pool(pool=pool, name=pool.name, terms=make_terms(uses_max=2, customer_uses_max=5), by=None)
    with refuses(Reason.POOL_USED_UP):
        redeem(key="c", code="A3", cart=CART, customer_id=one)
    assert CustomerCount.objects.get().uses == 2
    change_pool(pool=pool, name=pool.name, terms=make_terms(amount_minor=9), by=None)
    assert redeem(key="c", code="A3", cart=CART).amount_minor == 2_000  # what it gives never changes
    assert Pool.objects.get().uses == CustomerCount.objects.count() == 0


def test_a_personal_code_is_for_one_customer():
    pool = make_vouchers(pattern="BDAY-####-##")
    one, other = make_buyer("C1"), make_buyer("C2")

    code = give_code(key="birthday-2026", pool=pool, customer_id=one)

    assert give_code(key="birthday-2026", pool=pool, customer_id=one) == code
    with pytest.raises(KeyReused):
        give_code(key="birthday-2026", pool=pool, customer_id=other)
    assert (code.shown[:5], code.shown.count("-")) == ("BDAY-", 2)
    with refuses(Reason.OTHER_CUSTOMER):
        redeem(key="a", code=code.text, cart=CART, customer_id=other)
    with refuses(Reason.CUSTOMER_NEEDED):
        redeem(key="a", code=code.text, cart=CART)
    redeem(key="a", code=code.text, cart=CART, customer_id=one, order_ref="1001")
    assert [name for name, _told in list_told()] == ["Voucher Given", "Voucher Redeemed"]
    assert list_told()[1][1] | {"use_id": ""} == {
        "use_id": "",
        "order_id": "1001",
        "code": code.shown,
        "pool_id": str(pool.uuid),
        "pool": "Welcome",
        "amount": "20.00",
        "currency": "SAR",
    }


def test_a_list_gives_its_codes_away_one_after_the_other():
    pool = make_vouchers("A1", "A2")

    given = {give_code(key=f"k{number}", pool=pool, customer_id=make_buyer()).text for number in range(2)}

    assert given == {"A1", "A2"}


def test_what_is_wrong_with_a_code_is_told():
    pool = make_vouchers("SAVE20", pattern="SUMMER-####-####")
    for typed, reason in (
        ("nonsense", Reason.UNKNOWN),
        ("summer-3479-3479", Reason.MISTYPED),
        ("", Reason.UNKNOWN),
    ):
        assert [one.reason for one in ask_for(code=typed)[1].refusals] == [reason]
    withdraw_code(code=Code.objects.get(pool=pool), by=None)
    with refuses(Reason.WITHDRAWN) as caught:
        redeem(key="a", code="SAVE20", cart=CART)
    assert "withdrawn" in str(caught.value) or "سُحب" in str(caught.value)
    with pytest.raises(KeyWrong):
        redeem(key="", code="SAVE20", cart=CART)


def test_what_depends_on_the_cart_needs_one():
    make_vouchers("SAVE20", "MUG", kind=Kind.PRODUCT, sku="MUG")

    with pytest.raises(CartNeeded):
        redeem(key="a", code="MUG")
    assert redeem(key="a", code="MUG", cart=make_cart(0, make_line("MUG", 900))).amount_minor == 900
