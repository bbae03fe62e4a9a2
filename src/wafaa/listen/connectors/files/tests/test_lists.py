"""Lists of customers and of products, from the file to what is known of them."""

import time
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from wafaa.config.flow import CONSUMERS
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Product, ProductCost
from wafaa.listen.connectors.files.actions import choose_kind, import_file, mark_counted, read_import
from wafaa.listen.connectors.files.errors import ColumnMissing, DatesAmbiguous, FieldUnknown, NothingLeft
from wafaa.listen.connectors.files.models import Import
from wafaa.listen.connectors.files.queries import has_waiting_events, list_problems
from wafaa.listen.connectors.files.rules import Options
from wafaa.listen.connectors.files.tests.files import stage, write
from wafaa.listen.connectors.files.tests.test_pages import upload
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import Event

CUSTOMERS = Options(kind="customers", currency="SAR", time_zone="UTC")
PRODUCTS = Options(kind="products", currency="SAR", time_zone="UTC")
PEOPLE = (
    "customer id,name,email,phone,city,birthday,tags,Favourite colour,Accepts marketing\n"
    '7,سارة,SARA@Example.com,0501234567,الرياض,1990-03-04,"vip, قديم",blue,yes\n'
    "8,Ali,not a mail,,Jeddah,1850-01-01,,,no\n"
    ",Nobody,,,,,,,\n"
)
GOODS = (
    "sku,name,category,unit cost,valid from,barcode\nX,Dates,Food,4.5,2024-01-01,628\nX,Dates,Food,5,2024-02-01,628\n"
    "Y,Cup,Home,-3,2024-01-01,\n"
)


def drain() -> None:
    for _ in range(600):
        drain_until_quiet(CONSUMERS)
        if not has_waiting_events():
            return
        time.sleep(0.1)
    raise AssertionError("the events were not applied")


def bring(tmp_path, text, options, **more) -> Import:
    imported = import_file(write(tmp_path, text), options=options, drain=drain, **more)
    drain()
    mark_counted([imported.id])
    imported.refresh_from_db()
    return imported


OWN = {"attribute:Favourite colour": "Favourite colour"}


