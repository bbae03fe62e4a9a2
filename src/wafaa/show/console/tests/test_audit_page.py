import csv
import io

import pytest
from django.utils import translation

from wafaa.access.audit.actions import record_change
from wafaa.show.console.words.deeds import say_changes


def test_the_trail_tells_in_words_who_changed_what(owner, client_as):
    record_change(
        staff=owner,
        deed="change_settings",
        subject="متجر الهدايا",
        before={"lapse_window_days": 180, "prices_include_tax": True},
        after={"lapse_window_days": 90, "prices_include_tax": False},
    )

    content = client_as(owner).get("/audit/").content.decode()

    assert "غيّر الإعدادات" in content
    assert "<del><bdi>180</bdi></del> <ins><bdi>90</bdi></ins>" in content
    assert "<del><bdi>نعم</bdi></del> <ins><bdi>لا</bdi></ins>" in content


def test_filters_narrow_the_page_and_unreadable_ones_are_left_out(owner, client_as):
    client = client_as(owner)
    record_change(staff=owner, deed="change_settings", subject="alpha")
    record_change(staff=owner, deed="set_password", subject="beta")

    assert [row["change"].subject for row in client.get("/audit/?search=alp").context["rows"]] == ["alpha"]
    assert [row["change"].subject for row in client.get("/audit/?deed=set_password").context["rows"]] == [
        "beta"
    ]
    assert len(client.get("/audit/?since=yesterday&deed=nonsense").context["rows"]) == 2


def test_fifty_changes_stand_on_one_page(owner, client_as):
    for number in range(51):
        record_change(staff=owner, deed="change_settings", subject=f"n{number}")

    client = client_as(owner)
    assert len(client.get("/audit/").context["rows"]) == 50
    assert [row["change"].subject for row in client.get("/audit/?page=2").context["rows"]] == ["n0"]


def test_the_export_holds_the_chosen_rows_and_runs_no_formula(owner, client_as):
    record_change(staff=owner, deed="change_staff", subject="=1+1", before={"name": "أ"}, after={"name": "ب"})
    record_change(staff=owner, deed="set_password", subject="other")

    response = client_as(owner).get("/audit/export/?deed=change_staff")
    text = b"".join(response.streaming_content).decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["at", "person", "deed", "subject", "before", "after"]
    assert [row[1:] for row in rows[1:]] == [
        ["noura@example.com", "change_staff", "'=1+1", '{"name": "أ"}', '{"name": "ب"}']
    ]


def test_an_empty_trail_says_what_will_stand_here(owner, client_as):
    assert "كل تغيير في الإعدادات" in client_as(owner).get("/audit/").content.decode()


@pytest.mark.parametrize(
    ("deed", "label"),
    [
        ("change_portal", "Members may sign in"),
        ("change_gift_budget", "It is given from now"),
        ("change_something", "Switched on"),
    ],
)
def test_a_field_is_called_what_its_deed_means_by_it(deed, label):
    with translation.override("en"):
        (detail,) = say_changes({"is_on": True}, {"is_on": False}, deed)
    assert (detail.field, detail.before, detail.after) == (label, "yes", "no")
