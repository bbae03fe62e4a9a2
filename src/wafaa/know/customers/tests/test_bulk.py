"""A change of many customers, chunk by chunk, by one worker or by two, and what becomes of it."""

from datetime import timedelta

import pytest
from tests.build import make_business, make_customer

from wafaa.kit import clock
from wafaa.know.customers.actions import (
    change_chunk,
    ensure_tag,
    forget_bulk_edits,
    remove_tag,
    set_tags,
    start_bulk_edit,
    start_undo,
    undo_chunk,
)
from wafaa.know.customers.models import BulkEdit, BulkEditRow, Customer, CustomerTag
from wafaa.know.customers.rules import BulkState, Deed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids():
    make_business()
    return [make_customer(str(number)).pk for number in range(3)]


def start(deed, tag, owner):
    return start_bulk_edit(
        deed=deed, what={"tag": tag.pk, "label": tag.name}, chosen={"asked": ""}, total=3, by=owner
    )


def test_a_chunk_that_another_worker_did_ends_nothing(ids, owner):
    edit = start(Deed.ADD_TAG, ensure_tag(name="VIP", by=owner), owner)
    change_chunk(edit_id=edit.pk, ids=ids[:2])

    again = change_chunk(edit_id=edit.pk, ids=ids[:2])
    assert (again.state, again.last_id, again.done) == (BulkState.RUNNING, ids[1], 2)

    change_chunk(edit_id=edit.pk, ids=ids[2:])
    assert change_chunk(edit_id=edit.pk, ids=[]).state == BulkState.DONE
    assert CustomerTag.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_tag_that_was_removed_meanwhile_is_given_to_nobody_and_not_given_back(ids, owner):
    tag = ensure_tag(name="VIP", by=owner)
    for one in ids:
        set_tags(customer=Customer.objects.get(pk=one), names=["VIP"], by=owner)
    edit = start(Deed.REMOVE_TAG, tag, owner)
    change_chunk(edit_id=edit.pk, ids=ids)
    change_chunk(edit_id=edit.pk, ids=[])
    adding = start(Deed.ADD_TAG, tag, owner)
    remove_tag(tag=tag, by=owner)

    change_chunk(edit_id=adding.pk, ids=ids)
    start_undo(edit_id=edit.pk, by=owner)
    undo_chunk(edit_id=edit.pk)

    assert undo_chunk(edit_id=edit.pk).state == BulkState.UNDONE
    assert CustomerTag.objects.count() == 0


def test_what_customers_had_before_is_forgotten_after_a_month(ids, owner):
    tag = ensure_tag(name="VIP", by=owner)
    old, running = start(Deed.ADD_TAG, tag, owner), start(Deed.ADD_TAG, tag, owner)
    change_chunk(edit_id=old.pk, ids=ids)
    change_chunk(edit_id=old.pk, ids=[])

    with clock.fixed_at(clock.now() + timedelta(days=29)):
        assert forget_bulk_edits() == 0
        new = start(Deed.ADD_TAG, tag, owner)
    with clock.fixed_at(clock.now() + timedelta(days=31)):
        assert forget_bulk_edits() == 1

    assert set(BulkEdit.objects.all()) == {running, new}
    assert BulkEditRow.objects.count() == 0
    assert CustomerTag.objects.count() == 3
