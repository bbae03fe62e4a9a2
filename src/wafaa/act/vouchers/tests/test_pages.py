"""The pages of vouchers: made with a preview, found, changed, paused, their codes brought, read and taken back."""

import re

import pytest
from django.urls import reverse
from tests.build import make_customer

from wafaa.access.audit.models import Change
from wafaa.act.vouchers.actions import give_code, redeem
from wafaa.act.vouchers.models import Batch, Code, Pool, Use
from wafaa.act.vouchers.tests.build import NOON, make_cart, make_vouchers
from wafaa.kit import clock

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
FORM = {
    "name_en": "Winter",
    "kind": "percent",
    "share": "١٥",
    "cap": "50",
    "pattern": "winter ####-####",
    "count": "12",
}


@pytest.fixture(autouse=True)
def noon():
    with clock.fixed_at(NOON):
        yield


@pytest.fixture
def desk(manager, client_as):
    return client_as(manager, **ENGLISH)


def say(page):
    """Without the marks that tell a number's direction."""
    return re.sub("</?bdi[^>]*>", "", page.content.decode()).translate(
        {0x2066: None, 0x2068: None, 0x2069: None, 0xA0: " "}
    )


def test_amounts_say_of_what_they_are(desk):
    page = say(desk.get(reverse("voucher-new")))
    for label in (
        "Amount, in SAR",
        "At most, in SAR",
        "The cart comes to at least, in SAR",
    ):
        assert label in page


def test_vouchers_are_made_by_one_form_and_pressing_twice_makes_them_once(desk):
    told = FORM | {
        "key": "01a20729-e42b-7c02-adbc-3a4d8a61eba6",
        "ends_on": "2026-12-31",
        "code_uses_max": "1",
    }
    seen = say(desk.post(reverse("voucher-preview"), told))
    assert (
        "The voucher takes 15% off the cart, SAR 50.00 at most. It is valid until 31 December 2026." in seen
    )
    assert "WINTER-" in seen

    for _press in range(2):
        page = desk.post(reverse("voucher-new"), told, follow=True)

    pool = Pool.objects.get()
    assert (pool.share_bp, pool.cap_minor, pool.pattern, Code.objects.count()) == (
        1_500,
        5_000,
        "WINTER-####-####",
        12,
    )
    assert pool.ends_at.isoformat() == "2026-12-31T21:00:00+00:00"  # midnight in Riyadh
    assert "12 codes were made" in say(page)
    assert [one.deed for one in Change.objects.order_by("id")] == ["make_voucher_pool", "make_vouchers"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_en": ""}, "name_ar"),
        ({"share": ""}, "share"),
        ({"kind": "amount"}, "amount"),
        ({"kind": "product"}, "sku"),
        ({"pattern": "AB"}, "pattern"),
        ({"pattern": ""}, "pattern"),
        ({"starts_on": "2026-12-02", "ends_on": "2026-12-01"}, "ends_on"),
    ],
)
def test_what_is_missing_stands_at_its_field(desk, changes, field):
    page = desk.post(reverse("voucher-new"), FORM | changes)

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field}


def test_the_list_is_searched_and_shows_what_was_given(desk):
    make_vouchers("SAVE20")
    make_vouchers("OLD", ends_at=NOON)
    redeem(key="a", code="SAVE20", cart=make_cart())

    def count(query):
        return len(desk.get(f"/vouchers/?{query}").context["rows"])

    assert (count(""), count("q=welc"), count("q=save-20"), count("q=nothing")) == (2, 2, 1, 0)
    assert (count("state=running"), count("state=ended"), count("state=x;&page=z")) == (1, 1, 2)
    assert "SAR 20.00" in say(desk.get("/vouchers/"))


def test_conditions_change_and_what_it_gives_stays(desk):
    pool = make_vouchers("SAVE20")
    address = reverse("voucher-change", args=[pool.uuid])
    assert "kind" not in desk.get(address).context["form"].fields

    desk.post(
        address,
        {"name_en": "Hello", "minimum": "100.50", "code_uses_max": "1", "kind": "gift", "amount": "9"},
    )
    desk.post(reverse("voucher-state", args=[pool.uuid]), {"state": "paused"})

    pool.refresh_from_db()
    assert (str(pool), pool.kind, pool.amount_minor, pool.minimum_minor, pool.is_paused) == (
        "Hello", "amount", 2_000, 10_050, True,
    )  # fmt: skip
    desk.post(reverse("voucher-state", args=[pool.uuid]), {"state": "running"})
    assert not Pool.objects.get().is_paused


def test_a_list_is_brought_and_each_line_that_was_not_kept_is_told(desk):
    pool = make_vouchers()
    address = reverse("voucher-bring", args=[pool.uuid])
    key = "01a20729-e42b-7c02-adbc-3a4d8a61eba6"

    page = say(desk.post(address, {"pasted": "A1\na-1\nb!", "key": key}, follow=True))

    assert "1 code was brought" in page
    assert "stands in the list twice" in page
    batch = Batch.objects.get()
    assert desk.get(reverse("voucher-batch", args=[batch.uuid]), HTTP_HX_REQUEST="true").status_code == 200
    desk.post(reverse("voucher-batch-undo", args=[batch.uuid]))
    assert not Code.objects.exists()
    assert desk.post(address, {"pasted": " ", "key": key}).status_code == 422


def test_one_code_shows_its_uses_is_taken_back_and_withdrawn(desk):
    pool = make_vouchers("SAVE20", pattern="####-####")
    customer = make_customer("C1", name="Sara")
    redeem(key="a", code="SAVE20", cart=make_cart(), customer_id=customer.pk, order_ref="1001")
    address = reverse("voucher-code", args=[pool.uuid, "SAVE20"])
    assert "1001" in say(desk.get(address))

    desk.post(reverse("voucher-use-back", args=[Use.objects.get().uuid]))
    desk.post(reverse("voucher-code-state", args=[pool.uuid, "SAVE20"]), {"state": "withdrawn"})

    assert (Use.objects.get().state, Code.objects.get().uses, Code.objects.get().is_withdrawn) == (
        "rolled_back",
        0,
        True,
    )
    checked = say(desk.post(reverse("voucher-check"), {"code": "save 20"}))
    assert "This code was withdrawn." in checked
    give_code(key="g", pool=pool, customer_id=customer.pk)
    panel = desk.get(reverse("customer-panel-vouchers", args=[customer.uuid]), HTTP_HX_REQUEST="true")
    assert "a code of their own" in say(panel)


def test_codes_are_exported_and_read_by_those_who_may_give_them_away(desk, analyst, client_as):
    pool = make_vouchers("SAVE20", "SAVE21")
    export = reverse("voucher-codes-export", args=[pool.uuid])
    rows = b"".join(desk.get(export).streaming_content).decode().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["SAVE20", "SAVE21"]

    eyes = client_as(analyst, **ENGLISH)

    page = say(eyes.get(reverse("voucher-pool", args=[pool.uuid])))
    assert "The voucher takes" in page
    assert "SAVE20" not in page
    assert eyes.get(export).status_code == 404
