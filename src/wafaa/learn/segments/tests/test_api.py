"""Segments for programs."""

from datetime import UTC, date, datetime

import pytest
from tests.build import make_customer, make_order

from wafaa.access.audit.queries import list_changes
from wafaa.kit import clock
from wafaa.know.customers.actions import erase_customers
from wafaa.know.customers.models import Customer
from wafaa.learn.segments.actions import note_sizes
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.tests.test_pages import JEDDAH, ONCE, count_all, make_segment
from wafaa.show.api.tests.calls import call, get, make_key, patch, walk

pytestmark = pytest.mark.django_db


def test_a_program_makes_a_segment_and_reads_its_members():
    make_customer("1")
    make_order(customer="1")
    key = make_key("write")

    made = call("POST", "/v1/segments", key=key, body={"name": "Buyers", "definition": ONCE})
    count_all()
    told = made.json()
    read = get(f"/v1/segments/{told['id']}", key=key).json()

    assert made.status_code == 201
    assert (told["state"], told["counting"], told["members"]) == ("building", True, 0)
    assert (read["state"], read["counting"], read["members"], read["definition"]) == ("live", False, 1, ONCE)
    assert read["sentence"]
    members = get(f"/v1/segments/{told['id']}/members", key=key).json()
    assert [one["customer_number"] for one in members["items"]] == ["1"]
    assert list_changes()[0].via


def test_members_come_page_by_page():
    for number in range(5):
        make_customer(str(number), city="جدة")
    segment, key = make_segment(JEDDAH), make_key()

    found = walk(f"/v1/segments/{segment.uuid}/members?limit=2", key=key)

    assert [one["customer_number"] for one in found] == ["0", "1", "2", "3", "4"]
    other = make_segment(ONCE)
    cursor = get(f"/v1/segments/{segment.uuid}/members?limit=2", key=key).json()["next_cursor"]
    assert get(f"/v1/segments/{other.uuid}/members?cursor={cursor}", key=key).status_code == 400


def test_sizes_overlap_and_one_customer_are_asked_for():
    with clock.fixed_at(datetime(2026, 3, 15, 9, tzinfo=UTC)):
        first, second = make_customer("1", city="جدة"), make_customer("2", city="جدة")
        make_order(customer="1")
        buyers, jeddah, key = make_segment(ONCE, "Buyers"), make_segment(JEDDAH, "Jeddah"), make_key()
        note_sizes(day=date(2026, 3, 14))
        note_sizes()
        address = f"/v1/segments/{buyers.uuid}"

        noted = [{"day": day, "members": 1} for day in ("2026-03-14", "2026-03-15")]
        assert get(f"{address}/sizes", key=key).json() == {"days": noted}
        assert get(f"{address}/sizes?days=1", key=key).json() == {"days": noted[1:]}
        assert get(f"{address}/sizes?days=0", key=key).status_code == 422
    compared = get(f"{address}/overlap?other={jeddah.uuid}", key=key).json()
    assert compared == {"members": 1, "other_members": 2, "both": 1}
    assert get(f"{address}/overlap?other={first.uuid}", key=key).json()["code"] == "segment_missing"
    inside = get(f"{address}/members/{first.uuid}", key=key).json()
    assert inside == {"member": True, "since": "2026-03-15T09:00:00Z"}
    assert get(f"{address}/members/{second.uuid}", key=key).json() == {"member": False, "since": None}
    assert get(f"{address}/members/{jeddah.uuid}", key=key).json()["code"] == "customer_missing"


def test_somebody_who_was_erased_just_now_ends_no_page_early():
    for number in range(5):
        make_customer(str(number), city="جدة")
    segment, key = make_segment(JEDDAH), make_key()

    erase_customers(customer_ids=[Customer.objects.get(external_id="1").pk], names_person=lambda _text: False)

    found = walk(f"/v1/segments/{segment.uuid}/members?limit=2", key=key)
    assert [one["customer_number"] for one in found] == ["0", "2", "3", "4"]


def test_a_change_makes_a_version_and_says_where_a_definition_is_wrong():
    segment, key = make_segment(), make_key("write")
    address = f"/v1/segments/{segment.uuid}"

    renamed = patch(address, {"name": "Called anew"}, key=key)
    changed = patch(address, {"definition": JEDDAH}, key=key)
    wrong = patch(address, {"definition": {"all": [{"orders": {"measure": "count"}}]}}, key=key)

    assert (renamed.json()["name"], renamed.json()["version"]) == ("Called anew", 1)
    assert (changed.json()["version"], changed.json()["definition"]) == (2, JEDDAH)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "segment_unreadable")
    assert "all[0].orders" in wrong.json()["detail"]
    for window, limits in (
        ({"last": 0, "unit": "days"}, "1 … 3660"),
        ({"last": 0, "unit": "hours"}, "1 … 87600"),
    ):
        far = {"orders": {"measure": "count", "min": 1, "window": window}}
        assert patch(address, {"definition": far}, key=key).json()["detail"].endswith(limits)
    many = {"profile": {"field": "city", "one_of": ["x"] * 1_001}}
    assert patch(address, {"definition": many}, key=key).json()["detail"].endswith(" 1000")
    assert Segment.objects.get().version == 2


def test_segments_are_listed_and_narrowed():
    make_segment(ONCE, "Buyers")
    make_segment(JEDDAH, "Jeddah")
    key = make_key()

    assert [one["name"] for one in walk("/v1/segments?limit=1", key=key)] == ["Jeddah", "Buyers"]
    assert [one["name"] for one in walk("/v1/segments?q=buy", key=key)] == ["Buyers"]
    assert walk("/v1/segments?kind=list", key=key) == []
    assert get("/v1/segments?kind=other", key=key).status_code == 422
