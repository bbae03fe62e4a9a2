"""Segments for programs."""

import pytest
from tests.build import make_customer, make_order

from wafaa.access.audit.queries import list_changes
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
    assert Segment.objects.get().version == 2


def test_segments_are_listed_and_narrowed():
    make_segment(ONCE, "Buyers")
    make_segment(JEDDAH, "Jeddah")
    key = make_key()

    assert [one["name"] for one in walk("/v1/segments?limit=1", key=key)] == ["Jeddah", "Buyers"]
    assert [one["name"] for one in walk("/v1/segments?q=buy", key=key)] == ["Buyers"]
    assert walk("/v1/segments?kind=list", key=key) == []
    assert get("/v1/segments?kind=other", key=key).status_code == 422
