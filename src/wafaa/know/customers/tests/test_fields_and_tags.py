"""Values of own fields as people and files write them; two who make the same tag at once make one."""

import threading

import pytest
from django.db import connection
from tests.build import make_customer

from wafaa.access.audit.models import Change
from wafaa.kit import clock
from wafaa.know.customers.actions import change_profile, change_tag, define_field, ensure_tag
from wafaa.know.customers.errors import FieldKeyTaken, TagNameTaken, TagNameWrong
from wafaa.know.customers.models import Customer, Tag
from wafaa.know.customers.queries import list_customers
from wafaa.know.customers.rules import (
    Kind,
    list_spellings,
    make_name_key,
    make_range,
    read_own_value,
    read_told_value,
)


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (Kind.TEXT, "  سارة ", "سارة"),
        (Kind.TEXT, "", None),
        (Kind.NUMBER, "٤٢", 42),
        (Kind.NUMBER, "1,234.50", 1234.5),
        (Kind.NUMBER, "-7", -7),
        (Kind.DATE, "٢٠٢٦-١٢-٣١", "2026-12-31"),
        (Kind.YES_NO, "نعم", True),
        (Kind.YES_NO, "No", False),
        (Kind.CHOICE, "Gold", "Gold"),
    ],
)
def test_a_value_is_read_as_its_field_means_it(kind, typed, value):
    assert read_own_value(kind, typed, ["Gold"]) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.NUMBER, "large"),
        (Kind.NUMBER, "NaN"),
        (Kind.NUMBER, "1e308"),
        (Kind.DATE, "31.12.2026"),
        (Kind.YES_NO, "perhaps"),
        (Kind.CHOICE, "Bronze"),
        (Kind.TEXT, "x" * 501),
    ],
)
def test_what_cannot_be_read_is_refused(kind, typed):
    with pytest.raises(ValueError, match=r"."):
        read_own_value(kind, typed, ["Gold"])


def test_a_filter_finds_ours_and_what_files_brought_as_text():
    assert list_spellings(Kind.CHOICE, "Gold") == ["Gold"]
    assert {True, "yes", "Yes", "نعم"} <= set(list_spellings(Kind.YES_NO, True))


@pytest.mark.parametrize(
    ("kind", "told", "value"),
    [
        (Kind.TEXT, "7", "7"),
        (Kind.NUMBER, 7.5, 7.5),
        (Kind.NUMBER, "٧", 7),
        (Kind.YES_NO, False, False),
        (Kind.DATE, None, None),
    ],
)
def test_a_program_sends_a_value_of_the_kind_or_text_that_can_be_read(kind, told, value):
    assert read_told_value(kind, told) is value or read_told_value(kind, told) == value


@pytest.mark.parametrize(
    ("kind", "told"),
    [(Kind.TEXT, 7), (Kind.NUMBER, True), (Kind.YES_NO, 1), (Kind.DATE, 20260101), (Kind.CHOICE, False)],
)
def test_a_value_of_another_kind_is_refused(kind, told):
    with pytest.raises(ValueError, match=r"."):
        read_told_value(kind, told, ["Gold"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "low", "high", "found"),
    [
        (Kind.NUMBER, 7, None, [7, "7.5", 100]),
        (Kind.NUMBER, None, 7, [-1, 7]),
        (Kind.NUMBER, 7, 7.5, [7, "7.5"]),
        (Kind.DATE, "2026-01-01", None, ["2026-01-01", "2026-12-31"]),
        (Kind.DATE, "2025-06-01", "2026-01-01", ["2025-12-31", "2026-01-01"]),
    ],
)
def test_an_own_field_is_found_between_two_ends_and_what_cannot_be_read_is_not(kind, low, high, found):
    values = [-1, 7, "7.5", 100, "seven", True, None, "2025-12-31", "2026-01-01", "2026-12-31", "31.12.2026"]
    for place, value in enumerate(values):
        Customer.objects.create(created_at=clock.now(), external_id=f"{place:02}", attributes={'a "b': value})

    fitting = list_customers(own_ranges=[make_range(kind, 'a "b', low, high)]).order_by("external_id")

    assert [one.attributes['a "b'] for one in fitting] == found


@pytest.mark.django_db
def test_an_own_field_may_be_called_as_a_field_of_the_profile():
    customer = make_customer("1", name="Sara", city="Riyadh", attributes={"city": "born in Jeddah"})

    change_profile(
        customer=customer, changes={"city": "Dammam"}, own_values={"city": "born in Jeddah"}, by=None
    )

    customer.refresh_from_db()
    assert (customer.city, customer.attributes) == ("Dammam", {"city": "born in Jeddah"})
    change = Change.objects.get()
    assert (change.before, change.after) == ({"city": "Riyadh"}, {"city": "Dammam"})


@pytest.mark.django_db
def test_a_key_and_a_name_that_are_taken_are_refused():
    define_field(key="size", label_ar="", label_en="Size", kind=Kind.NUMBER, by=None)
    with pytest.raises(FieldKeyTaken):
        define_field(key="size", label_ar="", label_en="Again", kind=Kind.TEXT, by=None)
    ensure_tag(name="VIP", by=None)
    with pytest.raises(TagNameTaken):
        change_tag(tag=ensure_tag(name="Gold", by=None), name="vip", colour="red", by=None)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", " ، ", "a\x00b", "x" * 101])
def test_what_is_no_name_makes_no_tag(name):
    with pytest.raises(TagNameWrong):
        ensure_tag(name=name, by=None)


@pytest.mark.django_db
def test_no_comma_stands_inside_of_a_tag_because_people_separate_tags_by_it():
    assert ensure_tag(name="Riyadh, north", by=None).name == "Riyadh north"


def test_namesakes_have_one_key():
    assert make_name_key("الفهد أحمد") == make_name_key("احمَد  الفهد")


@pytest.mark.django_db(transaction=True)
def test_two_who_make_the_same_tag_at_once_make_one():
    failures, start = [], threading.Barrier(2)

    def ensure(name):
        try:
            start.wait()
            ensure_tag(name=name, by=None)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ensure, args=(name,)) for name in ("VIP", "vip")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failures == []
    assert Tag.objects.count() == 1
