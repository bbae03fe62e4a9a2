"""The form of a tree: what it shows is read back as the same tree."""

from typing import Any

import pytest
from django.http import QueryDict
from tests.build import make_business, make_store

from wafaa.know.customers.models import OwnField
from wafaa.know.customers.rules import Kind
from wafaa.learn.segments.builder import Draft, DraftWrong, list_inputs, make_tree, read_draft, write_draft
from wafaa.learn.segments.offers import Offers
from wafaa.learn.segments.rules import read_tree, write_tree

LAST = {"last": 30, "unit": "days"}
CONDITIONS: list[dict[str, Any]] = [
    {"orders": {"measure": "count", "min": 3}},
    {"orders": {"measure": "count", "max": 0, "window": {"last": 60, "unit": "days"}}},
    {
        "orders": {
            "measure": "count",
            "min": 2,
            "max": 5,
            "window": {"from": "2026-01-01", "to": "2026-02-01"},
        }
    },
    {"orders": {"measure": "sum", "min": 10050, "where": {"stores": ["R1"], "categories": ["قهوة"]}}},
    {"orders": {"measure": "average", "max": 99900, "where": {"currency": "KWD", "products": ["A", "B"]}}},
    {"orders": {"measure": "last", "window": {"last": 3, "unit": "months"}}},
    {"orders": {"measure": "first", "window": LAST, "where": {"channels": ["web"]}}},
    {"store": {"did": "visited", "stores": ["R1"], "min": 1, "window": LAST}},
    {"store": {"did": "ordered", "stores": ["R1", "gone"], "max": 2}},
    {
        "events": {
            "name": "Product Viewed",
            "measure": "count",
            "min": 1,
            "window": {"last": 24, "unit": "hours"},
        }
    },
    {
        "events": {
            "name": "Signed Up",
            "measure": "last",
            "where": [
                {"property": "plan", "one_of": ["gold", "silver"]},
                {"property": "age", "min": 18},
                {"property": "seen", "yes": True},
            ],
        }
    },
    {"profile": {"field": "city", "one_of": ["جدة", "Riyadh"]}},
    {"profile": {"field": "email", "contains": "@example.com"}},
    {"profile": {"field": "name", "begins": "Ah"}},
    {"profile": {"field": "phone", "known": False}},
    {"profile": {"field": "country", "one_of": ["SA"]}},
    {"profile": {"field": "owner", "known": True}},
    {"profile": {"field": "tags", "one_of": [7]}},
    {"profile": {"field": "age", "min": 18, "max": 25}},
    {"profile": {"field": "birth_date", "yearly": {"from": 0, "to": 6}}},
    {"profile": {"field": "birth_date", "in": {"next": 2, "unit": "weeks"}}},
    {"profile": {"field": "created_at", "in": LAST}},
    {"profile": {"field": "own.size", "one_of": ["L"]}},
    {"profile": {"field": "own.score", "min": 2.5}},
    {"profile": {"field": "own.member", "yes": False}},
    {"consent": {"channel": "email", "purpose": "marketing", "is": "allowed"}},
    {"consent": {"channel": "fax", "purpose": "our_own", "is": "unasked"}},
    {"rfm": {"groups": ["champions", "lost"]}},
    {"pareto": {"classes": ["a"]}},
    {"segment": {"uuid": "00000000-0000-0000-0000-000000000007", "in": False}},
    {"profile": {"field": "birth_date", "yearly": {"from": 1, "to": 1, "calendar": "hijri"}}},
    {"profile": {"field": "own.score", "min": 0, "max": 0}},
    {"profile": {"field": "own.score", "max": 0}},
    {"profile": {"field": "own.nobody_knows", "min": 0, "max": 0}},
    {"profile": {"field": "own.score", "max": 1234567}},
    {"profile": {"field": "own.score", "min": 1234567.125, "max": 98765432.1}},
    {"profile": {"field": "own.score", "min": -2.5, "max": -1}},
    {"profile": {"field": "age", "max": 0}},
    {"store": {"did": "visited", "stores": ["R1"], "max": 0}},
    {"orders": {"measure": "sum", "max": 0}},
    {
        "events": {
            "name": "Signed Up",
            "measure": "count",
            "min": 1234567,
            "where": [
                {"property": "free", "min": 0, "max": 0},
                {"property": "paid", "max": 0},
                {"property": "score", "min": 1234567, "max": 1234567},
                {"property": "weight", "min": 0.5, "max": 20000000},
            ],
        }
    },
]


