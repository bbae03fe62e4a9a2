"""The catalogue: names are listed, wrong types of known properties are reported, and every event is kept."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.build import NOON, make_event

from wafaa.kit.clock import fixed_at
from wafaa.stream.actions import record_events
from wafaa.stream.catalogue import EVENTS, Kind, Mismatch, find_mismatches, is_known, looks_right
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.handlers import on_every_event
from wafaa.stream.models import Event
from wafaa.stream.queries import list_event_names, list_problems
from wafaa.stream.rules import Consumer

CATALOGUE = Consumer(name="stream.catalogue", hears=(), handle=on_every_event)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
    | st.sampled_from(["12.50", "-3", "2026-05-01", "2026-05-01T12:00:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["price", "sku", "quantity"]), inner),
    max_leaves=6,
)  # fmt: skip


def tell(*events, at=NOON):
    with fixed_at(at):
        record_events(events=events)
        drain_until_quiet([CATALOGUE])


@pytest.mark.parametrize(
    ("name", "properties", "found"),
    [
        ("Product Viewed", {"price": 5, "quantity": "2", "sku": 7, "own": [1], "name": None}, []),
        ("Product Viewed", {"price": "free"}, [("price", "number", "text")]),
        (
            "Product Viewed",
            {"price": True, "sku": 1.5},
            [("price", "number", "flag"), ("sku", "text", "number")],
        ),
        ("Order Completed", {"products": {"sku": "A"}}, [("products", "list", "object")]),
        (
            "Order Completed",
            {"products": [{"price": []}, {"price": []}, "A"]},
            [("products[]", "object", "text"), ("products[].price", "number", "list")],
        ),
        ("Order Paid", {"paid_at": "yesterday"}, [("paid_at", "moment", "text")]),
        ("Order Paid", {"paid_at": "2026-05-01"}, []),
        ("Customer Erased", {"any": "thing"}, []),
        ("Shoe Polished", {"price": "free"}, []),
    ],
)
def test_only_known_properties_of_known_names_can_be_wrong(name, properties, found):
    expected = [Mismatch(place, Kind(wanted), Kind(told)) for place, wanted, told in found]

    assert sorted(find_mismatches(name, properties)) == expected


@given(
    st.sampled_from(sorted(EVENTS)), st.dictionaries(st.sampled_from(["price", "products", "order_id", "paid_at"]), VALUES)
)  # fmt: skip
def test_the_quick_look_never_overlooks_a_mismatch(name, properties):
    if find_mismatches(name, properties):
        assert not looks_right(name, msgspec.json.encode(properties).decode())


@pytest.mark.django_db
def test_every_name_is_listed_known_or_not():
    tell(make_event("Product Viewed"), make_event("Shoe Polished"))
    tell(make_event("Shoe Polished"), make_event("Shoe Polished"), at=NOON + timedelta(hours=1))

    listed = [(one.name, one.count, one.first_seen_at, one.last_seen_at) for one in list_event_names()]

    later = NOON + timedelta(hours=1)
    assert listed == [("Shoe Polished", 3, NOON, later), ("Product Viewed", 1, NOON, NOON)]
    assert (is_known("Product Viewed"), is_known("Shoe Polished")) == (True, False)


@pytest.mark.django_db
def test_a_wrong_type_is_counted_with_an_example_and_the_event_is_kept():
    wrong = {"price": "free", "sku": "A1"}
    tell(
        make_event("Product Viewed", properties=wrong, message_id="first"),
        make_event("Product Viewed", properties={"price": "1.50"}),
    )
    tell(
        make_event("Product Viewed", properties=wrong, message_id="second", source="key:abc"),
        at=NOON + timedelta(hours=1),
    )

    (problem,) = list_problems()
    assert (problem.name, problem.property, problem.expected, problem.found) == (
        *("Product Viewed", "price"),
        *("number", "text"),
    )
    assert (problem.count, problem.example, problem.source) == (2, "second", "key:abc")
    assert problem.last_seen_at == NOON + timedelta(hours=1)
    assert [event.properties for event in Event.objects.filter(message_id="first")] == [wrong]
    assert list(list_problems(name="Cart Viewed")) == []
