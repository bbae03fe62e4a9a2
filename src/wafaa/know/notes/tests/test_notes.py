"""The panel of notes: writing, changing, deleting, bringing back, and who may."""

import uuid
from copy import deepcopy

import pytest
from django.urls import reverse
from tests.worlds import world

from wafaa.access.audit.models import Change
from wafaa.know.notes.models import Note
from wafaa.know.notes.tests.samples import make_elsewhere_customer, make_sara

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
HTMX = {"HTTP_HX_REQUEST": "true"}


made = world(make_sara)


@pytest.fixture
def sara(made, olaya):
    return deepcopy(made)


def panel(customer):
    return reverse("customer-panel-notes", args=[customer.uuid])


def write(client, customer, text="Prefers oud", **headers):
    return client.post(panel(customer), {"text": text}, headers=headers)


def deeds():
    return list(Change.objects.order_by("id").values_list("deed", flat=True))


def test_a_note_is_written_and_shown_with_its_author(sara, agent, client_as):
    response = write(client_as(agent, **ENGLISH, **HTMX), sara, "تفضل العود\nand black tea")

    note = Note.objects.get()
    assert (note.text, note.author, note.customer) == ("تفضل العود\nand black tea", agent, sara)
    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert '<p class="said" dir="auto" data-raw>تفضل العود\nand black tea</p>' in page
    assert agent.name in page


def test_without_javascript_the_panel_is_a_page_of_its_own(sara, agent, client_as):
    client = client_as(agent, **ENGLISH)
    response = write(client, sara)

    assert (response.status_code, response["Location"]) == (302, panel(sara))
    page = client.get(panel(sara)).content.decode()
    assert "<html" in page
    assert "Prefers oud" in page
    assert reverse("customer", args=[sara.uuid]) in page


def test_the_trail_says_who_wrote_but_not_what(sara, agent, client_as):
    write(client_as(agent), sara, "secret sorrow")

    change = Change.objects.get(deed="write_note")
    assert (change.staff_email, change.subject, change.after) == (agent.email, "C1", {"letters": 13})


def test_the_author_changes_a_note(sara, agent, client_as):
    client = client_as(agent, **ENGLISH, **HTMX)
    write(client, sara)
    note = Note.objects.get()
    address = reverse("notes-edit", args=[note.uuid])

    assert "Prefers oud</textarea>" in client.get(address).content.decode()
    response = client.post(address, {"text": "Prefers musk"})

    note.refresh_from_db()
    assert (note.text, note.edited_by) == ("Prefers musk", agent)
    assert "edited by" in response.content.decode()
    assert deeds() == ["write_note", "edit_note"]


def test_saving_without_a_change_is_none(sara, agent, client_as):
    client = client_as(agent)
    write(client, sara)
    client.post(reverse("notes-edit", args=[Note.objects.get().uuid]), {"text": "Prefers oud"})

    assert Note.objects.get().edited_at is None
    assert deeds() == ["write_note"]


@pytest.mark.parametrize(
    ("role", "may"),
    [("owner", True), ("manager", True), ("branch_manager", False), ("cashier", False), ("agent", True)],
)
def test_only_the_author_and_managers_change_and_delete(sara, cast, client_as, role, may):
    write(client_as(cast["agent"]), sara)
    note = Note.objects.get()
    client = client_as(cast[role], **HTMX)

    assert ("notes/" + str(note.uuid) in client.get(panel(sara)).content.decode()) is may
    edited = client.post(reverse("notes-edit", args=[note.uuid]), {"text": "x"})
    deleted = client.post(reverse("notes-delete", args=[note.uuid]))

    note.refresh_from_db()
    if may:
        assert (edited.status_code, deleted.status_code) == (200, 200)
        assert (note.text, note.deleted_by) == ("x", cast[role])
    else:
        assert (edited.status_code, deleted.status_code) == (403, 403)
        assert (note.text, note.deleted_at) == ("Prefers oud", None)
        assert deeds() == ["write_note"]


def test_a_deleted_note_comes_back_by_undo(sara, agent, client_as):
    client = client_as(agent, **ENGLISH, **HTMX)
    write(client, sara)
    note = Note.objects.get()

    gone = client.post(reverse("notes-delete", args=[note.uuid])).content.decode()
    assert "The note is deleted." in gone
    assert reverse("notes-restore", args=[note.uuid]) in gone
    assert 'id="note-' not in gone

    back = client.post(reverse("notes-restore", args=[note.uuid])).content.decode()
    assert f'id="note-{note.uuid}"' in back
    assert deeds() == ["write_note", "delete_note", "restore_note"]