@pytest.mark.django_db(transaction=True)
def test_a_list_of_customers_becomes_customers_with_own_fields(tmp_path):
    imported = bring(tmp_path, PEOPLE, CUSTOMERS, columns=OWN)

    assert (imported.state, imported.events_published) == ("done", 2)
    sara, ali = Customer.objects.order_by("external_id")
    assert (sara.name, sara.email, sara.phone, sara.city) == (
        "سارة", "sara@example.com", "+966501234567", "الرياض",
    )  # fmt: skip
    assert sara.birth_date == date(1990, 3, 4)
    assert sara.attributes == {"Favourite colour": "blue"}
    assert (ali.email, ali.birth_date, ali.attributes) == ("", None, {})
    assert sorted(str(one.tag) for one in sara.worn.all()) == ["vip", "قديم"]
    told = Event.objects.get(distinct_id="7").properties
    assert "marketing" not in str(told)  # nobody has said that this column means consent
    assert [problem[:3] for problem in list_problems(imported)] == [
        (3, "birthday", "not_a_birth_date"),
        (3, "email", "not_an_email"),
        (4, "", "no_customer"),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_same_list_again_changes_nothing_and_a_correction_one_customer(tmp_path):
    bring(tmp_path, PEOPLE, CUSTOMERS, columns=OWN)

    again = bring(tmp_path, PEOPLE, CUSTOMERS, columns=OWN)
    assert (again.state, again.events_done, again.events_published) == ("done", 2, 0)
    corrected = bring(tmp_path, PEOPLE.replace("Jeddah", "Abha"), CUSTOMERS, columns=OWN)

    assert corrected.events_published == 1
    assert Customer.objects.get(external_id="8").city == "Abha"


def test_a_list_without_anybody_says_so(tmp_path):
    with pytest.raises(ColumnMissing) as missing:
        stage(tmp_path, "city,tags\nRiyadh,vip\n", kind="customers")
    with pytest.raises(NothingLeft) as nobody:
        stage(tmp_path, "email,city\nnobody,Riyadh\n", kind="customers")

    assert missing.value.facts == {"fields": "customer_id"}
    assert nobody.value.facts == {"line": 2, "reason": "no_customer"}


def test_birthdays_that_can_be_read_in_two_ways_are_asked_about(tmp_path):
    with pytest.raises(DatesAmbiguous):
        stage(tmp_path, "email,birthday\na@b.co,03/04/1990\n", kind="customers")


def test_a_field_of_another_kind_of_file_is_none_here(tmp_path):
    with pytest.raises(FieldUnknown):
        stage(tmp_path, PEOPLE, kind="customers", columns={"unit_price": "name"})


def test_a_heading_of_an_own_field_may_be_anything(tmp_path):
    heading = 'it\'s "{odd}"; DROP TABLE x -- \\'
    text = 'email,"' + heading.replace('"', '""') + '"\na@b.co,yes\n'

    staged = stage(tmp_path, text, kind="customers", columns={f"attribute:{heading}": "2"})

    assert staged.counts.customers == 1


@pytest.mark.django_db(transaction=True)
def test_a_list_of_products_becomes_products_with_costs(tmp_path):
    imported = bring(tmp_path, GOODS, PRODUCTS)

    assert (imported.state, imported.events_published) == ("done", 2)
    product = Product.objects.get()
    assert (product.sku, product.name, product.category, product.barcode) == ("X", "Dates", "Food", "628")
    costs = ProductCost.objects.order_by("valid_from").values_list(
        "valid_from", "currency", "unit_cost_minor"
    )
    assert list(costs) == [
        (date(2024, 1, 1), "SAR", Decimal(450)),
        (date(2024, 2, 1), "SAR", Decimal(500)),
    ]
    assert [problem[:3] for problem in list_problems(imported)] == [(4, "unit cost", "negative")]
    assert bring(tmp_path, GOODS, PRODUCTS).events_published == 0


KINDS = {
    "orders": "order id,date,email,total\n1,2024-01-05,a@b.co,5\n",
    "customers": "Customer ID,First Name,Email,Default Address City,Phone,Total Spent,Total Orders,Tags\n"
    "1,A,a@b.co,Riyadh,0501234567,10.00,2,vip\n",
    "products": "رمز المنتج,اسم المنتج,الفئة,التكلفة\nA,تمر,غذاء,4.5\n",
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_a_file_is_guessed_by_its_headings(tmp_path, kind):
    from wafaa.listen.connectors.files.reading import read_file
    from wafaa.listen.connectors.files.understanding import understand

    read_file(write(tmp_path, KINDS[kind]), tmp_path / "staged")

    understood = understand(tmp_path / "staged")

    assert understood.options.kind == kind
    assert understood.missing == []


@pytest.mark.django_db
def test_the_kind_can_be_changed_on_the_page(client_as, manager):
    page = client_as(manager)
    imported = read_import(import_uuid=upload(page, KINDS["customers"].encode()).uuid)
    assert (imported.options["kind"], imported.state) == ("customers", "waiting")

    page.post(reverse("import-kind", args=[imported.uuid]), {"kind": "products"})
    imported = read_import(import_uuid=imported.uuid)

    assert imported.options["kind"] == "products"
    assert page.get(reverse("import", args=[imported.uuid])).status_code == 200
    choose_kind(import_uuid=imported.uuid, kind="customers")
    assert read_import(import_uuid=imported.uuid).mapping["email"] == 2


@pytest.mark.django_db
def test_a_column_is_chosen_as_an_own_field_on_the_page(client_as, manager):
    page = client_as(manager)
    imported = read_import(import_uuid=upload(page, PEOPLE.encode()).uuid)
    fields = {f"column_{place}": field for field, place in imported.mapping.items()} | {
        "column_7": "attribute:"
    }

    answered = page.post(reverse("import-answers", args=[imported.uuid]), fields)

    assert answered.status_code == 302, answered.content.decode()
    imported.refresh_from_db()
    assert imported.mapping["attribute:Favourite colour"] == 7
    assert imported.mapping["marketing_consent"] == 8
