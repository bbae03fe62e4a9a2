"""Staff put balances right within their limits; above them another person decides, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from wafaa.access.audit.models import Change
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Role
from wafaa.act.points import actions
from wafaa.act.points.errors import KeyReused, MayNotDecide, RequestDecided, SamePerson, TooLittle
from wafaa.act.points.models import Limit, Request
from wafaa.act.points.queries import count_open_requests, get_balance
from wafaa.act.points.rules import Limits, Outcome, UnitKind
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.show.api.tests.calls import call, get, make_key

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_wallet():
    unit = actions.make_unit(code="points", name={"ar": "نقاط", "en": "points"}, kind=UnitKind.POINTS)
    customer = Customer.objects.create(external_id="1", name="نورة", created_at=NOON)
    actions.open_wallets(unit_id=unit.pk, customer_ids=[customer.pk])
    return customer.wallets.get()


def ask(wallet, by, amount, key="1", at=NOON, **more):
    return actions.adjust_as_staff(
        key=f"test:{key}", wallet_id=wallet.pk, amount=amount, at=at, reason="goodwill", by=by, **more
    )


def available(wallet):
    return get_balance(wallet.pk, NOON).available


@pytest.fixture
def wallet(db):
    return make_wallet()


def test_within_the_limits_of_a_deed_and_a_day_it_is_done_at_once(wallet, owner, manager):
    for number in range(4):
        assert ask(wallet, manager, 5_000 if number % 2 == 0 else -5_000, key=number).posting
    over = ask(wallet, manager, 1, key="the day is full")  # what was taken away counts as well
    assert (over.posting, over.request.outcome) == (None, Outcome.OPEN)
    assert ask(wallet, manager, 10, key="next", at=NOON + timedelta(hours=9)).posting  # midnight in Riyadh
    assert ask(wallet, owner, 10**9, key="no limit").posting
    assert available(wallet) == 10**9 + 10


def test_above_it_another_person_decides(wallet, owner, manager, agent):
    asked = ask(wallet, manager, 5_001, note="said so on the phone").request
    assert ask(wallet, manager, 5_001).request == asked
    with pytest.raises(KeyReused):
        ask(wallet, manager, 5_002)
    assert (count_open_requests(NOON), count_open_requests(NOON, staff=manager)) == (1, 0)
    for person, refused in ((manager, SamePerson), (agent, MayNotDecide)):
        with pytest.raises(refused):
            actions.approve_request(request=asked.uuid, by=person, at=NOON)
    assert available(wallet) == 0
    done = actions.approve_request(request=asked.uuid, by=owner, at=NOON)
    assert actions.approve_request(request=asked.uuid, by=owner, at=NOON).transfer_id == done.transfer_id
    told = ask(wallet, manager, 5_001)
    assert (told.posting.transfer_id, told.request.outcome) == (done.transfer_id, Outcome.APPROVED)
    assert available(wallet) == 5_001
    line = Change.objects.get(deed="approve_adjustment")
    assert (line.staff_email, line.after["asked_by"]) == (owner.email, manager.email)


def test_what_was_declined_or_not_decided_in_seven_days_moves_nothing(wallet, owner, manager):
    declined, late = (ask(wallet, manager, 6_000, key=n).request for n in range(2))
    actions.decline_request(request=declined.uuid, by=owner, at=NOON)
    week = NOON + timedelta(days=7)
    for one, at in ((declined, NOON), (late, week)):
        with pytest.raises(RequestDecided):
            actions.approve_request(request=one.uuid, by=owner, at=at)
    assert actions.end_requests(at=week) == 1
    assert set(Request.objects.values_list("outcome", flat=True)) == {Outcome.DECLINED, Outcome.ENDED}
    assert available(wallet) == 0


def test_what_can_no_more_be_taken_keeps_waiting(wallet, owner, manager):
    asked = ask(wallet, manager, -6_000).request
    with pytest.raises(TooLittle):
        actions.approve_request(request=asked.uuid, by=owner, at=NOON)
    assert Request.objects.get().outcome == Outcome.OPEN


def test_an_owner_whom_nobody_could_approve_needs_nobody(wallet, owner):
    actions.set_limits(limits={("owner", wallet.unit_id): Limits(per_deed=10)}, by=owner)
    assert ask(wallet, owner, 11, key="alone").posting
    Staff.objects.create(email="second@example.com", role=Role.MANAGER)
    assert ask(wallet, owner, 11, key="two").posting is None


def test_the_points_of_a_merged_customer_are_put_right_where_they_went(wallet, owner, manager):
    asked = ask(wallet, manager, 6_000).request
    kept = Customer.objects.create(external_id="2", created_at=NOON)
    Customer.objects.filter(pk=wallet.customer_id).update(merged_into=kept)
    actions.approve_request(request=asked.uuid, by=owner, at=NOON)
    assert (available(wallet), available(kept.wallets.get())) == (0, 6_000)


def test_a_program_asks_above_the_limit_of_programs(wallet, owner):
    key = make_key("write")
    actions.set_limits(limits={("program", wallet.unit_id): Limits(per_deed=100)}, by=owner)
    address, asked = (
        f"/v1/wallets/{wallet.uuid}/adjustments",
        {"key": "1", "amount": 101, "reason": "goodwill"},
    )
    waits = call("POST", address, key=key, body=asked)
    assert (waits.status_code, waits.json()["state"], waits.json()["id"]) == (202, "open", None)
    request = waits.json()["request_id"]
    (listed,) = get("/v1/adjustments?state=open", key=key).json()["items"]
    assert (listed["request_id"], listed["amount"], listed["wallet_id"]) == (request, 101, str(wallet.uuid))
    actions.approve_request(request=request, by=owner, at=clock.now())
    assert get("/v1/adjustments?state=open", key=key).json()["items"] == []
    assert [one["state"] for one in get("/v1/adjustments", key=key).json()["items"]] == ["approved"]
    told = get(f"/v1/adjustments/{request}", key=key).json()
    assert told["state"] == "approved"
    assert call("POST", address, key=key, body=asked).json() == told


def test_pages_show_what_waits_and_let_another_decide(wallet, owner, manager, client_as):
    Staff.objects.update(language="en")
    ask(wallet, manager, 6_000, at=clock.now(), note="She waited three weeks")
    asker, decider = client_as(manager), client_as(owner)
    own = asker.get(reverse("balance-requests")).content.decode()
    assert "You asked for this, so another person decides." in own
    assert 'value="approve"' not in own
    page = decider.get(reverse("balance-requests")).content.decode()
    assert "She waited three weeks" in page
    assert "1 request waits" in page
    address = reverse("balance-request-decide", args=[Request.objects.get().uuid])
    assert decider.post(address, {"deed": "approve"}).status_code == 302
    assert get_balance(wallet.pk, clock.now()).available == 6_000


def test_only_owners_set_limits(wallet, owner, manager, client_as):
    told = {f"u{wallet.unit_id}-manager-per_deed": "70", f"u{wallet.unit_id}-manager-per_day": ""}
    assert client_as(manager).post(reverse("balance-limits-save"), told).status_code == 403
    assert client_as(manager).get(reverse("balance-limits")).status_code == 200
    assert client_as(owner).post(reverse("balance-limits-save"), told).status_code == 302
    kept = Limit.objects.get(holder="manager")
    assert (kept.per_deed, kept.per_day) == (70, None)


@pytest.mark.django_db(transaction=True)
def test_of_deciders_and_of_deeds_at_once_exactly_those_count_that_may(owner, manager):
    wallet = make_wallet()
    deciders = [Staff.objects.create(email=f"{n}@example.com", role=Role.MANAGER) for n in range(6)]
    asked = ask(wallet, manager, 6_000).request
    barrier = Barrier(6)

    def decide(person):
        barrier.wait()
        deed = actions.approve_request if person.pk % 2 else actions.decline_request
        try:
            deed(request=asked.uuid, by=person, at=NOON)
            return "approved" if person.pk % 2 else "declined"
        except RequestDecided:
            return "late"
        finally:
            connection.close()

    def spend_day(number):
        try:
            return bool(ask(wallet, manager, 5_000, key=f"race {number}").posting)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(decide, deciders))
        done = list(pool.map(spend_day, range(6)))
    assert sorted(told)[1:] == ["late"] * 5
    assert sum(done) == 4  # 20,000 in a day
    assert available(wallet) == 20_000 + (6_000 if "approved" in told else 0)
