"""Segments follow what happens: events, staff, merges, the clock; and tell who entered and who left."""

from datetime import UTC, datetime

import pytest
from tests.build import make_business, make_customer, make_event, make_order, order_event, tell
from tests.draining import drain_all

from wafaa.kit import clock
from wafaa.know.consents.actions import set_consent
from wafaa.know.customers.actions import (
    change_profile,
    erase_customers,
    merge_customers,
    set_owner,
    set_tags,
    undo_merge,
)
from wafaa.know.customers.models import Customer
from wafaa.learn.segments.actions import (
    add_to_list,
    building,
    change_segment,
    create_list,
    create_segment,
    import_list,
    pause_segment,
    rebuild_misplaced,
    refresh_standings,
    remove_segment,
    resume_segment,
    take_off_list,
)
from wafaa.learn.segments.errors import (
    NotAList,
    SegmentMissing,
    SegmentNeeded,
    SegmentsCircle,
    SegmentUnreadable,
)
from wafaa.learn.segments.handlers import on_customer_events
from wafaa.learn.segments.models import Build, Membership, Touched
from wafaa.learn.segments.people import LONG_HISTORY
from wafaa.learn.segments.queries import is_member, list_member_ids, list_segments_of, sample_member_ids
from wafaa.learn.segments.tests.keeping import build, make_segment, numbers, settle, told
from wafaa.show.console.customers.merging import MOVERS
from wafaa.stream.actions import record_events
from wafaa.stream.models import Event
from wafaa.stream.rules import EventHead

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
THREE_ORDERS = {"orders": {"measure": "count", "min": 3}}
JEDDAH = {"profile": {"field": "city", "one_of": ["Jeddah"]}}
LATELY = {"orders": {"measure": "count", "min": 1, "window": {"last": 60, "unit": "days"}}}
VIEWED = {
    "events": {
        "name": "Product Viewed",
        "measure": "count",
        "min": 2,
        "window": {"last": 24, "unit": "hours"},
    }
}


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed_at(NOW):
        yield


def test_a_segment_is_counted_when_it_is_made_and_nobody_has_entered():
    for number in ("1", "2"):
        make_customer(number, city="Jeddah")
    for _ in range(3):
        make_order(customer="1")

    segment = create_segment(name="Loyal in Jeddah", definition={"all": [THREE_ORDERS, JEDDAH]}, by=None)

    assert (segment.state, list_member_ids(segment)) == ("building", [])
    build(segment)
    assert (segment.state, numbers(segment), told()) == ("live", ["1"], [])


def test_an_order_lets_its_customer_enter_and_the_event_says_so():
    make_customer("1")
    segment = make_segment(THREE_ORDERS)
    for _ in range(2):
        make_order(customer="1")

    assert numbers(segment) == []
    make_order(customer="1")

    assert numbers(segment) == ["1"]
    entered = Event.objects.get(name="Segment Entered")
    assert (entered.distinct_id, entered.occurred_at) == ("1", NOW)
    assert entered.properties == {"segment": str(segment.uuid), "name": "S", "version": 1}
    customer = Customer.objects.get(external_id="1")
    assert entered.message_id == f"segment:{segment.uuid}:{customer.uuid}:{NOW.isoformat()}:entered"
    assert Touched.objects.count() == 0


def test_an_event_by_a_browser_counts_for_its_customer_once_it_is_known_whose_it_is():
    make_customer("1")
    segment = make_segment(VIEWED)
    tell(
        make_event("Product Viewed", distinct_id="anonymous:a", at=NOW),
        make_event("Product Viewed", distinct_id="1", at=NOW),
    )

    assert numbers(segment) == []
    alias = make_event("identify", distinct_id="1", at=NOW, properties={"name": "N"})
    alias.context = {"anonymousId": "a"}
    tell(alias)
    settle()

    assert numbers(segment) == ["1"]


def test_what_a_device_told_leaves_its_customer_once_it_is_somebody_elses_too():
    segment = make_segment({"events": {"name": "Product Viewed", "measure": "count", "min": 1}})
    tell(make_event("Product Viewed", distinct_id="anonymous:a", at=NOW))
    for number, members in (("1", ["1"]), ("2", [])):
        make_customer(number)
        linked = make_event("page", distinct_id=number, at=NOW)
        linked.context = {"anonymousId": "a"}
        tell(linked)
        settle()
        assert numbers(segment) == members


