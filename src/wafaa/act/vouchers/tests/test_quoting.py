"""What a code gives for a cart, and every reason for which it gives nothing, in both languages."""

from decimal import Decimal

import pytest

from wafaa.act.vouchers.rules import Kind, Reason, Refusal, check_terms, quote
from wafaa.act.vouchers.rules.quoting import Standing
from wafaa.act.vouchers.tests.build import DAY, NOON, make_cart, make_line, make_terms
from wafaa.act.vouchers.words import say_both, say_help, say_pool, say_reason, say_short

pytestmark = pytest.mark.django_db
ANYBODY = Standing(has_customer=True)
PERCENT = {"kind": Kind.PERCENT, "amount_minor": 0}
CART = make_cart(
    0, make_line("MUG", 3_333, category="cups"), make_line("TEA", 6_667, quantity="3"), shipping_minor=1_500
)


@pytest.mark.parametrize(
    ("terms", "given"),
    [
        ({}, 2_000),
        ({"amount_minor": 99_999}, 10_000),  # never more than the cart
        ({"skus": ("MUG",), "amount_minor": 9_000}, 3_333),
        ({**PERCENT, "share_bp": 1_250}, 1_250),
        ({**PERCENT, "share_bp": 1_500, "categories": ("cups",)}, 500),  # 499.95
        ({**PERCENT, "share_bp": 5_000, "cap_minor": 4_000}, 4_000),
        ({"kind": Kind.PRODUCT, "sku": "TEA"}, 2_222),  # a third of 66.67
        ({"kind": Kind.SHIPPING}, 1_500),
        ({"kind": Kind.SHIPPING, "cap_minor": 1_000}, 1_000),
        ({"kind": Kind.GIFT, "amount_minor": 5_000}, 5_000),
    ],
)
def test_what_it_gives(terms, given):
    assert quote(make_terms(**terms), ANYBODY, CART, NOON).given_minor == given


def test_without_a_cart_only_what_needs_none_is_known():
    assert quote(make_terms(), ANYBODY, None, NOON).given_minor is None
    assert quote(make_terms(kind=Kind.GIFT), ANYBODY, None, NOON).given_minor == 2_000


REFUSED = [
    (Reason.WITHDRAWN, {}, {"is_withdrawn": True}, "Ask the shop"),
    (Reason.PAUSED, {}, {"is_paused": True}, "later"),
    (Reason.NOT_STARTED, {"starts_at": NOON + DAY}, {}, "23 November 2026"),
    (Reason.EXPIRED, {"ends_at": NOON}, {}, "22 November 2026"),
    (Reason.CUSTOMER_NEEDED, {"customer_uses_max": 1}, {"has_customer": False}, "who you are"),
    (Reason.OTHER_CUSTOMER, {}, {"is_personal": True}, "person"),
    (Reason.CODE_USED_UP, {}, {"code_left": 0}, "Another code"),
    (Reason.POOL_USED_UP, {}, {"pool_left": 0}, "Another code"),
    (Reason.CUSTOMER_USED_UP, {}, {"customer_left": 0}, "Another code"),
    (Reason.WRONG_CURRENCY, {"currency": "KWD"}, {}, "KWD"),
    (Reason.WRONG_STORE, {"stores": ("RUH-1",)}, {}, "RUH-1"),
    (Reason.WRONG_CHANNEL, {"channels": ("app",)}, {}, "App"),
    (Reason.MINIMUM_NOT_REACHED, {"minimum_minor": 15_050}, {}, "50.50"),
    (Reason.WRONG_PRODUCTS, {"skus": ("POT",)}, {}, "POT"),
    (Reason.PRODUCT_MISSING, {"kind": Kind.PRODUCT, "sku": "POT"}, {}, "POT"),
    (Reason.NO_SHIPPING, {"kind": Kind.SHIPPING}, {}, "sent to you"),
]


@pytest.mark.parametrize(
    ("reason", "terms", "standing", "helps"), REFUSED, ids=[str(one[0]) for one in REFUSED]
)
def test_every_refusal_says_why_and_what_helps(reason, terms, standing, helps):
    cart = make_cart(0, make_line("MUG", 10_000))
    quoted = quote(make_terms(**terms), Standing(**{"has_customer": True, **standing}), cart, NOON)

    assert [one.reason for one in quoted.refusals] == [reason]
    assert quoted.given_minor is None
    assert helps in say_both(say_help, quoted.refusals[0])["en"].replace("\u2068", "").replace("\u2069", "")


def test_all_reasons_are_told_at_once():
    terms = make_terms(ends_at=NOON, minimum_minor=20_000, stores=("RUH-1",))

    quoted = quote(terms, Standing(code_left=0), CART, NOON)

    assert [one.reason for one in quoted.refusals] == [
        Reason.EXPIRED,
        Reason.CODE_USED_UP,
        Reason.WRONG_STORE,
        Reason.MINIMUM_NOT_REACHED,
    ]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words(reason):
    facts = {"at": NOON, "names": ("A",), "currency": "SAR", "missing_minor": 1, "minimum_minor": 2}
    told = say_both(say_reason, Refusal(reason=reason, facts=facts))

    assert told["en"]
    assert "%(" not in say_both(say_help, Refusal(reason=reason, facts=facts))["en"]


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"amount_minor": 0}, "amount_minor"),
        ({"currency": ""}, "currency"),
        ({**PERCENT, "share_bp": 10_001}, "share_bp"),
        ({"kind": Kind.PRODUCT}, "sku"),
        ({"starts_at": NOON, "ends_at": NOON}, "ends_at"),
        ({"code_uses_max": 0}, "code_uses_max"),
        ({"minimum_minor": -1}, "minimum_minor"),
    ],
)
def test_terms_without_sense_are_named(terms, field):
    assert check_terms(make_terms(**terms)) == [field]


def test_a_pool_is_a_plain_sentence():
    terms = make_terms(
        **PERCENT, share_bp=1_050, cap_minor=5_000, minimum_minor=20_000, stores=("RUH-1",), ends_at=NOON + DAY,
        customer_uses_max=2, uses_max=500,
    )  # fmt: skip
    told = say_both(say_pool, terms)["en"].translate({0x2066: None, 0x2068: None, 0x2069: None, 0xA0: " "})

    assert told == (
        "The voucher takes 10.5% off the cart, SAR 50.00 at most. The cart has to come to SAR 200.00, without shipping. "
        "It is valid in these stores: RUH-1. It is valid until 23 November 2026 12:00. Each code can be used once. "
        "Each customer can use these vouchers 2 times. After 500 uses of all codes together it is over."
    )
    assert say_both(say_short, make_terms(kind=Kind.SHIPPING))["en"] == "Free shipping"
    assert Decimal(terms.share_bp) == 1_050
