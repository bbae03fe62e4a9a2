"""The demo's club: for two months whoever bought is a member; with levels, rewards, a stamp card, vouchers and gift cards.

Made by the rooms' actions in sets, and told to nobody: nobody in the demo is to get a mail. Who redeemed what is decided by
what they have, so the same shop has the same club.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from msgspec.structs import replace

from wafaa.act.points.actions import capture_hold, make_unit
from wafaa.act.points.models import Wallet
from wafaa.act.vouchers.actions import Greeting, hold_on_card, issue_card, make_pool, request_codes
from wafaa.act.vouchers.models import Pool
from wafaa.act.vouchers.rules import Kind as VoucherKind
from wafaa.act.vouchers.rules import Terms as VoucherTerms
from wafaa.decide.loyalty.actions import make_programme, publish, reckon_orders, save_draft
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries import find_draft
from wafaa.decide.loyalty.rules import Effect
from wafaa.decide.loyalty.rules.content import Content, Earn, read_content, write_content
from wafaa.decide.loyalty.rules.presets import LEVELS, UNITS
from wafaa.decide.rewards.actions import confirm, make_reward, place, set_state, take_back
from wafaa.decide.rewards.errors import RewardRefused
from wafaa.decide.rewards.models import Reward
from wafaa.decide.rewards.rules import Kind, Returning, State
from wafaa.decide.rewards.rules.terms import Money, Terms
from wafaa.decide.tiers.actions import place_members
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order
from wafaa.run.demo.catalogue import CUPS, DRINKS, PRODUCTS
from wafaa.run.demo.events import SOURCE
from wafaa.run.demo.shop import CURRENCY, Shop

NAME: Final = {"ar": "نادي نجد", "en": "Najd Club"}
# Two months: long enough that the first points can be used, short enough that the first start stays short.
DAYS: Final = 60
GOLD: Final = f"{LEVELS}:gold"
STAMPS: Final = 8
MONTH: Final = 30 * 24 * 60  # minutes
MUG: Final = next(one for one in PRODUCTS if one.category == CUPS and "Ceramic mug" in one.name)
DRINK: Final = Terms(
    name={"ar": "مشروب مجاني", "en": "A free drink"},
    text={"ar": "ثمانية أختام، ومشروبك التالي علينا.", "en": "Eight stamps, and your next drink is on us."},
    kind=Kind.EXPERIENCE,
    unit="stamps",
    points=STAMPS,
    keeps=MONTH,
)
OFFERED: Final = (
    Terms(
        name={"ar": "ادفع بنقاطك", "en": "Pay with your points"},
        text={
            "ar": "كل مئة نقطة بخمسة ريالات من فاتورتك.",
            "en": "Each hundred points take five riyals off your bill.",
        },
        kind=Kind.PAYMENT,
        points=100,
        returning=Returning.SHARE,
    ),
    DRINK,
    Terms(
        name={"ar": "كوب سيراميك", "en": "A ceramic mug"},
        text={"ar": "لأعضاء المستوى الذهبي.", "en": "For members of the gold level."},
        kind=Kind.PRODUCT,
        sku=MUG.sku,
        points=300,
        tiers=[GOLD],
        moneys={CURRENCY: Money(value=MUG.price_minor)},
        stock=40,
        keeps=MONTH,
    ),
)
# How many were redeemed of these lately, and what became of the last ones.
USED, WAITING, TAKEN_BACK = 12, 3, 1
LOOKED_AT: Final = 100
CARDS_MINOR: Final = (10_000, 20_000, 5_000, 50_000, 10_000)
CARD_USED_MINOR: Final = 3_850
CODES: Final = 200


@transaction.atomic
def open_club(shop: Shop) -> bool:
    """Whether it was made now; where any programme stands nothing is touched."""
    if Programme.objects.exists():
        return False
    end = max(order.at for order in shop.orders)
    begin = end - timedelta(days=DAYS)
    with clock.fixed_at(begin):
        programme = _open_programme()
        rewards = _offer_rewards(programme)
        _make_vouchers()
    with clock.fixed_at(end):
        _earn(begin)
        _redeem(rewards, end)
        _issue_cards()
    return True


def _open_programme() -> Programme:
    """The preset for shops, with a stamp for each drink; levels look at the year before, too."""
    programme = make_programme(name=NAME, by=None, preset="retail")
    draft = find_draft(programme)
    assert draft is not None  # a programme begins with one
    stamps = UNITS["stamps"]
    make_unit(code="stamps", name=stamps.name, kind=stamps.kind)
    content = _add_to(read_content(draft.content))
    save_draft(programme=programme, content=write_content(content), by=None)
    publish(programme=programme, by=None)
    programme.refresh_from_db()
    return programme


def _add_to(content: Content) -> Content:
    stamp = Earn(
        id=max(rule.id for rule in content.rules) + 1,
        name={"ar": "ختم على كل مشروب", "en": "A stamp for each drink"},
        unit="stamps",
        effect=Effect.PIECE,
        points=1,
        categories=[DRINKS],
        lives="P6M",
        lives_to="month",
    )
    sets = [replace(one, counts_past=True) for one in content.tier_sets]
    return replace(content, rules=[*content.rules, stamp], tier_sets=sets)


def _offer_rewards(programme: Programme) -> list[Reward]:
    """Those of the preset, and ours."""
    for ready in Reward.objects.filter(programme=programme).order_by("ordinal", "id"):
        set_state(reward=ready, state=State.LIVE, by=None)
    made = [make_reward(programme=programme, terms=one, state=State.LIVE, by=None) for one in OFFERED]
    off = Reward.objects.filter(programme=programme, kind=Kind.AMOUNT).order_by("points")[0]
    return [off, made[1]]


def _make_vouchers() -> Pool:
    pool = make_pool(
        name={"ar": "ترحيب الخريف", "en": "Autumn welcome"},
        terms=VoucherTerms(
            kind=VoucherKind.PERCENT, currency=CURRENCY, share_bp=1_000, cap_minor=5_000, minimum_minor=10_000
        ),
        pattern="NAJD-####-##",
        by=None,
    )
    request_codes(key="demo:autumn", pool=pool, count=CODES, by=None)
    return pool


def _earn(begin: datetime) -> None:
    orders = Order.objects.filter(source=SOURCE, ordered_at__gte=begin, customer__isnull=False)
    reckon_orders(
        order_ids=list(orders.order_by("ordered_at", "id").values_list("pk", flat=True)), tells=False
    )
    place_members()


def _redeem(rewards: list[Reward], end: datetime) -> None:
    """Of each so many who have the most: used in the last days, one of them given back, and some that wait to be used."""
    for reward in rewards:
        made = 0
        for customer_id in _list_richest(reward.unit_id):
            if made == USED + WAITING:
                break
            at = end - timedelta(hours=7 * (USED + WAITING - made))
            made += _redeem_one(reward, customer_id, at, number=made)


def _list_richest(unit_id: int) -> list[int]:
    found = Wallet.objects.filter(unit=unit_id, customer__isnull=False).exclude(active=0, pending=0)
    rows = found.values_list("customer", "customer__external_id", "active", "pending")
    richest = sorted(rows, key=lambda row: (-row[2] - row[3], row[1]))[:LOOKED_AT]
    return [customer_id for customer_id, *_rest in richest if customer_id is not None]


def _redeem_one(reward: Reward, customer_id: int, at: datetime, *, number: int) -> bool:
    """False for one whose points cannot be used yet."""
    key: dict[str, Any] = {"key": f"demo:{reward.pk}:{number}", "at": at}
    with clock.fixed_at(at):
        try:
            one = place(customer_id=customer_id, reward_id=reward.pk, **key)
        except RewardRefused:
            return False
        if number < USED:
            confirm(redemption_id=one.pk, **key)
        if number < TAKEN_BACK:
            key["key"] += ":back"
            take_back(redemption_id=one.pk, reason="أُرجع الطلب · The order came back", **key)
    return True


def _issue_cards() -> None:
    """One of them was used for a bill."""
    people = list(Customer.objects.filter(source=SOURCE).exclude(name="").order_by("external_id")[:2])
    for number, minor in enumerate(CARDS_MINOR):
        who = people[number] if number < len(people) else None
        greeting = Greeting(customer_id=who.pk, recipient=who.name, language=who.language) if who else None
        card = issue_card(key=f"demo:{number}", amount_minor=minor, currency=CURRENCY, greeting=greeting)
        if number == 0:
            held = hold_on_card(key="demo:used", code=card.text, amount_minor=CARD_USED_MINOR, seconds=60)
            capture_hold(key="demo:used:capture", hold=held.uuid, at=clock.now())
