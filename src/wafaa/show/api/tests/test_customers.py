"""Customers by the API: found, read, changed, paged through while they change."""

from datetime import timedelta

import pytest
from tests.build import NOON, make_customer, make_event, make_order, make_refund, tell

from wafaa.access.audit.models import Change
from wafaa.know.customers.actions import define_field
from wafaa.know.customers.models import Customer
from wafaa.know.customers.rules import Kind
from wafaa.show.api.tests.calls import get, make_key, patch, walk


@pytest.fixture
def key(db):
    return make_key("write", name="Shop sync")


def test_a_customer_is_read_whole(key):
    person = make_customer(
        "17", name="نورة القحطاني", email="Noura@Example.com", city="الرياض", birthday="1990-05-01"
    )

    assert get(f"/v1/customers/{person.uuid}", key=key).json() == {
        "id": str(person.uuid),
        "customer_number": "17",
        "name": "نورة القحطاني",
        "email": "noura@example.com",
        "phone": "",
        "language": "",
        "country": "",
        "city": "الرياض",
        "birth_date": "1990-05-01",
        "attributes": {},
        "source": "test",
        "created_at": person.created_at.isoformat().replace("+00:00", "Z"),
    }


def test_nobody_is_a_404(key):
    response = get("/v1/customers/00000000-0000-0000-0000-000000000007", key=key)
    assert (response.status_code, response.json()["code"]) == (404, "customer_missing")


def test_customers_are_searched_and_narrowed(key):
    make_customer("1", name="نورة القحطاني", email="noura@example.com", country="SA")
    make_customer("2", name="James Hill", country="GB")

    def find(query):
        return [one["customer_number"] for one in get(f"/v1/customers?{query}", key=key).json()["items"]]

    assert find("") == ["2", "1"]
    assert find("q=نوره") == ["1"]
    assert find("country=GB") == ["2"]
    assert find("email=NOURA@example.com") == ["1"]
    assert find("customer_number=2") == ["2"]
    assert find("q=nobody") == []


def test_pages_neither_shift_nor_repeat_while_customers_come(key):
    for number in range(1, 8):
        make_customer(str(number))
    first = get("/v1/customers?limit=3", key=key).json()
    make_customer("8")
    make_customer("9")
    rest = walk_on("/v1/customers?limit=3", first["next_cursor"], key)

    assert [one["customer_number"] for one in first["items"]] == ["7", "6", "5"]
    assert [one["customer_number"] for one in rest] == ["4", "3", "2", "1"]
    assert len(walk("/v1/customers?limit=2", key=key)) == 9


def walk_on(path, cursor, key):
    items = []
    while cursor:
        page = get(f"{path}&cursor={cursor}", key=key).json()
        items += page["items"]
        cursor = page["next_cursor"]
    return items


def test_a_cursor_whose_rest_is_gone_ends_the_walk(key):
    for number in range(1, 5):
        make_customer(str(number))
    cursor = get("/v1/customers?limit=3", key=key).json()["next_cursor"]
    Customer.objects.filter(external_id="1").delete()

    assert get(f"/v1/customers?limit=3&cursor={cursor}", key=key).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "a:b", "é", "%F0%9F%92%A9", "0" * 999, "eyJhIjoxfQ:abc", "null"]
)
def test_a_cursor_that_we_never_gave_is_refused(cursor, key):
    for path in (
        "/v1/customers",
        "/v1/orders",
        "/v1/imports",
        f"/v1/customers/{make_customer().uuid}/timeline",
    ):
        response = get(f"{path}?cursor={cursor}", key=key)
        assert (response.status_code, response.json()["code"]) == (400, "invalid_cursor")


def test_a_cursor_of_another_question_is_refused(key):
    for number in range(1, 4):
        make_customer(str(number), country="SA")
    cursor = get("/v1/customers?limit=1&country=SA", key=key).json()["next_cursor"]

    assert get(f"/v1/customers?limit=1&country=GB&cursor={cursor}", key=key).status_code == 400
    assert get(f"/v1/orders?limit=1&cursor={cursor}", key=key).status_code == 400
    assert get(f"/v1/customers?limit=2&country=SA&cursor={cursor}", key=key).status_code == 200


