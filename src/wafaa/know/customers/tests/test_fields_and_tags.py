"""Values of own fields as people and files write them; two who make the same tag at once make one."""

import threading

import pytest
from django.db import connection

from wafaa.know.customers.actions import ensure_tag
from wafaa.know.customers.models import Tag
from wafaa.know.customers.rules import Kind, list_spellings, make_name_key, read_own_value


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
    assert list_spellings(Kind.NUMBER, 7) == [7, "7"]
    assert {True, "yes", "Yes", "نعم"} <= set(list_spellings(Kind.YES_NO, True))


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
