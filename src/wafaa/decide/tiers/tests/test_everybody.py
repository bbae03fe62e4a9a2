"""The members of a programme: where they stand, what they hold and did last; narrowed, and paged by keys."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.build import NOON, make_customer, make_order

from wafaa.act.points.models import Wallet
from wafaa.decide.loyalty.actions import join
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.tests.build import GOLD_AT_90, SPEND, make_live
from wafaa.decide.tiers.pages.everybody import everybody
from wafaa.decide.tiers.queries.everybody import find_members
from wafaa.kit import clock

pytestmark = pytest.mark.django_db
WELCOME = {"id": 2, "trigger": "joining", "effect": "fixed", "points": 1, "unit": "stamps"}


@pytest.fixture
def page(client_as, manager):
    manager.language = "en"
    manager.save()
    with clock.fixed_at(NOON):
        programme = make_live({**SPEND, "pending": "P14D"}, WELCOME, **GOLD_AT_90)
        for number, name in (("1", "Noura Saleh"), ("2", "Omar Hadi"), ("3", "Huda Nasser")):
            customer = make_customer(number, name=name, phone=f"+96650000000{number}")
            with clock.fixed_at(NOON + timedelta(days=int(number))):
                join(programme=programme, customer_id=customer.pk, via="test")
        make_order("A", customer="1", lines=[("TEA", 10, "10.00")], at=NOON + timedelta(days=5))
        make_order("B", customer="2", lines=[("TEA", 2, "10.00")], at=NOON + timedelta(days=20))
    address = reverse("loyalty-members", args=[programme.uuid])
    client = client_as(manager)

    def read(**asked):
        with clock.fixed_at(NOON + timedelta(days=21)):
            html = client.get(address, asked).content.decode().replace("\xa0", " ")
        rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)[1:]
        return html, [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]

    return read


def test_the_list_tells_where_members_stand_and_what_they_hold_and_leads_to_the_ledger(page):
    html, rows = page()
    assert rows == [
        "Huda Nasser 0 – 4 Mar 2026",
        "Omar Hadi 0 · Movements 2 21 Mar 2026 3 Mar 2026",
        "Noura Saleh Gold 10 · Movements 6 Mar 2026 2 Mar 2026",
    ]
    noura = Wallet.objects.get(customer__name="Noura Saleh", unit__code="points")
    assert reverse("customer-wallet", args=[noura.customer.uuid, noura.uuid]) in html
    assert "3 members" in re.sub(r"<[^>]+>", "", html)


def test_tier_name_and_phone_narrow_it_together(page):
    def names(**asked):
        return [" ".join(row.split()[:2]) for row in page(**asked)[1]]

    assert names(tier="main:gold") == ["Noura Saleh"]
    assert names(q="omar") == ["Omar Hadi"]
    assert names(q="٠٥٠٠٠٠٠٠٠٣") == ["Huda Nasser"]
    assert names(q="omar", tier="main:gold") == []
    many_hold_it = find_members(Programme.objects.get(), tier="main:gold", rare_max=0)
    assert [one.customer.name for one in many_hold_it] == ["Noura Saleh"]


def test_pages_follow_by_keys_and_cost_the_same_however_many_stand_on_them(page, client_as, manager):
    programme = Programme.objects.get()
    request = client_as(manager).get(reverse("loyalty-members", args=[programme.uuid])).wsgi_request
    with CaptureQueriesContext(connection) as all_at_once:
        everybody(request, programme.uuid)
    with CaptureQueriesContext(connection) as first_two:
        html = everybody(request, programme.uuid, at_once=2).content.decode()
    assert html.count("<tr>") == 3  # one names the columns
    assert len(first_two) == len(all_at_once)
    cursor = re.search(r"rel=\"next\" href=\"\?at=([^\"]+)", html)[1]
    assert [row.split()[0] for row in page(at=cursor)[1]] == ["Noura"]


def test_who_may_not_see_names_searches_by_numbers_only(page, client_as, analyst):
    analyst.language = "en"
    analyst.save()
    programme = Programme.objects.get()
    address = reverse("loyalty-members", args=[programme.uuid])
    client = client_as(analyst)
    assert "No member fits" in client.get(address, {"q": "omar"}).content.decode()
    shown = client.get(address, {"q": "2"}).content.decode()
    assert ("O••••" in shown, "Omar" in shown) == (True, False)
