"""What staff note about customers: profile, owner, tags, own fields, views, changes of many at once."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.build import NOON, make_business, make_customer, make_orders, order_event

from wafaa.access.audit.models import Change
from wafaa.kit import clock
from wafaa.know.customers.actions import (
    change_chunk,
    define_field,
    ensure_customers,
    ensure_tag,
    remove_tag,
    set_tags,
    start_bulk_edit,
)
from wafaa.know.customers.models import BulkEdit, Customer, CustomerTag, CustomerView, OwnField, Tag
from wafaa.know.customers.rules import BulkState, Deed, Kind
from wafaa.show.console.customers import bulk
from wafaa.show.console.tasks import change_many

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def shop(olaya):
    """Three customers who bought 3, 1 and no times; the first 100 days ago, the second yesterday."""
    make_business(currency="SAR", time_zone="Asia/Riyadh", lapse_window_days=90)
    for number in ("C1", "C2", "C3"):
        make_customer(number, name=f"Name {number}", attributes={"size": "7"} if number == "C2" else {})
    with clock.fixed_at(NOON):
        make_orders(
            *(
                order_event(f"1-{i}", customer="C1", store="RUH-1", at=NOON - timedelta(days=100 + i))
                for i in range(3)
            ),
            order_event("2", customer="C2", store="JED-1", at=NOON - timedelta(days=1)),
        )
        yield


def get(number):
    return Customer.objects.get(external_id=number)


def numbers(response):
    return [row["customer"].external_id for row in response.context["rows"]]


def deeds():
    return list(Change.objects.order_by("id").values_list("deed", flat=True))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"live": "live"}, ["C2"]),
        ({"live": "lapsed"}, ["C1"]),
        ({"orders_min": "2"}, ["C1"]),
        ({"orders_min": "1", "orders_max": "1"}, ["C2"]),
        ({"since": "2026-02-28"}, ["C2"]),
        ({"until": "2026-02-27"}, ["C1"]),
        ({"since": "9999-12-31"}, []),
        ({"until": "9999-12-31"}, ["C2", "C1"]),
        ({"since": "2026-02-28", "until": "2026-02-28"}, ["C2"]),
        ({"since": "no day"}, ["C2", "C1", "C3"]),
        ({"owner": "none"}, ["C2", "C1"]),
        ({"owner": "me"}, ["C3"]),
        ({"owner": "999999"}, ["C2", "C1", "C3"]),
        ({"from_size": "7", "to_size": "7"}, ["C2"]),
        ({"from_size": "٧"}, ["C2"]),
        ({"from_size": "8"}, []),
        ({"to_size": "6.5"}, []),
        ({"to_size": "0"}, []),
        ({"from_size": "x"}, ["C2", "C1", "C3"]),
        ({"view": "mine"}, ["C3"]),
        ({"view": "once"}, ["C2"]),
        ({"view": "lapsed"}, ["C1"]),
        ({"view": "lapsed", "live": ""}, ["C2", "C1", "C3"]),
        ({"view": "no view"}, ["C2", "C1", "C3"]),
    ],
)
def test_the_list_answers_what_its_address_asks(shop, owner, client_as, query, found):
    define_field(key="size", label_ar="المقاس", label_en="Size", kind=Kind.NUMBER, by=owner)
    Customer.objects.filter(external_id="C3").update(owner=owner)

    response = client_as(owner).get(reverse("customers"), query)

    assert response.status_code == 200
    assert sorted(numbers(response)) == sorted(found)


def test_customers_wear_all_tags_that_were_asked_for(shop, owner, client_as):
    set_tags(customer=get("C1"), names=["VIP", "مهم"], by=owner)
    set_tags(customer=get("C2"), names=["vip"], by=owner)
    vip, important = Tag.objects.get(folded="vip"), Tag.objects.get(folded="مهم")

    client = client_as(owner)
    assert sorted(numbers(client.get(reverse("customers"), {"tag": vip.pk}))) == ["C1", "C2"]
    assert numbers(client.get(reverse("customers"), {"tag": [vip.pk, important.pk]})) == ["C1"]


def test_a_country_that_a_file_named_otherwise_stays_when_the_profile_is_saved(shop, owner, client_as):
    Customer.objects.filter(pk=get("C1").pk).update(country="Kingdom of Somewhere", language="en-GB")
    client, address = client_as(owner, **ENGLISH), reverse("customer-edit", args=[get("C1").uuid])

    response = client.post(
        address,
        {"external_id": "C1", "country": "Kingdom of Somewhere", "language": "en-GB", "city": "Jeddah"},
    )

    customer = get("C1")
    assert response.status_code == 302
    assert (customer.country, customer.language, customer.city) == ("Kingdom of Somewhere", "en-GB", "Jeddah")
    assert client.post(address, {"country": "Atlantis"}).status_code == 422


def test_a_profile_is_edited_with_an_entry_in_the_trail_that_shows_no_personal_data(shop, agent, client_as):
    define_field(key="size", label_ar="المقاس", label_en="Size", kind=Kind.NUMBER, by=None)
    client, address = client_as(agent, **ENGLISH), reverse("customer-edit", args=[get("C1").uuid])
    given = {
        "name": "نورة", "email": "Noura@Example.com", "phone": "0501234567", "external_id": "C1", "language": "ar",
        "country": "SA", "city": "Riyadh", "birth_date": "1990-05-01", "owner": agent.pk, "tags": "VIP، مهم",
        "field_size": "٤٢",
    }  # fmt: skip

    assert client.post(address, given).status_code == 302

    customer = get("C1")
    assert (customer.name, customer.email, customer.phone) == ("نورة", "noura@example.com", "+966501234567")
    assert (customer.owner, customer.attributes, customer.birth_date.isoformat()) == (
        agent,
        {"size": 42},
        "1990-05-01",
    )
    assert sorted(worn.tag.name for worn in customer.worn.select_related("tag")) == ["VIP", "مهم"]
    change = Change.objects.get(deed="change_customer")
    assert (change.staff, change.subject, change.after["name"], change.after["city"]) == (
        agent,
        "C1",
        "ن••••",
        "Riyadh",
    )
    assert "noura" not in str(change.after)
    assert {"set_owner", "set_tags", "create_tag"} <= set(deeds())
    assert numbers(client.get(reverse("customers"), {"q": "نوره"})) == ["C1"]

    page = client.get(reverse("customer", args=[customer.uuid])).content.decode()
    assert "Size" in page
    assert "VIP" in page


def test_saving_an_unchanged_profile_notes_nothing(shop, owner, client_as):
    client, address = client_as(owner), reverse("customer-edit", args=[get("C1").uuid])
    form = client.get(address).context["form"]
    before = deeds()

    client.post(address, {name: form[name].value() or "" for name in form.fields})

    assert deeds() == before


def test_what_a_file_brought_and_no_field_knows_stays_when_something_else_is_changed(
    shop, owner, analyst, client_as
):
    kinds = {
        "size": Kind.NUMBER,
        "since": Kind.DATE,
        "member": Kind.YES_NO,
        "club": Kind.CHOICE,
        "line": Kind.TEXT,
    }
    for key, kind in kinds.items():
        define_field(key=key, label_ar="", label_en=key, kind=kind, choices=["Gold"], by=None)
    brought = {"size": "Huda", "since": "31.12.2026", "member": "Huda", "club": "Huda", "line": 50123}
    Customer.objects.filter(external_id="C1").update(attributes=brought)
    client, address = client_as(owner), reverse("customer-edit", args=[get("C1").uuid])
    form = client.get(address).context["form"]

    given = {name: form[name].value() or "" for name in form.fields} | {"city": "Riyadh"}
    assert client.post(address, given).status_code == 302

    assert (get("C1").city, get("C1").attributes) == ("Riyadh", brought)
    page = client_as(analyst).get(reverse("customer", args=[get("C1").uuid])).content.decode()
    assert "Huda" not in page
    assert "50123" not in page
    export = client_as(analyst).get(reverse("customers-export")).streaming_content
    assert b"Huda" not in b"".join(export)


def test_a_value_that_cannot_be_read_changes_nothing(shop, owner, client_as):
    define_field(key="size", label_ar="", label_en="Size", kind=Kind.NUMBER, by=None)
    response = client_as(owner).post(
        reverse("customer-edit", args=[get("C1").uuid]), {"name": "New", "field_size": "large"}
    )
    assert (response.status_code, get("C1").name) == (422, "Name C1")


@pytest.mark.parametrize("person", ["cashier", "analyst"])
def test_who_may_not_change_customers_changes_nothing(shop, cast, person, client_as):
    client = client_as(cast[person])
    for name, arguments in (("customer-edit", [get("C1").uuid]), ("customers-bulk", []), ("tags", [])):
        assert client.post(reverse(name, args=arguments), {"name": "X"}).status_code == 403
    assert get("C1").name == "Name C1"
    assert Tag.objects.count() == 0


def test_tags_are_renamed_coloured_and_removed(shop, owner, client_as):
    client = client_as(owner)
    client.post(reverse("tags"), {"name": "vip"})
    tag = Tag.objects.get()
    set_tags(customer=get("C1"), names=["VIP"], by=owner)
    ensure_tag(name="Other", by=owner)

    client.post(reverse("tag-change", args=[tag.pk]), {"name": "Gold", "colour": "amber"})
    client.post(reverse("tag-change", args=[tag.pk]), {"name": "OTHER", "colour": "red"})  # taken
    tag.refresh_from_db()
    assert (tag.name, tag.colour) == ("Gold", "amber")
    assert "Gold" in client.get(reverse("customers")).content.decode()

    client.post(reverse("tag-remove", args=[tag.pk]))
    assert (CustomerTag.objects.count(), Tag.objects.count()) == (0, 1)
    assert deeds()[-2:] == ["change_tag", "remove_tag"]


def test_a_manager_defines_fields_and_moves_them(owner, manager, agent, client_as):
    client = client_as(manager)
    for key, kind, choices in (("size", "number", ""), ("club", "choice", "Gold\nSilver\nGold\n")):
        given = {"key": key, "label_ar": key, "label_en": key.title(), "kind": kind, "choices": choices}
        assert client.post(reverse("customer-fields"), given).status_code == 302
    assert (
        client.post(reverse("customer-fields"), {"key": "size", "label_en": "X", "kind": "text"}).status_code
        == 422
    )
    assert (
        client.post(
            reverse("customer-fields"), {"key": "Big Key", "label_en": "X", "kind": "text"}
        ).status_code
        == 422
    )
    club = OwnField.objects.get(key="club")
    assert club.choices == ["Gold", "Silver"]

    client.post(reverse("customer-field-move", args=[club.pk]), {"to": "up"})
    assert list(OwnField.objects.values_list("key", flat=True)) == ["club", "size"]
    client.post(
        reverse("customer-field", args=[club.pk]), {"label_en": "Club card", "choices": "Gold", "key": "x"}
    )
    club.refresh_from_db()
    assert (club.key, club.label_en, club.kind, club.choices) == ("club", "Club card", "choice", ["Gold"])
    client.post(reverse("customer-field-remove", args=[club.pk]))
    assert OwnField.objects.count() == 1
    assert (
        client_as(agent)
        .post(reverse("customer-fields"), {"key": "a", "label_en": "A", "kind": "text"})
        .status_code
        == 403
    )


def test_a_view_keeps_filter_order_and_columns(shop, owner, manager, analyst, client_as):
    client = client_as(owner)
    asked = "orders_min=1&order=name&columns=city&columns=spend&q=&at=x"
    saved = client.post(reverse("customer-view-save"), {"name": "Buyers", "asked": asked, "is_shared": "on"})
    view = CustomerView.objects.get()
    assert view.asked == {"orders_min": ["1"], "order": ["name"], "columns": ["city", "spend"]}

    shared = client_as(analyst).get(saved["Location"])
    assert sorted(numbers(shared)) == ["C1", "C2"]
    assert [column.key for column in shared.context["columns"]] == ["city", "spend"]
    assert shared.context["order"] == "name"

    client_as(analyst).post(reverse("customer-view-remove", args=[view.uuid]))
    assert CustomerView.objects.count() == 1  # not hers
    client.post(reverse("customer-view-save"), {"name": "Own", "asked": "q=x", "view": str(view.uuid)})
    assert client_as(manager).get(reverse("customers"), {"view": view.uuid}).context["asked"].view is None
    client.post(reverse("customer-view-remove", args=[view.uuid]))
    assert CustomerView.objects.count() == 0


def choose(client, **given):
    return client.post(reverse("customers-bulk"), given)


def start(client, **given):
    response = client.post(reverse("customers-bulk-start"), given)
    assert response.status_code == 302, response.context["form"].errors
    return BulkEdit.objects.latest("id")


def test_the_ticked_are_counted_changed_and_taken_back(shop, owner, client_as):
    client, ids = client_as(owner), [str(get("C1").uuid), str(get("C2").uuid), str(uuid.uuid4())]
    set_tags(customer=get("C2"), names=["VIP"], by=owner)
    assert choose(client, ids=ids).context["count"] == 2

    edit = start(client, ids=ids, deed="add_tag", new_tag="vip")

    assert (edit.state, edit.total, edit.rows.count()) == (BulkState.DONE, 2, 1)
    assert CustomerTag.objects.count() == 2
    change_many(
        **ProcrastinateJob.objects.get(task_name=bulk.JOB).args
    )  # queued in case of a kill: nothing is left to do
    assert CustomerTag.objects.count() == 2
    client.post(reverse("customers-bulk-undo", args=[edit.uuid]))
    assert list(CustomerTag.objects.values_list("customer__external_id", flat=True)) == ["C2"]
    assert deeds()[-2:] == ["bulk_add_tag", "undo_bulk_edit"]


def test_all_that_the_filter_finds_get_an_owner_and_give_it_back(shop, owner, agent, client_as):
    client = client_as(owner)
    Customer.objects.filter(external_id="C1").update(owner=agent)
    assert choose(client, scope="found", asked="orders_min=1").context["count"] == 2

    edit = start(client, scope="found", asked="orders_min=1", deed="set_owner", owner=owner.pk)
    assert dict(Customer.objects.values_list("external_id", "owner")) == {
        "C1": owner.pk,
        "C2": owner.pk,
        "C3": None,
    }

    Customer.objects.filter(external_id="C2").update(owner=agent)  # changed since: stays
    client.post(reverse("customers-bulk-undo", args=[edit.uuid]))
    assert dict(Customer.objects.values_list("external_id", "owner")) == {
        "C1": agent.pk,
        "C2": agent.pk,
        "C3": None,
    }


def test_an_own_field_is_set_for_many_and_given_back(shop, owner, client_as):
    define_field(key="size", label_ar="", label_en="Size", kind=Kind.NUMBER, by=owner)
    client = client_as(owner)
    edit = start(client, scope="found", deed="set_field", field="size", value="9")
    assert {one.attributes["size"] for one in Customer.objects.all()} == {9}

    client.post(reverse("customers-bulk-undo", args=[edit.uuid]))
    assert [one.attributes for one in Customer.objects.order_by("external_id")] == [{}, {"size": "7"}, {}]


def test_a_branch_changes_only_whom_it_sees(shop, branch_manager, client_as):
    start(client_as(branch_manager), scope="found", deed="add_tag", new_tag="ours")
    assert list(CustomerTag.objects.values_list("customer__external_id", flat=True)) == ["C1"]


def test_a_large_change_goes_chunk_by_chunk_and_goes_on_after_a_kill(shop, owner):
    tag = ensure_tag(name="all", by=owner)
    edit = start_bulk_edit(
        deed=Deed.ADD_TAG, what={"tag": tag.pk, "label": "all"}, chosen={"asked": ""}, total=3, by=owner
    )
    first = Customer.objects.order_by("pk").first()
    change_chunk(edit_id=edit.pk, ids=[first.pk])  # and then the worker was killed

    assert bulk.finish(edit.uuid).state == BulkState.DONE
    edit.refresh_from_db()
    assert (edit.done, edit.rows.count(), CustomerTag.objects.count()) == (3, 3, 3)
    change_chunk(edit_id=edit.pk, ids=[first.pk])
    assert edit.rows.count() == 3


def test_once_a_filter_means_something_else_nobody_more_is_changed(shop, owner, client_as):
    """A field that can't be read narrows nothing: without its tag, "all of this tag" would be all."""
    client = client_as(owner)
    set_tags(customer=get("C1"), names=["VIP"], by=owner)
    tag = Tag.objects.get()
    chosen = choose(client, scope="found", asked=f"tag={tag.pk}").context["chosen"]
    remove_tag(tag=tag, by=owner)

    edit = start(client, scope="found", **chosen, deed="set_owner", owner=owner.pk)

    assert (edit.state, edit.total, edit.done) == (BulkState.DONE, 0, 0)
    assert not Customer.objects.filter(owner=owner).exists()