def test_whoever_said_something_is_judged_by_what_asks_for_its_name_and_whoever_was_touched_by_all(owner):
    customer = make_customer("1")
    asking, other = make_segment(VIEWED), make_segment(JEDDAH)
    settle()
    for segment in (asking, other):  # what nobody who looks would leave there
        Membership.objects.create(build=segment.build, customer=customer, is_member=True, since=NOW)

    tell(make_event("Product Viewed", distinct_id="1", at=NOW))
    assert (numbers(asking), numbers(other)) == ([], ["1"])
    change_profile(customer=customer, changes={"city": "Riyadh"}, by=owner)
    settle()

    assert numbers(other) == []


def test_what_staff_change_is_noted_by_the_rows_themselves(owner):
    customer = make_customer("1")
    city, tag = make_segment(JEDDAH), make_segment({"profile": {"field": "tags", "known": True}})
    mine = make_segment({"profile": {"field": "owner", "one_of": [owner.pk]}})
    mail = make_segment({"consent": {"channel": "email", "purpose": "marketing", "is": "given"}})

    change_profile(customer=customer, changes={"city": "Jeddah"}, by=owner)
    set_tags(customer=customer, names=["VIP"], by=owner)
    set_owner(customer=customer, owner=owner, by=owner)
    set_consent(customer=customer, channel="email", purpose="marketing", is_given=True, by=owner)
    settle()

    assert [numbers(one) for one in (city, tag, mine, mail)] == [["1"]] * 4
    set_tags(customer=customer, names=[], by=owner)
    settle()
    assert numbers(tag) == []
    assert told()[-1] == ("Segment Exited", "1")


def test_merging_two_joins_their_histories_and_parting_undoes_it(owner):
    kept, gone = make_customer("1"), make_customer("2")
    segment = make_segment(THREE_ORDERS)
    for number in ("1", "1", "2"):
        make_order(customer=number)

    merge = merge_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=owner)
    settle()
    assert numbers(segment) == ["1"]
    undo_merge(merge=merge, movers=MOVERS, by=owner)
    settle()

    assert numbers(segment) == []
    assert told() == [("Segment Entered", "1"), ("Segment Exited", "1")]


def test_who_is_merged_into_somebody_is_in_nothing_any_more(owner):
    kept, gone = make_customer("1"), make_customer("2", city="Jeddah")
    segment = make_segment({"not": {"rfm": {"groups": ["new"]}}})
    settle()
    assert numbers(segment) == ["1", "2"]

    merge_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=owner)
    settle()

    assert numbers(segment) == ["1"]
    assert told() == []


def test_an_erased_customer_leaves_without_a_trace():
    customer = make_customer("1", city="Jeddah")
    segment = make_segment(JEDDAH)
    erase_customers(customer_ids=[customer.pk], names_person=lambda _text: False)
    settle()

    assert numbers(segment) == []
    assert Membership.objects.count() == 0


def test_while_a_new_version_is_counted_the_former_one_is_shown():
    make_customer("1", city="Jeddah")
    make_customer("2", city="Riyadh")
    segment = make_segment(JEDDAH)

    change_segment(segment=segment, definition={"profile": {"field": "city", "one_of": ["Riyadh"]}}, by=None)
    make_customer("3", city="Jeddah")
    make_customer("4", city="Riyadh")
    assert numbers(segment) == ["1", "3"]
    build(segment)

    assert (segment.version, numbers(segment)) == (2, ["2", "4"])
    assert told() == [("Segment Entered", "3")]
    assert Build.objects.count() == 1
    assert not Membership.objects.exclude(build=segment.build).exists()


def test_whoever_is_touched_while_a_build_counts_is_looked_at_before_it_is_shown(monkeypatch):
    make_customer("1", city="Riyadh")
    segment = create_segment(name="S", definition=JEDDAH, by=None)
    coming = Build.objects.get(segment=segment)
    building._fill(coming)
    make_customer("1", city="Jeddah")
    make_customer("2", city="Jeddah")
    assert Touched.objects.filter(build_id=coming.pk).exists()
    build(segment)

    assert numbers(segment) == ["1", "2"]
    assert Touched.objects.count() == 0