def test_undo_works_without_javascript(sara, agent, client_as):
    client = client_as(agent, **ENGLISH)
    write(client, sara)
    note = Note.objects.get()

    response = client.post(reverse("notes-delete", args=[note.uuid]))

    assert response["Location"] == f"{panel(sara)}?deleted={note.uuid}"
    assert "The note is deleted." in client.get(response["Location"]).content.decode()


def test_what_another_deleted_is_not_offered_to_those_who_may_not_change_it(sara, agent, cashier, client_as):
    write(client_as(agent), sara)
    note = Note.objects.get()
    client_as(agent).post(reverse("notes-delete", args=[note.uuid]))
    client = client_as(cashier, **HTMX)

    assert str(note.uuid) not in client.get(panel(sara)).content.decode()
    assert client.post(reverse("notes-restore", args=[note.uuid])).status_code == 403
    note.refresh_from_db()
    assert note.deleted_at is not None


def test_deleting_twice_says_that_it_is_gone(sara, agent, client_as):
    client = client_as(agent, **ENGLISH, **HTMX)
    write(client, sara)
    address = reverse("notes-delete", args=[Note.objects.get().uuid])
    client.post(address)

    response = client.post(address)

    assert response.status_code == 404
    assert "There is no such note" in response.content.decode()
    assert deeds() == ["write_note", "delete_note"]


def test_a_branch_touches_no_customer_of_other_stores(olaya, cashier, agent, client_as):
    other = make_elsewhere_customer()
    write(client_as(agent), other)
    note = Note.objects.get()
    client = client_as(cashier, **HTMX)

    assert client.get(panel(other)).status_code == 404
    assert write(client, other, "mine").status_code == 404
    for deed in ("edit", "delete", "restore"):
        assert client.post(reverse(f"notes-{deed}", args=[note.uuid]), {"text": "x"}).status_code == 404
    note.refresh_from_db()
    assert (note.text, note.deleted_at, Note.objects.count()) == ("Prefers oud", None, 1)


def test_an_analyst_sees_no_notes(sara, agent, analyst, client_as):
    write(client_as(agent), sara)
    client = client_as(analyst)

    assert client.get(panel(sara)).status_code == 403
    assert write(client, sara).status_code == 403
    assert panel(sara) not in client.get(reverse("customer", args=[sara.uuid])).content.decode()
    assert Note.objects.count() == 1


def test_nobody_by_that_id(agent, client_as, db):
    assert client_as(agent).get(reverse("customer-panel-notes", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        ("", 422, "هذا الحقل مطلوب"),
        (" \n\t ", 422, "هذا الحقل مطلوب"),
        ("\u202e\u202d", 422, "لم يُكتب شيء بعد"),
        ("a\x00b", 422, "الأحرف الخالية"),
        ("x" * 10_001, 422, "10,000"),
        ("x" * 10_000_000, 413, "5"),
    ],
)
def test_what_is_no_note_is_refused_in_words(sara, agent, client_as, text, status, says):
    response = write(client_as(agent, **HTMX), sara, text)

    page = response.content.decode()
    assert response.status_code == status
    assert says in page
    assert "Traceback" not in page
    assert not Note.objects.exists()


def test_marks_that_turn_text_around_are_left_out_and_line_breaks_stay(sara, agent, client_as):
    write(client_as(agent), sara, "see \u202egpj.exe\u202c\r\n\x07 now \u2068علي\u2069 ")

    assert Note.objects.get().text == "see gpj.exe\n now \u2068علي\u2069"


def test_a_note_cannot_become_markup(sara, agent, client_as):
    page = write(client_as(agent, **HTMX), sara, "<script>alert(1)</script>").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_many_notes_come_by_pages_and_cost_no_query_each(
    sara, agent, client_as, django_assert_max_num_queries
):
    client = client_as(agent, **HTMX)
    for number in range(25):
        write(client, sara, f"Note {number}")

    with django_assert_max_num_queries(7):
        first = client.get(panel(sara))
    last = client.get(panel(sara), {"page": 3}).content.decode()

    assert [note.text for note in first.context["page"]] == [f"Note {n}" for n in range(24, 14, -1)]
    assert "Note 4</p>" in last
    assert "?page=2" in last
    assert client.get(panel(sara), {"page": "x"}).status_code == 200
