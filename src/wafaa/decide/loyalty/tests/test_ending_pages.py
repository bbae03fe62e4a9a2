"""Staff say when owners are told of an end, give everybody more time, and bring back what ended."""

import uuid

import pytest
from django.urls import reverse
from tests.build import make_order

from wafaa.access.audit.models import Change
from wafaa.act.points.actions import expire_lots
from wafaa.act.points.models import Lot, Wallet
from wafaa.decide.loyalty.queries import find_draft
from wafaa.decide.loyalty.rules.content import read_content
from wafaa.decide.loyalty.tests.build import DAY, SPEND, hold, make_live
from wafaa.kit import clock

pytestmark = pytest.mark.django_db
TEN = [("TEA", 10, "10.00")]


@pytest.fixture
def as_manager(client_as, manager):
    manager.language = "en"
    manager.save()
    return client_as(manager)


@pytest.fixture
def programme():
    return make_live({**SPEND, "lives": "P30D"}, at=clock.now() - DAY)


def test_the_ladder_is_written_as_numbers_of_either_shape_and_goes_into_the_draft(as_manager, programme):
    page = reverse("loyalty-ends", args=[programme.uuid])
    assert 'value="30, 7, 1"' in as_manager.get(page).content.decode()

    wrong = as_manager.post(page, {"warns": "7, soon", "idle_months": "0", "back_days": "10"})
    assert (wrong.status_code, find_draft(programme)) == (422, None)
    assert as_manager.post(page, {"warns": "٣، 14", "idle_months": "6", "back_days": "10"}).status_code == 302

    content = read_content(find_draft(programme).content)
    assert (content.warns, content.idle_months, content.back_days) == ((14, 3), 6, 10)
    assert [one.id for one in content.rules] == [1]


def test_an_end_is_put_off_after_it_was_shown_whom_it_concerns_and_once_for_a_double_press(
    as_manager, programme
):
    make_order(lines=TEN, at=clock.now())
    (before,) = Lot.objects.values_list("expires_at", flat=True)
    page, today = reverse("loyalty-extend", args=[programme.uuid]), clock.now().date()
    told = {
        "key": uuid.uuid4(),
        "unit": programme.unit_id,
        "first": (today + 20 * DAY).isoformat(),
        "last": (today + 40 * DAY).isoformat(),
        "days": "7",
    }

    shown = as_manager.post(page, told)
    assert "Members it concerns: 1. Together:" in shown.content.decode()
    assert Lot.objects.get().expires_at == before
    for _ in range(2):
        assert as_manager.post(page, {**told, "confirm": "1"}).status_code == 302
    assert Lot.objects.get().expires_at == before + 7 * DAY
    assert Change.objects.filter(deed="extend_balances").count() == 1
    assert as_manager.post(page, {**told, "last": told["first"], "first": told["last"]}).status_code == 422


def test_what_ended_is_offered_on_the_account_and_comes_back_once(as_manager):
    make_live({**SPEND, "lives": "P30D"}, at=clock.now() - 40 * DAY)
    make_order(lines=TEN, at=clock.now() - 35 * DAY)
    expire_lots(at=clock.now())
    wallet = Wallet.objects.select_related("customer").get()
    account = reverse("customer-wallet", args=[wallet.customer.uuid, wallet.uuid])
    page = reverse("customer-wallet-bring-back", args=[wallet.customer.uuid, wallet.uuid])
    assert "Bring back what ended" in as_manager.get(account).content.decode()

    for key in (uuid.uuid4(), uuid.uuid4()):
        assert as_manager.post(page, {"key": key, "days": "14"}).status_code == 302

    assert hold() == {"1": [10, 0, 0]}
    assert "Bring back what ended" not in as_manager.get(account).content.decode()