def test_a_segment_within_a_segment_is_its_conditions():
    make_customer("1", city="Jeddah")
    inner = make_segment(JEDDAH, "Jeddah")
    outer = make_segment({"segment": {"uuid": str(inner.uuid), "in": False}}, "Elsewhere")
    make_customer("2", city="Riyadh")
    settle()
    assert (numbers(inner), numbers(outer)) == (["1"], ["2"])

    change_segment(segment=inner, definition={"profile": {"field": "city", "one_of": ["Riyadh"]}}, by=None)
    build(inner), build(outer)

    assert (numbers(inner), numbers(outer)) == (["2"], ["1"])
    with pytest.raises(SegmentNeeded):
        remove_segment(segment=inner, by=None)


def test_segments_that_lead_in_a_circle_are_refused():
    one = make_segment(JEDDAH, "One")
    two = make_segment({"segment": {"uuid": str(one.uuid), "in": True}}, "Two")

    with pytest.raises(SegmentsCircle) as circle:
        change_segment(segment=one, definition={"segment": {"uuid": str(two.uuid), "in": True}}, by=None)

    assert circle.value.facts == {"name": "One"}
    one.refresh_from_db()
    assert (one.version, one.definition) == (1, JEDDAH)
    with pytest.raises(SegmentMissing):
        create_segment(name="S", definition={"segment": {"uuid": str(Customer().uuid), "in": True}}, by=None)
    with pytest.raises(SegmentUnreadable) as broken:
        create_segment(name="S", definition={"all": [3]}, by=None)
    assert broken.value.facts["path"] == "all[0]"


def test_a_paused_segment_stays_as_it_is_and_catches_up_when_it_is_resumed():
    make_customer("1", city="Jeddah")
    segment = make_segment(JEDDAH)
    pause_segment(segment=segment, by=None)
    make_customer("2", city="Jeddah")
    settle()
    assert numbers(segment) == ["1"]

    resume_segment(segment=segment, by=None)
    build(segment)

    assert (segment.state, numbers(segment), told()) == ("live", ["1", "2"], [])


def test_a_list_is_filled_from_rows_as_people_write_them():
    make_business(time_zone="Asia/Riyadh")
    make_customer("1", email="Sara@example.com")
    make_customer("2", phone="0501234567")
    make_customer("3")
    for number in ("4", "5"):
        make_customer(number, email="both@example.com")
    listed = create_list(name="Guests", by=None)
    inside = make_segment({"segment": {"uuid": str(listed.uuid), "in": True}})

    rows = ["SARA@example.com ", "٠٥٠ ١٢٣ ٤٥٦٧", "3", "", "nobody", "both@example.com", "3"]
    found = import_list(segment=listed, rows=rows, by=None)
    settle()

    assert (found.rows, found.added, found.unknown) == (6, 3, ("nobody", "both@example.com"))
    assert numbers(listed) == numbers(inside) == ["1", "2", "3"]
    assert import_list(segment=listed, rows=["3"], by=None).added == 0
    take_off_list(segment=listed, customer_ids=[Customer.objects.get(external_id="3").pk])
    settle()
    assert numbers(inside) == ["1", "2"]
    with pytest.raises(NotAList):
        add_to_list(segment=inside, customer_ids=[1])


def test_lists_follow_who_is_merged_and_come_back(owner):
    kept, gone = make_customer("1"), make_customer("2")
    listed = create_list(name="Guests", by=None)
    add_to_list(segment=listed, customer_ids=[gone.pk])
    asking = make_segment({"segment": {"uuid": str(listed.uuid), "in": True}})
    settle()

    merge = merge_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=owner)
    settle()
    assert numbers(listed) == numbers(asking) == ["1"]
    undo_merge(merge=merge, movers=MOVERS, by=owner)
    settle()

    assert numbers(listed) == numbers(asking) == ["2"]


def test_another_time_zone_counts_anew():
    make_business(time_zone="Asia/Riyadh")
    segment = make_segment(LATELY)
    assert rebuild_misplaced() == 0

    make_business(time_zone="Africa/Cairo")

    assert rebuild_misplaced() == 1
    assert build(segment).build.zone == "Africa/Cairo"
    assert rebuild_misplaced() == 0