def post(draft: Draft, offers: Offers, **more: str) -> QueryDict:
    """What a browser sends of the form."""
    data = QueryDict(mutable=True)
    data["join"] = draft.join
    for row in draft.rows:
        data.appendlist("row", f"{row.group}.{row.id}")
        data[row.named("what")] = row.what
        if row.is_not:
            data[row.named("not")] = "1"
        for one in list_inputs(row, offers):
            data.setlist(row.named(one.name), list(one.values))
    for name, value in more.items():
        data[name] = value
    return data


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: str(one)[:80])
def test_a_condition_comes_back_as_it_was(db, condition):
    make_business(currency="SAR")
    make_store("R1", "العليا")
    OwnField.objects.create(key="score", kind=Kind.NUMBER)
    for told in (condition, {"not": condition}):
        tree, offers = read_tree({"all": [told]}), Offers()

        draft = write_draft(tree, offers)

        assert draft is not None
        assert write_tree(make_tree(read_draft(post(draft, offers), offers), offers)) == write_tree(tree)


@pytest.mark.parametrize("outer", ["all", "any"])
def test_groups_come_back_as_they_were(db, outer):
    inner = "any" if outer == "all" else "all"
    told = {outer: [CONDITIONS[0], {inner: [CONDITIONS[1], {"not": CONDITIONS[11]}]}, CONDITIONS[27]]}
    offers = Offers()
    draft = write_draft(read_tree(told), offers)

    assert draft is not None
    assert [len(group) for group in draft.list_groups()] == [1, 2, 1]
    assert write_tree(make_tree(read_draft(post(draft, offers), offers), offers)) == told


def test_what_lies_deeper_is_no_form(db):
    deep = {"all": [{"any": [{"all": [CONDITIONS[0], CONDITIONS[1]]}]}]}

    assert write_draft(read_tree(deep), Offers()) is None


def make_draft(offers: Offers, condition: dict[str, Any], **changes: Any) -> Draft:
    draft = write_draft(read_tree({"all": [condition]}), offers)
    assert draft is not None
    data = post(draft, offers)
    for name, value in changes.items():
        data.setlist(f"r1-{name}", value if isinstance(value, list) else [value])
    return read_draft(data, offers)


@pytest.mark.parametrize(
    ("condition", "changes", "field"),
    [
        (CONDITIONS[0], {"low": "three"}, "low"),
        (CONDITIONS[0], {"low": "-1"}, "low"),
        (CONDITIONS[0], {"low": ""}, "low"),
        (CONDITIONS[2], {"high": "1"}, "high"),
        (CONDITIONS[2], {"from": "2026-02-31"}, "from"),
        (CONDITIONS[2], {"from": "", "to": ""}, "from"),
        (CONDITIONS[1], {"count": "0"}, "count"),
        (CONDITIONS[1], {"count": "99999"}, "count"),
        (CONDITIONS[7], {"stores": []}, "stores"),
        (CONDITIONS[9], {"name": ""}, "name"),
        (CONDITIONS[9], {"name": "Segment Entered"}, "name"),
        (CONDITIONS[11], {"values": ["", " "]}, "values"),
        (CONDITIONS[12], {"text": ""}, "text"),
        (CONDITIONS[27], {"groups": []}, "groups"),
        (CONDITIONS[29], {"segment": ""}, "segment"),
        (CONDITIONS[0], {"what": "nonsense"}, "what"),
        (CONDITIONS[0], {"what": "profile.nonsense", "values": ["x"]}, ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field(db, condition, changes, field):
    make_store("R1", "العليا")
    offers = Offers()

    with pytest.raises(DraftWrong) as caught:
        make_tree(make_draft(offers, condition, **changes), offers)

    assert list(caught.value.errors) == [1]
    assert list(caught.value.errors[1]) == [field]


def test_digits_of_both_shapes_and_several_values_in_one_field(db):
    offers = Offers()

    counted = make_tree(make_draft(offers, CONDITIONS[0], low="١٬٢٠٠"), offers)
    cities = make_tree(make_draft(offers, CONDITIONS[11], values=["جدة، مكة", "Riyadh"]), offers)

    assert write_tree(counted)["all"][0]["orders"]["min"] == 1200
    assert write_tree(cities)["all"][0]["profile"]["one_of"] == ["جدة", "مكة", "Riyadh"]


def test_a_removed_condition_can_be_put_back(db):
    draft = write_draft(read_tree({"all": [CONDITIONS[0], CONDITIONS[11]]}), Offers())
    assert draft is not None

    without = draft.remove(1)
    again = without.restore()

    assert [row.what for row in without.rows] == ["profile.city"]
    assert [row.what for row in again.rows] == ["orders.count", "profile.city"]
    assert again.removed is None
