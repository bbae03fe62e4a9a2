"""Two customers become one and two again; nothing is lost on either way, and the facts follow."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from tests.build import (
    NOON,
    make_business,
    make_customer,
    make_event,
    make_order,
    make_orders,
    make_refund,
    order_event,
    refund_event,
    tell,
)

from wafaa.access.audit.models import Change
from wafaa.config.facts import FACT_TABLES
from wafaa.know.customers.actions import merge_customers, set_tags, undo_merge
from wafaa.know.customers.errors import MergeRefused, UndoRefused
from wafaa.know.customers.models import Customer, CustomerTag, DistinctId, Merge
from wafaa.know.customers.queries import get_customer, list_customers
from wafaa.know.notes.models import Note
from wafaa.know.orders.models import CustomerTotals, Order, Refund
from wafaa.learn.facts.actions import rebuild_facts, sync_facts
from wafaa.show.console.customers.merging import GROUPS_AT_ONCE, MOVERS


@pytest.fixture
def two():
    """Sara bought twice and gave one back under C1, and once as somebody else under C2."""
    make_business(currency="SAR", time_zone="Asia/Riyadh")
    kept = make_customer("C1", name="سارة", email="sara@example.com", city="Riyadh", attributes={"size": 4})
    gone = make_customer("C2", name="Sara A", phone="0501234567", attributes={"size": 5, "club": "gold"})
    make_orders(
        order_event("1", customer="C1", lines=[("A", 1, "100.00")]),
        order_event("2", customer="C1", lines=[("A", 1, "50.00")], at=NOON + timedelta(days=1)),
        order_event("3", customer="C2", lines=[("A", 1, "7.00")], at=NOON + timedelta(days=9)),
    )
    make_refund("R1", order="3", customer="C2", lines=[("A", 1, "7.00")], at=NOON + timedelta(days=10))
    set_tags(customer=kept, names=["VIP"], by=None)
    set_tags(customer=gone, names=["vip", "مهم"], by=None)
    Note.objects.create(customer=gone, text="likes tea", created_at=NOON)
    return Customer.objects.get(pk=kept.pk), Customer.objects.get(pk=gone.pk)


def join(kept, gone, **choices):
    return merge_customers(kept=kept, gone=gone, choices=choices, movers=MOVERS, by=None)


def part(merge):
    return undo_merge(merge=merge, movers=MOVERS, by=None)


def everything():
    """All rows that a merge may touch, without the stamp of the last writer."""
    customers = [
        {key: value for key, value in row.items() if key != "changed_in"}
        for row in Customer.objects.order_by("id").values()
    ]
    return {
        "customers": customers,
        "ids": list(DistinctId.objects.order_by("distinct_id").values_list("distinct_id", "customer_id")),
        "tags": list(
            CustomerTag.objects.order_by("tag_id", "customer_id").values_list("tag_id", "customer_id")
        ),
        "orders": list(Order.objects.order_by("id").values_list("external_id", "customer_id", "counted")),
        "refunds": list(Refund.objects.order_by("id").values_list("external_id", "customer_id")),
        "totals": list(CustomerTotals.objects.order_by("customer_id").values()),
        "notes": list(Note.objects.order_by("id").values_list("text", "customer_id")),
    }


@pytest.mark.django_db
def test_a_merge_moves_everything_to_the_one_who_stays(two):
    kept, gone = two

    join(kept, gone, name="kept", **{"attributes.size": "gone"})

    kept.refresh_from_db()
    assert (kept.name, kept.email, kept.phone) == ("سارة", "sara@example.com", "+966501234567")
    assert kept.attributes == {"size": 5, "club": "gold"}
    assert {known.distinct_id for known in kept.distinct_ids.all()} == {"C1", "C2"}
    assert sorted(tag.tag.name for tag in kept.worn.all()) == ["VIP", "مهم"]
    assert set(Order.objects.values_list("customer_id", flat=True)) == {kept.pk}
    assert Refund.objects.get().customer_id == kept.pk
    assert Note.objects.get().customer_id == kept.pk
    totals = CustomerTotals.objects.get()
    assert (totals.customer_id, totals.orders, totals.gross_minor, totals.refunded_minor) == (
        kept.pk,
        3,
        15700,
        700,
    )
    assert [one.pk for one in list_customers()] == [kept.pk]
    assert [one.pk for one in list_customers(search="C2")] == [kept.pk]
    assert get_customer(gone.uuid).pk == kept.pk


@pytest.mark.django_db
def test_undoing_brings_back_exactly_what_was(two):
    before = everything()

    merge = join(*two, name="gone", **{"attributes.size": "gone"})
    assert everything() != before
    part(merge)

    assert everything() == before
    part(merge)
    assert everything() == before
    assert list(Change.objects.order_by("id").values_list("deed", flat=True))[-2:] == [
        "merge_customers",
        "undo_merge",
    ]


@pytest.mark.django_db
def test_what_came_since_goes_where_its_id_goes(two):
    kept, gone = two
    merge = join(kept, gone)
    make_order("4", customer="C2", lines=[("A", 1, "20.00")], at=NOON + timedelta(days=11))
    make_order("5", customer="C1", lines=[("A", 1, "30.00")], at=NOON + timedelta(days=12))
    tell(
        refund_event("R2", order="4", customer=None, lines=[("A", 1, "20.00")], at=NOON + timedelta(days=13))
    )
    tell(order_event("3", customer="C1", lines=[("A", 1, "8.00")], at=NOON + timedelta(days=9)))  # corrected
    assert set(Order.objects.values_list("customer_id", flat=True)) == {kept.pk}

    part(merge)

    owners = dict(Order.objects.values_list("external_id", "customer_id"))
    assert owners == {"1": kept.pk, "2": kept.pk, "3": kept.pk, "4": gone.pk, "5": kept.pk}
    assert Refund.objects.get(external_id="R2").customer_id == gone.pk
    totals = {one.customer_id: (one.orders, one.gross_minor) for one in CustomerTotals.objects.all()}
    assert totals == {kept.pk: (4, 18800), gone.pk: (1, 2000)}


@pytest.mark.django_db
def test_a_field_changed_since_stays_as_it_is(two):
    kept, gone = two
    merge = join(kept, gone, name="gone")
    tell_name = make_customer("C1", name="Sara Alone")
    assert tell_name.pk == kept.pk

    part(merge)

    kept.refresh_from_db()
    assert (kept.name, kept.phone) == ("Sara Alone", "")


@pytest.mark.django_db
def test_merges_are_undone_in_any_order_unless_the_one_who_stayed_was_merged_too(two):
    kept, gone = two
    third = make_customer("C3", name="Third")
    first = join(kept, gone)
    second = join(third, Customer.objects.get(pk=kept.pk))
    assert get_customer(gone.uuid).pk == third.pk

    with pytest.raises(UndoRefused):
        part(first)
    part(second)
    part(first)

    assert list_customers().count() == 3
    with pytest.raises(MergeRefused):
        join(kept, kept)


@pytest.mark.django_db
def test_facts_in_step_after_merge_and_undo_equal_a_rebuild(two):
    sync_facts(FACT_TABLES)
    merge = join(*two)
    synced = sync_facts(FACT_TABLES)
    assert (synced.changed, synced.rebuilt) == (True, False)
    assert rebuild_facts(FACT_TABLES).version == synced.version

    part(merge)
    synced = sync_facts(FACT_TABLES)
    assert (synced.changed, synced.rebuilt) == (True, False)
    assert rebuild_facts(FACT_TABLES).version == synced.version


@pytest.mark.django_db
def test_a_merge_by_hand_shows_first_what_it_does_and_can_be_undone_by_hand(two, agent, client_as):
    kept, gone = two
    client = client_as(agent, HTTP_ACCEPT_LANGUAGE="en")
    address = reverse("customer-merge", args=[kept.uuid])
    page = client.get(address, {"with": gone.uuid}).content.decode()
    for shown in ("Sara A", "سارة", "is taken over", "1 order", "1 refund", "1 note", "C2"):
        assert shown in page

    response = client.post(address, {"with": gone.uuid, "name": "gone"}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("customer", args=[kept.uuid])
    assert response.context["customer"].name == "Sara A"
    assert client.get(reverse("customer", args=[gone.uuid])).status_code == 302

    client.post(reverse("merge-undo", args=[Merge.objects.get().uuid]))
    assert list_customers().count() == 2


@pytest.mark.django_db
def test_a_cashier_may_not_merge(two, cashier, client_as):
    kept, gone = two
    response = client_as(cashier).post(reverse("customer-merge", args=[kept.uuid]), {"with": gone.uuid})
    assert (response.status_code, Merge.objects.count()) == (403, 0)


@pytest.mark.django_db
def test_a_branch_may_not_merge_with_a_customer_it_does_not_see(two, branch_manager, client_as):
    kept, gone = two
    response = client_as(branch_manager).post(
        reverse("customer-merge", args=[kept.uuid]), {"with": gone.uuid}
    )
    assert (response.status_code, Merge.objects.count()) == (404, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by", "pairs"), [("phone", [{"D1", "D2"}]), ("email", [{"D3", "D4"}]), ("name", [{"D5", "D6"}])]
)
def test_duplicates_are_suggested(by, pairs, owner, client_as):
    make_business(time_zone="Asia/Riyadh")
    make_customer("D1", phone="0501234567")
    make_customer("D2", phone="+966 50 123 4567")
    make_customer("D3", email="A@example.com")
    make_customer("D4", email="a@example.com")
    make_customer("D5", name="أحمد الفهد", city="Riyadh")
    make_customer("D6", name="الفهد احمَد", city="Riyadh")
    make_customer("D7", name="احمد الفهد", city="Jeddah")

    response = client_as(owner).get(reverse("duplicates"), {"by": by})

    assert [{one.external_id for one in group.customers} for group in response.context["groups"]] == pairs


@pytest.mark.django_db
def test_duplicates_behind_pages_of_merged_ones_are_found_at_once(owner, client_as):
    make_business(time_zone="Asia/Riyadh")
    told = [
        make_event("identify", distinct_id=f"{side}{number}", properties={"email": f"{number}@example.com"})
        for number in range(10, 11 + GROUPS_AT_ONCE)
        for side in "AB"
    ]
    tell(*told)
    for number in range(10, 10 + GROUPS_AT_ONCE):
        join(*Customer.objects.filter(email=f"{number}@example.com"))

    response = client_as(owner).get(reverse("duplicates"), {"by": "email"})

    shown = [[one.external_id for one in group.customers] for group in response.context["groups"]]
    assert (shown, response.context["next_place"]) == ([["A35", "B35"]], "")


def together(*calls):
    """Runs the calls at once, each on a connection of its own; returns what they raised."""
    failures, start = [], threading.Barrier(len(calls))

    def run(call):
        try:
            start.wait()
            call()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return failures


@pytest.mark.django_db(transaction=True)
def test_of_two_merges_at_once_one_is_refused(two):
    kept, gone = two

    failures = together(lambda: join(kept, gone), lambda: join(gone, kept))

    assert [type(error) for error in failures] == [MergeRefused]
    assert Merge.objects.count() == 1
    assert list_customers().count() == 1
    assert CustomerTotals.objects.get().orders == 3


@pytest.mark.django_db(transaction=True)
def test_orders_applied_while_two_are_merged_and_parted_land_with_a_living_customer(two):
    kept, gone = two
    told = [
        [
            order_event(f"T{n}-{i}", customer="C2" if i % 2 else "C1", lines=[("A", 1, "1.00")])
            for i in range(40)
        ]
        for n in range(6)
    ]

    def merge_and_part():
        for _ in range(3):
            part(join(kept, gone))
        join(kept, gone)

    failures = together(merge_and_part, lambda: [make_orders(*batch) for batch in told])

    assert failures == []
    assert set(Order.objects.values_list("customer_id", flat=True)) == {kept.pk}
    assert CustomerTotals.objects.get().orders == 243
    part(Merge.objects.get(undone_at=None))
    assert {one.customer_id: one.orders for one in CustomerTotals.objects.all()} == {
        kept.pk: 122,
        gone.pk: 121,
    }


@pytest.mark.django_db(transaction=True)
def test_an_order_under_way_makes_the_merge_wait(two):
    """The order has read whose its id is and is not committed; the merge must not move that id meanwhile."""
    from django.db import transaction

    from wafaa.know.customers.actions import ensure_customers

    kept, gone = two
    merged = threading.Event()

    def merge():
        join(kept, gone)
        merged.set()
        connection.close()

    with transaction.atomic():
        assert ensure_customers(["C2"]) == {"C2": gone.pk}
        thread = threading.Thread(target=merge)
        thread.start()
        assert not merged.wait(timeout=0.3)
        order = Order.objects.get(external_id="1")
        order.customer_id = gone.pk
        order.save(update_fields=["customer_id"])
    thread.join(timeout=30)

    assert merged.is_set()
    assert set(Order.objects.values_list("customer_id", flat=True)) == {kept.pk}
