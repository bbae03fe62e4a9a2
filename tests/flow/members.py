"""Members of a whole shop while parts of it are killed: they redeem, give back, use gift cards; and what all of it must come to.

In processes of their own beside the shop: `python -m tests.flow.members begin`, and `check FILE` with what was answered.
"""

import http.client
import json
import random
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# More in stock and on the card than any run comes to the end of: whatever is refused is a fault.
MEMBERS, STOCK, COST = 8, 10**6, 7
CARD_MINOR, HELD_MINOR = 10**9, 250
CARDS_SHARE = 0.4  # of times that a redemption is followed by the gift card
GIFT_POINTS, GIFTS = 30, 60
# A point for each riyal and a stamp for each piece; silver with the second order that stays, gold with the fifth.
CONTENT = {
    "rules": [
        {"id": 1, "effect": "money", "points": 1, "per": 100, "currency": "SAR"},
        {"id": 2, "effect": "piece", "points": 1, "unit": "stamps"},
    ],
    "tier_sets": [
        {
            "code": "levels",
            "currency": "SAR",
            "lasts": "P12M",
            "tiers": [
                {"code": "silver", "name": {"en": "Silver"}, "needs": 2 * 1250},
                {"code": "gold", "name": {"en": "Gold"}, "needs": 5 * 1250},
            ],
        }
    ],
}


def begin() -> dict[str, Any]:
    """A programme with tiers and stamps, members with points, rewards with a stock, a gift card, a gift for each first order."""
    from wafaa.access.keys.actions import create_key
    from wafaa.access.keys.rules import Scope
    from wafaa.access.staff.models import Staff
    from wafaa.act.points.actions import award, open_wallets
    from wafaa.act.vouchers.actions import issue_card, make_pool
    from wafaa.act.vouchers.rules import Kind as VoucherKind
    from wafaa.act.vouchers.rules import Terms as VoucherTerms
    from wafaa.decide.gifts import actions as gifts
    from wafaa.decide.gifts.rules import GiftKind, RuleKind
    from wafaa.decide.loyalty.actions import join, make_programme, publish, save_draft
    from wafaa.decide.rewards.actions import make_reward
    from wafaa.decide.rewards.rules import Kind, State
    from wafaa.decide.rewards.rules.terms import Terms
    from wafaa.kit import clock
    from wafaa.know.customers.actions import ensure_customers
    from wafaa.know.customers.models import Customer

    name = {"en": "Club", "ar": "النادي"}
    programme = make_programme(name=name, by=None, preset="retail")
    save_draft(programme=programme, content=CONTENT, by=None)
    publish(programme=programme, by=None)
    programme.refresh_from_db()
    owner = Staff.objects.create(email="owner@example.com", role="owner")
    budget = gifts.make_budget(
        key=uuid.uuid4(),
        name=name,
        limits={"per_month": GIFT_POINTS * GIFTS, "roles": []},
        unit=programme.unit,
        by=owner,
    )
    present = gifts.add_present(
        key=uuid.uuid4(),
        budget=budget,
        kind=GiftKind.POINTS,
        name=name,
        cost=GIFT_POINTS,
        points=GIFT_POINTS,
        by=owner,
    )
    rule = gifts.add_rule(key=uuid.uuid4(), present=present, kind=RuleKind.FIRST_ORDER, name=name, by=owner)
    gifts.turn_rule(rule=rule, is_on=True, by=owner)
    customers = ensure_customers([f"member:{number}" for number in range(MEMBERS)])
    wallets = open_wallets(unit_id=programme.unit_id, customer_ids=sorted(customers.values()))
    for customer, wallet in wallets.items():
        join(programme=programme, customer_id=customer)
        award(key=f"test:{wallet}", wallet_id=wallet, amount=100_000, at=clock.now())
    five = VoucherTerms(kind=VoucherKind.AMOUNT, currency="SAR", amount_minor=500)
    pool = make_pool(name=name, terms=five, pattern="FIVE-######", by=None)
    rewards = [
        make_reward(
            programme=programme,
            terms=Terms(name=name, kind=Kind.CODE if codes else Kind.EXPERIENCE, points=COST, stock=STOCK),
            pool=codes,
            state=State.LIVE,
            by=None,
        )
        for codes in (None, pool)
    ]
    return {
        "site": create_key(name="Site", scope=Scope.INGEST, by=None).text,
        "till": create_key(name="Till", scope=Scope.WRITE, by=None).text,
        "members": [
            str(one) for one in Customer.objects.filter(pk__in=wallets).values_list("uuid", flat=True)
        ],
        "rewards": [str(one.uuid) for one in rewards],
        "card": issue_card(key=uuid.uuid4().hex, amount_minor=CARD_MINOR, currency="SAR").shown,
    }


