"""Removing a source takes what staff noted about its customers along, merges included."""

import pytest
from tests.build import make_business, make_customer

from wafaa.know.customers.actions import merge_customers, remove_source, set_tags
from wafaa.know.customers.models import Customer, CustomerTag, DistinctId, Merge

pytestmark = pytest.mark.django_db


def test_customers_with_tags_and_merges_go_without_a_trace():
    make_business()
    kept, gone = make_customer("1", source="demo"), make_customer("2", source="demo")
    other = make_customer("3", source="file")
    for customer in (kept, gone, other):
        set_tags(customer=customer, names=["VIP"], by=None)
    merge_customers(kept=kept, gone=gone, choices={}, movers=[], by=None)

    remove_source(source="demo")

    assert list(Customer.objects.values_list("external_id", flat=True)) == ["3"]
    assert list(DistinctId.objects.values_list("distinct_id", flat=True)) == ["3"]
    assert CustomerTag.objects.count() == 1
    assert Merge.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_who_was_merged_into_a_removed_customer_goes_with_them_however_many_merges_away():
    make_business()
    kept = make_customer("1", source="demo")
    gone, first = make_customer("2", source="file"), make_customer("3", source="file")
    set_tags(customer=gone, names=["VIP"], by=None)
    merge_customers(kept=gone, gone=first, choices={}, movers=[], by=None)
    merge_customers(kept=kept, gone=gone, choices={}, movers=[], by=None)

    assert remove_source(source="demo") == 3

    assert (Customer.objects.count(), DistinctId.objects.count()) == (0, 0)


def test_a_merged_customer_of_a_removed_source_leaves_the_other_whole():
    make_business()
    kept, gone = make_customer("1", source="file"), make_customer("2", source="demo")
    merge_customers(kept=kept, gone=gone, choices={}, movers=[], by=None)

    remove_source(source="demo")

    assert list(Customer.objects.values_list("external_id", flat=True)) == ["1"]
    assert sorted(DistinctId.objects.values_list("distinct_id", flat=True)) == ["1", "2"]
