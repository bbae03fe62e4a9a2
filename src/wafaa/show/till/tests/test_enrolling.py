"""Becoming a member at the till, also while the line was down."""

import pytest
from tests.build import NOON, make_customer

from wafaa.decide.loyalty.models import Member, Programme
from wafaa.decide.loyalty.tests.build import SPEND, hold, make_live
from wafaa.kit import clock
from wafaa.know.consents.queries import list_standings
from wafaa.know.customers.models import Customer
from wafaa.show.portal.queries import find_card_of
from wafaa.show.portal.tests.build import open_portal
from wafaa.show.till.models import Deed
from wafaa.show.till.tests.build import HOUR, make_deed

pytestmark = pytest.mark.django_db


def test_phone_and_name_make_a_member_with_what_they_agreed_to(till, cashier):
    open_portal()
    told = till.do("enrol", phone="٠٥٠ ٧٦٥ ٤٣٢١", name=" Mona  Saad ", language="ar", agreed=["marketing"])[1]

    mona = Customer.objects.get(name="Mona Saad")
    assert (told["customer"], mona.phone, mona.language) == (str(mona.uuid), "+966507654321", "ar")
    assert Member.objects.get().customer == mona
    said = {(one.channel, one.purpose): one for one in list_standings([mona.pk])[mona.pk]}
    assert {pair: one.is_given for pair, one in said.items()} == {("sms", "marketing"): True}
    card = find_card_of(mona)
    assert card is not None
    assert card.number[:4] in told["html"]
    assert "/me/" in told["html"]
    assert "<svg" in told["html"]


def test_who_is_known_by_the_phone_joins_as_who_they_are(till, sara):
    told = till.do("enrol", phone="0501234567", name="Somebody else")[1]

    sara.refresh_from_db()
    assert (told["customer"], sara.name, Customer.objects.count()) == (str(sara.uuid), "Sara Ali", 1)
    assert till.do("enrol", phone="0507654321", name="  ")[1]["code"] == "till_name_needed"
    assert till.do("enrol", phone="12", name="Mona")[1]["code"] == "till_phone_wrong"
    make_customer("2", name="Ali", phone="+966501234567")
    assert till.do("enrol", phone="0501234567", name="Sara")[1]["code"] == "till_who_several"


def test_a_customer_joins_every_live_programme_by_one_press(till, sara):
    make_live({**SPEND, "id": 1}, automatic=False)
    assert "data-join" in till.find("0501234567")["html"]

    assert till.do("join", customer=sara.uuid)[0] == 201

    assert Member.objects.filter(customer=sara).count() == Programme.objects.count() == 2
    assert "data-join" not in till.find("0501234567")["html"]


def test_what_waited_while_the_line_was_down_counts_as_of_then_and_once(till, sara):
    """A device whose clock is wrong by two years: only how long it waited counts."""
    make_live({**SPEND, "points": 5}, automatic=False)
    off = NOON.replace(year=2024)
    enrolment = make_deed("enrol", store="RUH-1", at=off, phone="0507654321", name="Mona")
    bill = make_deed("earn", store="RUH-1", at=off + HOUR / 60, enrol=enrolment["id"], amount="100")
    typed = make_deed("earn", store="RUH-1", at=off + HOUR / 30, who="٠٥٠١٢٣٤٥٦٧", amount="30")
    sent = (off + 3 * HOUR).isoformat()

    with clock.fixed_at(NOON + 3 * HOUR):
        till.sign_in()
        assert till.tell({**bill, "sent_at": sent})[1]["code"] == "till_enrolment_missing"
        for _ in range(2):
            answers = [till.tell({**deed, "sent_at": sent})[0] for deed in (enrolment, bill, typed)]
    assert answers == [200, 200, 200]
    assert [one.at for one in Deed.objects.order_by("id")] == [NOON, NOON + HOUR / 60, NOON + HOUR / 30]
    mona = Customer.objects.get(name="Mona")
    assert Member.objects.filter(customer=mona, joined_at=NOON).count() == 2
    assert hold() == {"1": [3, 0, 0], mona.external_id: [60, 0, 0]}