def test_a_change_under_way_stops_with_the_tag_that_it_asked_for(shop, owner, client_as):
    for number in ("C1", "C2"):
        set_tags(customer=get(number), names=["VIP"], by=owner)
    tag = Tag.objects.get()
    chosen = bulk.find_chosen({"asked": f"tag={tag.pk}"}, owner).as_json
    edit = start_bulk_edit(
        deed=Deed.SET_OWNER, what={"owner": owner.pk, "label": ""}, chosen=chosen, total=2, by=owner
    )
    first = get("C1")
    change_chunk(edit_id=edit.pk, ids=[first.pk])
    remove_tag(tag=tag, by=owner)

    assert bulk.finish(edit.uuid).state == BulkState.DONE

    assert list(Customer.objects.filter(owner=owner)) == [first]
    page = client_as(owner, **ENGLISH).get(reverse("customers-bulk-edit", args=[edit.uuid])).content.decode()
    assert "Customers who still fitted what was asked" in page


def test_the_export_holds_owner_tags_and_own_fields(shop, owner, client_as):
    define_field(key="size", label_ar="", label_en="Size", kind=Kind.NUMBER, by=owner)
    set_tags(customer=get("C2"), names=["=1+1", "VIP"], by=owner)
    response = client_as(owner).get(reverse("customers-export"), {"orders_max": "1"})
    rows = list(
        csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode().removeprefix("\ufeff")))
    )

    assert [(row["customer_number"], row["size"], row["tags"]) for row in rows] == [("C2", "7", "'=1+1, VIP")]


def test_many_are_changed_by_the_worker_and_taken_back_by_it(owner, client_as):
    make_business()
    ensure_customers([f"M{i}" for i in range(bulk.AT_ONCE_MAX + 1)])
    client = client_as(owner, **ENGLISH)

    edit = start(client, scope="found", deed="add_tag", new_tag="all")

    assert (edit.state, edit.done, CustomerTag.objects.count()) == (BulkState.RUNNING, 0, 0)
    page = client.get(reverse("customers-bulk-edit", args=[edit.uuid])).content.decode()
    assert '<progress max="1001" value="0">' in page
    assert ProcrastinateJob.objects.get(task_name=bulk.JOB).args == {"edit_uuid": str(edit.uuid)}
    assert client.post(reverse("customers-bulk-undo", args=[edit.uuid]), follow=True).status_code == 200
    change_many(str(edit.uuid))
    assert CustomerTag.objects.count() == bulk.AT_ONCE_MAX + 1

    ProcrastinateJob.objects.all().delete()
    client.post(reverse("customers-bulk-undo", args=[edit.uuid]))
    change_many(str(edit.uuid))
    edit.refresh_from_db()
    assert (edit.state, CustomerTag.objects.count()) == (BulkState.UNDONE, 0)