def test_a_product_of_another_category_counts_its_segments_anew():
    segment = make_segment({"orders": {"measure": "count", "min": 1, "where": {"categories": ["tea"]}}})
    make_order(
        customer="1", lines=[{"sku": "T", "name": "T", "quantity": "1", "price": "1", "category": "cups"}]
    )
    assert numbers(segment) == []

    tell(make_event("Product Updated", distinct_id="p", at=NOW, properties={"sku": "T", "category": "tea"}))
    settle()
    build(segment)

    assert numbers(segment) == ["1"]


def test_a_product_of_another_category_counts_a_segment_anew_that_is_being_counted():
    definition = {"orders": {"measure": "count", "min": 1, "where": {"categories": ["tea"]}}}
    make_order(
        customer="1", lines=[{"sku": "T", "name": "T", "quantity": "1", "price": "1", "category": "cups"}]
    )
    segment = create_segment(name="S", definition=definition, by=None)
    building._fill(Build.objects.get(segment=segment))

    tell(make_event("Product Updated", distinct_id="p", at=NOW, properties={"sku": "T", "category": "tea"}))
    settle()

    assert numbers(build(segment)) == ["1"]


def test_a_removed_segment_is_swept():
    from wafaa.learn.segments.actions import sweep_builds

    customer = make_customer("1", city="Jeddah")
    segment = make_segment(JEDDAH)
    assert [one.segment for one in list_segments_of(customer.pk)] == [segment]

    remove_segment(segment=segment, by=None)
    sweep_builds()

    assert (Build.objects.count(), Membership.objects.count()) == (0, 0)


def test_members_are_in_and_others_are_not():
    first, second = make_customer("1", city="Jeddah"), make_customer("2")
    segment = make_segment(JEDDAH)

    assert is_member(segment, first.pk)
    assert not is_member(segment, second.pk)
    assert list_member_ids(segment, after=first.pk) == []


def test_a_sample_of_members_is_spread_over_old_and_new_and_stays_the_same():
    ids = [make_customer(str(number), city="Jeddah").pk for number in range(60)]
    segment = make_segment(JEDDAH)

    drawn = sample_member_ids(segment, limit=20)

    assert sample_member_ids(segment, limit=20) == drawn
    assert len(set(drawn)) == 20
    assert [
        sum(one in third for one in drawn) for third in (ids[:20], ids[20:40], ids[40:])
    ] == pytest.approx([7, 7, 7], abs=2)
    assert sorted(sample_member_ids(segment, limit=100)) == ids


def test_a_group_of_rfm_is_left_only_beyond_its_border_by_a_tenth():
    for number in range(1, 11):
        make_order(customer=str(number), lines=[("A", 1, f"{number * 10}.00")], at=NOW)
    assert refresh_standings() == 10
    from wafaa.learn.segments.models import Standing

    before = {one.customer.external_id: one.monetary for one in Standing.objects.select_related("customer")}
    assert [before[str(one)] for one in range(1, 11)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    # 81 lies above the border of 80, but by less than a tenth
    tell(order_event("more", customer="8", at=NOW, lines=[("A", 1, "1.00")]))
    refresh_standings()
    assert Standing.objects.get(customer__external_id="8").monetary == 4
    tell(order_event("much", customer="8", at=NOW, lines=[("A", 1, "30.00")]))
    refresh_standings()
    assert Standing.objects.get(customer__external_id="8").monetary == 5


def test_whoever_has_a_long_history_is_judged_by_the_database():
    make_customer("1")
    segment = make_segment(
        {"events": {"name": "Product Viewed", "measure": "count", "min": LONG_HISTORY + 1}}
    )
    record_events(events=[make_event("Product Viewed", distinct_id="1", at=NOW) for _ in range(LONG_HISTORY)])
    drain_all()
    settle()
    assert numbers(segment) == []

    tell(make_event("Product Viewed", distinct_id="1", at=NOW))

    assert numbers(segment) == ["1"]


def test_a_replay_changes_nothing_and_tells_nothing():
    make_customer("1", city="Jeddah")
    segment = make_segment(VIEWED)
    tell(*(make_event("Product Viewed", distinct_id="1", at=NOW) for _ in range(2)))
    before = list(Membership.objects.values())
    heads = [
        EventHead(str(xid), *row)
        for xid, *row in Event.objects.values_list("xid", "position", "received_at", "name", "distinct_id")
    ]

    on_customer_events(heads)

    assert (list(Membership.objects.values()), told()) == (before, [("Segment Entered", "1")])
    assert numbers(segment) == ["1"]