@dataclass
class Redeemer:
    """A till: each deed is sent until it is answered, and some of them once more though they were answered."""

    port: int
    told: dict[str, Any]
    ending: threading.Event
    seed: int
    patience_s: float
    answered: dict[str, list[Any]] = field(default_factory=dict)  # redemption -> state, points that came back
    captured_minor: int = 0
    used: list[str] = field(default_factory=list)
    deeds: int = 0
    repeats: int = 0
    failure: BaseException | None = None

    def run(self) -> None:
        self.chance = random.Random(self.seed)
        try:
            while not self.ending.is_set():
                self.redeem()
                if self.chance.random() < CARDS_SHARE:
                    self.use_card()
        except BaseException as failure:
            self.failure = failure

    def redeem(self) -> None:
        """Each reward by each way in turn."""
        number = len(self.answered)
        deed = ("capture", "take-back", "void", "")[number // 2 % 4]
        reward = self.told["rewards"][number % 2]
        body = {"customer_id": self.chance.choice(self.told["members"]), "reward_id": reward}
        placed = self.send("/redemptions", body)
        path, back = f"/redemptions/{placed['id']}", 0
        if deed == "take-back":
            self.send(f"{path}/capture", {})
            back = self.chance.choice((COST, 3)) if number % 2 == 0 else COST  # a code comes back whole
            placed = self.send(f"{path}/take-back", {"points": back})
        elif deed:
            placed = self.send(f"{path}/{deed}", {})
        if deed == "capture" and placed["voucher"]:
            cart = {"currency": "SAR", "total_minor": 5_000}
            bought = {"code": placed["voucher"], "cart": cart, "customer_id": body["customer_id"]}
            self.used.append(self.send("/vouchers/redemptions", bought)["id"])
        self.answered[placed["id"]] = [placed["state"], back]

    def use_card(self) -> None:
        held = self.send(
            "/gift-cards/holds", {"code": self.told["card"], "amount_minor": HELD_MINOR, "seconds": 3_600}
        )
        if self.chance.random() < 0.5:
            self.send(f"/holds/{held['id']}/capture", None)
            self.captured_minor += HELD_MINOR
        else:
            self.send(f"/holds/{held['id']}/void", None)

    def send(self, path: str, body: dict[str, Any] | None) -> Any:
        """What was answered; sent again on purpose it is answered the same."""
        text = json.dumps({**body, "key": uuid.uuid4().hex} if body is not None else {}).encode()
        told = self._send(path, text)
        if self.chance.random() < 0.2:
            again = self._send(path, text)
            assert (again["id"], again.get("state")) == (told["id"], told.get("state")), (told, again)
        return told

    def _send(self, path: str, body: bytes) -> Any:
        headers = {"Authorization": f"Bearer {self.told['till']}", "Content-Type": "application/json"}
        deadline = time.monotonic() + self.patience_s
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                connection.request("POST", f"/v1{path}", body, headers)
                response = connection.getresponse()
                answer = response.read()
                connection.close()
                if response.status == http.HTTPStatus.OK:
                    self.deeds += 1
                    return json.loads(answer)
                assert response.status >= http.HTTPStatus.INTERNAL_SERVER_ERROR, (path, answer)
            self.repeats += 1
            time.sleep(0.05)
        raise AssertionError("never answered")


def find_faults(answered: dict[str, list[Any]], used: list[str], captured_minor: int) -> list[str]:
    """Where what was answered, the rows, the ledger and the events do not tell the same."""
    from django.db.models import F, Sum

    from wafaa.act.points.models import Transfer, Wallet
    from wafaa.act.points.rules import Kind
    from wafaa.act.vouchers.models import Use
    from wafaa.decide.gifts.models import Gift, Month
    from wafaa.decide.gifts.rules import State as GiftState
    from wafaa.decide.loyalty.models import Member
    from wafaa.decide.rewards.models import Redemption, Stock
    from wafaa.decide.rewards.rules import HOLDING
    from wafaa.decide.tiers.models import Change, Standing
    from wafaa.stream.models import Event

    def total(rows: Any, what: Any = "amount") -> int:
        return rows.aggregate(sum=Sum(what))["sum"] or 0

    def list_told(name: str, *fields: str) -> Counter[tuple[str, ...]]:
        events = Event.objects.filter(name=name).values_list("properties", flat=True)
        return Counter(tuple(str(one.get(word)) for word in fields) for one in events)

    faults: list[str] = []

    def compare(what: str, found: Any, expected: Any) -> None:
        if found != expected:
            faults.append(f"{what}: {found}, not {expected}")

    rows = {str(one.uuid): one for one in Redemption.objects.all()}
    told = {uuid: [one.standing.name.lower(), one.returned] for uuid, one in rows.items()}
    compare("redemptions", told, answered)
    for stock in Stock.objects.exclude(remaining=None):  # some rewards came with the programme
        held = Redemption.objects.filter(reward=stock.reward_id, state__in=HOLDING).count()
        compare("stock", stock.remaining + held, STOCK)
    mine = Transfer.objects.filter(key__startswith="rewards:")
    redeemed = Redemption.objects.filter(confirmed_at__isnull=False)
    spent = total(mine.filter(kind__in=(Kind.CAPTURE, Kind.SPEND))) - total(mine.filter(kind=Kind.RESTORE))
    compare("points redeemed", spent, total(redeemed, F("points") - F("returned")))
    compare(
        "Reward Redeemed",
        list_told("Reward Redeemed", "redemption_id"),
        Counter((str(one),) for one in redeemed.values_list("uuid", flat=True)),
    )
    compare(
        "codes used", sorted(str(one) for one in Use.objects.values_list("uuid", flat=True)), sorted(used)
    )
    card = Wallet.objects.get(unit__currency="SAR", customer=None)
    compare("on the card", (card.active, card.held), (CARD_MINOR - captured_minor, 0))

    for name, kind in (("Points Awarded", Kind.AWARD), ("Points Reversed", Kind.REVERSE)):
        moved = Transfer.objects.filter(kind=kind, cause__has_key="occasion")
        events = Event.objects.filter(name=name).values_list("properties", flat=True)
        sums = Counter[str]()
        for one in events:
            sums[one["unit"]] += one["points"]
        units = moved.values_list("unit__code").annotate(sum=Sum("amount"))
        compare(name, dict(sums), dict(units))

    standing = {(one.member_id, one.set_code): one.tier for one in Standing.objects.all()}
    walked: dict[tuple[int, str], str] = {}
    for change in Change.objects.order_by("id"):
        place = (change.member_id, change.set_code)
        compare(f"tier of {place} before", change.before, walked.get(place, ""))
        walked[place] = change.after
    compare("tiers", {place: walked.get(place, "") for place in standing}, standing)
    compare(
        "tiers by what was bought",
        {one: tier for one, tier in find_tiers().items() if tier},
        {member: tier for (member, _), tier in standing.items() if tier},
    )
    compare(
        "tiers of members",
        {one.pk: one.tiers for one in Member.objects.all() if one.tiers},
        {member: [f"{code}:{tier}"] for (member, code), tier in standing.items() if tier},
    )
    uuids = dict(Member.objects.values_list("pk", "uuid"))
    compare(
        "Tier Changed",
        list_told("Tier Changed", "member", "from", "to"),
        Counter((str(uuids[one.member_id]), one.before, one.after) for one in Change.objects.all()),
    )

    given = Gift.objects.filter(state__in=(GiftState.GIVEN, GiftState.TAKEN_BACK))
    compare("gifts of one customer", given.values("customer").distinct().count(), given.count())
    compare("of the budget", total(Month.objects.all(), "spent"), total(given, F("cost") - F("returned")))
    compare(
        "Gift Given",
        list_told("Gift Given", "gift_id"),
        Counter((str(one),) for one in given.values_list("uuid", flat=True)),
    )
    gifts = Transfer.objects.filter(key__startswith="gifts:")
    compare("points given", total(gifts.filter(kind=Kind.AWARD)), total(given, "cost"))
    return faults


def find_tiers() -> dict[int, str]:
    """Member -> tier, by the orders that were not refunded."""
    from django.db.models import Count, Q

    from wafaa.decide.loyalty.models import Member

    kept = Q(customer__orders__isnull=False, customer__orders__refunds__isnull=True)
    rows = Member.objects.annotate(kept=Count("customer__orders", filter=kept)).values_list("pk", "kept")
    return {pk: "gold" if count >= 5 else "silver" if count >= 2 else "" for pk, count in rows}


def count_all() -> dict[str, int]:
    """How much of everything happened, so that a test that tested nothing is seen."""
    from wafaa.decide.gifts.models import Gift
    from wafaa.decide.rewards.models import Redemption
    from wafaa.decide.tiers.models import Change
    from wafaa.know.orders.models import Refund

    return {
        "redemptions": Redemption.objects.count(),
        "refunds": Refund.objects.count(),
        "tier changes": Change.objects.count(),
        "gifts": Gift.objects.filter(given_at__isnull=False).count(),
    }


def main() -> None:
    import django

    django.setup()
    if sys.argv[1] == "begin":
        print(json.dumps(begin()))
    else:
        told = json.loads(Path(sys.argv[2]).read_text())
        print(json.dumps({"faults": find_faults(**told), "counts": count_all()}))


if __name__ == "__main__":
    main()
