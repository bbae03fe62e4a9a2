"""Files of a customer: attaching, saving, deleting, and what never happens with them."""

import os
from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.worlds import world

from wafaa.access.audit.models import Change
from wafaa.kit import clock
from wafaa.know.notes.actions import purge_deleted
from wafaa.know.notes.models import Attachment
from wafaa.know.notes.queries import get_folder, get_path
from wafaa.know.notes.tests.samples import PDF, make_elsewhere_customer, make_sara, png

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
HTMX = {"HTTP_HX_REQUEST": "true"}


made = world(make_sara)


@pytest.fixture
def sara(made, olaya):
    return deepcopy(made)


def panel(customer):
    return reverse("customer-panel-files", args=[customer.uuid])


def attach(client, customer, name="contract.pdf", content=PDF):
    return client.post(panel(customer), {"file": SimpleUploadedFile(name, content, "text/html")})


def list_stored():
    return sorted(path for path in get_folder().rglob("*") if path.is_file())


def deeds():
    return list(Change.objects.order_by("id").values_list("deed", flat=True))


def download(client, attachment):
    return client.get(reverse("files-download", args=[attachment.uuid]))


def test_a_file_is_kept_under_a_random_name_for_its_owner_only(sara, agent, client_as):
    response = attach(client_as(agent, **ENGLISH, **HTMX), sara)

    kept = Attachment.objects.get()
    (stored,) = list_stored()
    assert (kept.name, kept.kind, kept.bytes, kept.author) == ("contract.pdf", "pdf", len(PDF), agent)
    assert stored == get_path(kept.stored_as)
    assert stored.read_bytes() == PDF
    assert stored.stat().st_mode & 0o777 == 0o600
    assert "contract" not in stored.name
    assert "\u2068contract\u2069\u2066.pdf\u2069" in response.content.decode()
    change = Change.objects.get()
    assert (change.deed, change.subject, change.after) == (
        "attach_file",
        "C1",
        {"kind": "pdf", "bytes": len(PDF)},
    )


def test_it_is_saved_never_shown(sara, agent, client_as):
    client = client_as(agent)
    attach(client, sara, name="صورة.html", content=png())
    response = download(client, Attachment.objects.get())

    assert b"".join(response.streaming_content) == png()
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Content-Disposition"].endswith(".html.png")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "a\"b';c.pdf",
        "a\r\nSet-Cookie: x=1.pdf",
        "\u202efdp.exe",
        "فاتورة.pdf",
        "x" * 400,
        "con.pdf",
        "%00.pdf",
    ],
)
def test_no_name_breaks_the_header_the_page_or_the_disk(sara, agent, client_as, name):
    client = client_as(agent, **HTMX)
    response = attach(client, sara, name=name)
    saved = download(client, Attachment.objects.get())

    assert response.status_code == 200
    assert saved["Content-Disposition"].startswith("attachment; filename")
    assert "\n" not in saved["Content-Disposition"]
    assert "Set-Cookie" not in saved.headers
    assert list_stored() == [get_path(Attachment.objects.get().stored_as)]


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"", 422, "The file is empty."),
        (b"<!doctype html><script>alert(1)</script>", 422, "The file holds something else"),
        (png(tail=b"<html><script>alert(1)</script>"), 422, "The file holds something else"),
        (b"MZ\x90\x00", 422, "This kind of file is not kept here."),
        (PDF[:-10], 422, "The file ends in the middle"),
        (b"x" * 2001, 422, "The file is larger than 0 MB."),
    ],
)
def test_what_is_refused_leaves_nothing_behind(sara, agent, client_as, settings, content, status, says):
    settings.ATTACHMENT_BYTES_MAX = 2000
    response = attach(client_as(agent, **ENGLISH, **HTMX), sara, name="photo.png", content=content)

    assert response.status_code == status
    assert says in response.content.decode()
    assert list_stored() == []
    assert not Attachment.objects.exists()
    assert deeds() == []


def test_no_file_is_said_too(sara, agent, client_as):
    response = client_as(agent, **HTMX).post(panel(sara), {})

    assert response.status_code == 422
    assert "هذا الحقل مطلوب" in response.content.decode()


def test_a_disk_that_cannot_be_written_is_said(sara, agent, client_as, settings, tmp_path):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    settings.FILES_ROOT = tmp_path / "blocked"
    response = attach(client_as(agent, **ENGLISH, **HTMX), sara)

    assert response.status_code == 422
    assert "the disk is full or cannot be written" in response.content.decode()
    assert not Attachment.objects.exists()


def test_a_deleted_file_cannot_be_saved_and_comes_back(sara, agent, client_as):
    client = client_as(agent, **ENGLISH, **HTMX)
    attach(client, sara)
    kept = Attachment.objects.get()

    gone = client.post(reverse("files-delete", args=[kept.uuid])).content.decode()
    assert "The file is deleted." in gone
    assert download(client, kept).status_code == 404
    assert list_stored()
    client.post(reverse("files-restore", args=[kept.uuid]))

    assert download(client, kept).status_code == 200
    assert deeds() == ["attach_file", "delete_file", "restore_file"]


def test_after_thirty_days_it_leaves_the_disk(sara, agent, client_as):
    client = client_as(agent)
    attach(client, sara)
    attach(client, sara, name="kept.pdf")
    gone, kept = Attachment.objects.order_by("name")
    client.post(reverse("files-delete", args=[gone.uuid]))

    with clock.fixed_at(clock.now() + timedelta(days=29, hours=23)):
        assert purge_deleted() == 0
    with clock.fixed_at(clock.now() + timedelta(days=30, hours=1)):
        assert purge_deleted() == 1

    assert list_stored() == [get_path(kept.stored_as)]
    assert list(Attachment.objects.all()) == [kept]


def test_what_a_killed_upload_left_goes_after_a_day(sara, agent, client_as):
    attach(client_as(agent), sara)
    old, young = get_path("ab" + "0" * 62), get_path("ab" + "1" * 62)
    for path in (old, young):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
    before = (clock.now() - timedelta(days=2)).timestamp()
    os.utime(old, (before, before))

    assert purge_deleted() == 1
    assert not old.exists()
    assert young.exists()
    assert get_path(Attachment.objects.get().stored_as).exists()


def test_a_file_that_left_the_disk_is_said(sara, agent, client_as):
    client = client_as(agent, **ENGLISH)
    attach(client, sara)
    list_stored()[0].unlink()

    response = download(client, Attachment.objects.get())

    assert response.status_code == 410
    assert "no longer on the disk" in response.content.decode()


def test_a_branch_reaches_no_file_of_other_stores(olaya, cashier, agent, client_as):
    other = make_elsewhere_customer()
    attach(client_as(agent), other)
    kept = Attachment.objects.get()
    client = client_as(cashier)

    assert client.get(panel(other)).status_code == 404
    assert attach(client, other).status_code == 404
    assert download(client, kept).status_code == 404
    for deed in ("delete", "restore"):
        assert client.post(reverse(f"files-{deed}", args=[kept.uuid])).status_code == 404
    kept.refresh_from_db()
    assert (kept.deleted_at, Attachment.objects.count(), len(list_stored())) == (None, 1, 1)


def test_others_delete_nothing(sara, agent, cashier, analyst, client_as):
    attach(client_as(agent), sara)
    kept = Attachment.objects.get()

    assert client_as(cashier).post(reverse("files-delete", args=[kept.uuid])).status_code == 403
    assert download(client_as(analyst), kept).status_code == 403
    assert download(client_as(cashier), kept).status_code == 200
    kept.refresh_from_db()
    assert kept.deleted_at is None