def test_a_customer_is_changed_and_the_trail_names_the_key(key):
    person = make_customer("17", name="Mona", phone="0501234567", attributes={"vip": "yes", "size": "M"})
    body = {
        "name": "  منى ",
        "email": "Mona@Example.com",
        "phone": None,
        "attributes": {"size": None, "points": 7, "since": "2020"},
    }
    response = patch(f"/v1/customers/{person.uuid}", body, key=key)

    person.refresh_from_db()
    assert response.status_code == 200
    assert response.json()["attributes"] == {"vip": "yes", "points": 7, "since": "2020"}
    assert (person.name, person.email, person.phone) == ("منى", "mona@example.com", "")
    assert [one["id"] for one in get("/v1/customers?q=منى", key=key).json()["items"]] == [str(person.uuid)]
    change = Change.objects.get(deed="change_customer")
    assert (change.staff, change.subject, change.via.startswith("Shop sync (wf_write_")) == (None, "17", True)
    assert "Mona" not in str(change.before)
    assert "mona@" not in str(change.after)


def test_values_of_defined_fields_are_read_as_their_kinds_mean_them(key):
    for name, kind in (("size", Kind.NUMBER), ("member", Kind.YES_NO)):
        define_field(key=name, label_ar="", label_en=name, kind=kind, by=None)
    person = make_customer("17", name="Mona")
    sent = {"size": "٧", "member": "نعم", "free": "7"}

    told = patch(f"/v1/customers/{person.uuid}", {"attributes": sent}, key=key).json()
    assert told["attributes"] == {"size": 7, "member": True, "free": "7"}

    for wrong in ({"size": "large"}, {"size": True}, {"member": 1}):
        response = patch(f"/v1/customers/{person.uuid}", {"name": "X", "attributes": wrong}, key=key)
        assert (response.status_code, response.json()["code"]) == (422, "own_value_wrong")
        assert next(iter(wrong)) in response.json()["detail"]
    person.refresh_from_db()
    assert (person.name, person.attributes) == ("Mona", told["attributes"])


def test_nothing_sent_changes_nothing(key):
    person = make_customer("17", name="Mona")
    assert patch(f"/v1/customers/{person.uuid}", {}, key=key).json()["name"] == "Mona"
    assert not Change.objects.filter(deed="change_customer").exists()


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x" * 301}, {"email": "a@" + "b" * 320 + ".com"}, {"email": "İ@example.com"}, {"phone": "5" * 41},
        {"language": "arabic"}, {"language": "a\nb"}, {"attributes": {"": 1}}, {"attributes": {"x" * 101: 1}},
        {"attributes": {"a": "x" * 1001}}, {"attributes": {"a": 10**16}}, {"attributes": {"a": {"b": 1}}},
        {"attributes": {f"k{n}": n for n in range(101)}}, {"attributes": {"a\x00": 1}}, {"attributes": {"a": "\x00"}},
        {"attributes": []}, [], "name", 7, None, {"name": ["x"]}, {"id": "7"}, {"birth_date": "2000-01-01"},
    ],
)  # fmt: skip
def test_hostile_changes_are_refused_whole(body, key):
    import json

    person = make_customer("17", name="Mona")
    response = patch(f"/v1/customers/{person.uuid}", json.dumps(body), key=key)

    assert (response.status_code, response.json()["code"]) == (422, "validation_failed")
    person.refresh_from_db()
    assert (person.name, person.attributes) == ("Mona", {})


def test_letters_that_fold_to_many_do_not_break_the_search(key):
    person = make_customer("17")
    response = patch(f"/v1/customers/{person.uuid}", {"name": "㍿" * 300}, key=key)
    assert response.status_code in {200, 422}


def test_the_timeline_is_paged_from_its_newest_event(key):
    person = make_customer("17", at=NOON)
    make_order("A1", customer=person, at=NOON + timedelta(days=1))
    tell(make_event("Page Viewed", distinct_id="17", at=NOON + timedelta(days=2), properties={"path": "/"}))
    path = f"/v1/customers/{person.uuid}/timeline?limit=1"
    first = get(path, key=key).json()
    tell(make_event("Page Viewed", distinct_id="17", at=NOON + timedelta(days=3)))
    rest = walk_on(path, first["next_cursor"], key)

    assert [one["name"] for one in [*first["items"], *rest]] == ["Page Viewed", "Order Completed", "identify"]
    assert first["items"][0]["properties"] == {"path": "/"}
    assert first["items"][0]["occurred_at"] == "2026-03-03T12:00:00Z"


def test_what_a_customers_orders_add_up_to(key):
    person = make_customer("17")
    order = make_order("A1", customer=person, lines=[("SKU-1", 2, "10.50")])
    make_refund("R1", order=order, customer=person, lines=[("SKU-1", 1, "10.50")])

    assert get(f"/v1/customers/{person.uuid}/totals", key=key).json() == {
        "orders": 1,
        "gross": {"amount_minor": 2100, "currency": "SAR"},
        "refunded": {"amount_minor": 1050, "currency": "SAR"},
        "first_at": "2026-03-01T12:00:00Z",
        "last_at": "2026-03-01T12:00:00Z",
    }
