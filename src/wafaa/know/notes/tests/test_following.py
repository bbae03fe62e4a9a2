"""Notes, tasks and files go where their customer goes: merged, parted again, removed; and stand on the timeline."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.build import make_customer

from wafaa.access.audit.models import Change
from wafaa.kit import clock
from wafaa.know.customers.actions import remove_source
from wafaa.know.notes.actions import (
    NOTES_FOLLOW,
    add_task,
    attach_file,
    delete_kept,
    purge_deleted,
    set_done,
    write_note,
)
from wafaa.know.notes.models import Attachment, Note, Task
from wafaa.know.notes.queries import get_folder
from wafaa.know.notes.tests.samples import PDF, make_branch_customer

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def sara(olaya):
    return make_branch_customer()


def fill(customer, staff):
    note = write_note(customer=customer, text="Likes oud\nوالمسك", staff=staff)
    task = add_task(customer=customer, what="Call", due_on=clock.now().date(), assignee=staff, staff=staff)
    file = attach_file(customer=customer, chunks=[PDF], name="contract.pdf", staff=staff)
    return note, task, file


def owners_of(*kinds):
    return [kind.objects.get().customer for kind in kinds]


def test_all_follow_a_merge_and_come_back(sara, agent):
    other = make_customer("C9")
    note, task, file = fill(sara, agent)
    staying = write_note(customer=other, text="Was here before", staff=agent)

    assert NOTES_FOLLOW.count(sara.pk) == {"notes": 1, "tasks": 1, "attachments": 1}
    moved = NOTES_FOLLOW.move(sara.pk, other.pk)

    assert moved == {"notes": [note.pk], "tasks": [task.pk], "attachments": [file.pk]}
    assert {one.customer_id for one in Note.objects.all()} == {other.pk}
    assert owners_of(Task, Attachment) == [other, other]
    NOTES_FOLLOW.give_back(other.pk, sara.pk, moved)
    assert set(Note.objects.values_list("pk", "customer_id")) == {(note.pk, sara.pk), (staying.pk, other.pk)}
    assert owners_of(Task, Attachment) == [sara, sara]


def test_what_was_moved_further_stays_there(sara, agent):
    second, third = make_customer("C8"), make_customer("C9")
    fill(sara, agent)
    moved = NOTES_FOLLOW.move(sara.pk, second.pk)
    NOTES_FOLLOW.move(second.pk, third.pk)

    NOTES_FOLLOW.give_back(second.pk, sara.pk, moved)
    assert owners_of(Note, Task, Attachment) == [third, third, third]


@pytest.mark.django_db(transaction=True)
def test_a_removed_customer_takes_all_along(owner, db):
    fill(make_customer("D1", source="demo"), owner)

    assert remove_source(source="demo") == 1

    assert not any(kind.objects.exists() for kind in (Note, Task, Attachment))
    assert len([path for path in get_folder().rglob("*") if path.is_file()]) == 1
    assert purge_deleted() == 0  # a day later it goes too, as what a killed upload left


def page_of(client, customer):
    return client.get(reverse("customer", args=[customer.uuid]))


def sentences(response):
    return [re.sub("<[^>]+>", "", entry.sentence) for entry in response.context["timeline"].entries]


def test_the_timeline_tells_of_them_as_long_as_they_stand(sara, agent, client_as):
    note, task, _file = fill(sara, agent)
    set_done(task=task, is_done=True, staff=agent)
    client = client_as(agent, **ENGLISH)

    assert sentences(page_of(client, sara))[:4] == [
        "Task done: Call",
        "File attached: \u2068contract\u2069\u2066.pdf\u2069",
        "New task: Call",
        "Note: Likes oud …",
    ]
    delete_kept(one=note, staff=agent)
    assert "Note: Likes oud …" not in sentences(page_of(client, sara))


def test_the_timeline_tells_an_analyst_nothing_of_them(sara, agent, analyst, client_as):
    fill(sara, agent)

    told = sentences(page_of(client_as(analyst, **ENGLISH), sara))

    assert not [sentence for sentence in told if "oud" in sentence or "Call" in sentence or "pdf" in sentence]


def test_the_page_of_a_customer_fetches_the_panels(sara, agent, client_as):
    page = page_of(client_as(agent), sara).content.decode()

    for name in ("notes", "tasks", "files"):
        address = reverse(f"customer-panel-{name}", args=[sara.uuid])
        assert f'hx-get="{address}" hx-trigger="load"' in page
        assert f'<noscript><a class="button" href="{address}">' in page


def test_all_deeds_and_fields_have_words_in_the_trail(sara, agent, owner, client_as):
    client = client_as(agent)
    client.post(reverse("customer-panel-files", args=[sara.uuid]), {"file": SimpleUploadedFile("a.pdf", PDF)})
    note, task, file = fill(sara, agent)
    for name, one in (("notes", note), ("tasks", task), ("files", file)):
        client.post(reverse(f"{name}-delete", args=[one.uuid]))
        client.post(reverse(f"{name}-restore", args=[one.uuid]))
    client.post(reverse("notes-edit", args=[note.uuid]), {"text": "more than before"})
    for done in ("1", "0"):
        client.post(reverse("tasks-done", args=[task.uuid]), {"done": done})
    told = {"what": "New", "due_on": task.due_on.isoformat(), "assignee": agent.pk}
    client.post(reverse("tasks-edit", args=[task.uuid]), told)

    page = client_as(owner, **ENGLISH).get(reverse("audit")).content.decode()
    for deed in set(Change.objects.values_list("deed", flat=True)):
        assert f">{deed}<" not in page
    assert Change.objects.count() == 14
