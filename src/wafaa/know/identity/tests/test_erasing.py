"""What was told of somebody is handed out and forgotten; merges older than the rules are known to them."""

from importlib import import_module

import pytest
from django.apps import apps
from tests.build import make_business

from wafaa.know.customers import actions as customers
from wafaa.know.customers.actions import merge_customers
from wafaa.know.identity.actions import erase_customer, remove_source, settle, tell_apart
from wafaa.know.identity.models import Claim, Decision, DecisionMember, Doubt, SharedIdentifier
from wafaa.know.identity.queries import explain_ids, export_customer, list_shared
from wafaa.know.identity.tests.telling import MOVERS, account, groups, identify, seen, tell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business():
    make_business(currency="SAR", time_zone="Asia/Riyadh")


def test_erasing_one_person_leaves_what_others_told():
    tell(identify("s:1", email="a@example.com"), identify("s:2", email="a@example.com"), seen("s:1", "d"))
    tell(identify("s:3", name="Ali"))
    tell_apart(ids=["s:1"], customer=account("s:3"), movers=MOVERS, by=None)
    assert Doubt.objects.count() == 1

    gone = erase_customer(customer_id=account("s:1").pk, distinct_ids=["s:1", "anonymous:d"])

    assert gone == {"claims": 2, "doubts": 1, "decisions": 1}
    assert list(Claim.objects.values_list("distinct_id", "identifier")) == [("s:2", "email:a@example.com")]
    assert not Doubt.objects.exists()


def test_a_person_gets_what_was_told_and_decided():
    tell(identify("s:1", email="a@example.com"))

    handed = export_customer(customer_id=account("s:1").pk, distinct_ids=["s:1"])

    assert [(row["id"], row["told"], row["source"]) for row in handed["claims"]] == [
        ("s:1", "email:a@example.com", "test")
    ]
    assert handed["decisions"] == []


def test_what_a_source_told_goes_with_it():
    tell(*(identify(f"s{number}:1", email="till@example.com") for number in range(6)))
    assert list_shared() == [("email:till@example.com", 6)]

    customers.remove_source(source="test")
    assert remove_source(source="test") == 6

    assert not SharedIdentifier.objects.exists()


def test_merges_that_are_older_than_the_rules_are_decisions():
    tell(identify("1", name="Sara"), identify("2", name="Sara"))
    merge = merge_customers(kept=account("1"), gone=account("2"), choices={}, movers=MOVERS, by=None)

    import_module("wafaa.know.identity.migrations.0001_initial").remember_merges(apps, None)

    assert Decision.objects.get().merge == merge
    assert sorted(DecisionMember.objects.values_list("distinct_id", "is_left")) == [("1", False), ("2", True)]
    settle(["1", "2"], movers=MOVERS)
    assert groups() == [["1", "2"]]


def test_an_id_is_explained_by_the_event_that_told_it():
    tell(identify("7", email="a@example.com"), identify("s:1", email="a@example.com"), seen("7", "d"))

    rows, others = explain_ids(["7", "s:1", "anonymous:d"])

    assert [(row.distinct_id, row.rule, row.identifier, row.source) for row in rows] == [
        ("7", "email", "email:a@example.com", "test"),
        ("s:1", "email", "email:a@example.com", "test"),
        ("anonymous:d", "device", "anonymous:d", "test"),
    ]
    assert others == 0
