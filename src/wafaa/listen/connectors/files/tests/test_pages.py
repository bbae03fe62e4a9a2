"""The pages, from upload to done."""

from typing import get_args

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from wafaa.access.business.models import Business
from wafaa.listen.connectors.files.actions import publish_import, read_import, stage_import
from wafaa.listen.connectors.files.api import State
from wafaa.listen.connectors.files.models import Import
from wafaa.listen.connectors.files.tasks import publish

FILE = (
    "رقم الطلب,التاريخ,رقم العميل,المنتج,الكمية,السعر\r\n"
    "1,٠٥/٠١/٢٠٢٤,7,تمر,٢,١٠٫٥٠\r\n"
    "2,06/01/2024,8,قهوة,=1+1,5\r\n"
    "3,07/01/2024,7,تمر,1,10.50\r\n"
).encode()


@pytest.fixture
def page(client_as, manager):
    return client_as(manager)


def upload(page, content=FILE, name="orders.csv") -> Import:
    response = page.post(reverse("imports"), {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    return Import.objects.get()


def answers(imported, **changes):
    fields = {f"column_{place}": field for field, place in imported.mapping.items()}
    return (
        fields
        | {"decimal": ".", "currency": "SAR", "time_zone": "Asia/Riyadh", "refund_prefix": ""}
        | changes
    )


def test_programs_are_told_every_state_there_is():
    assert set(get_args(State)) == set(Import.State.values)


def test_an_empty_list_says_what_the_file_should_hold(page):
    response = page.get(reverse("imports"), HTTP_ACCEPT_LANGUAGE="en")

    assert "What the file should hold" in response.content.decode()


@pytest.mark.django_db
def test_a_file_goes_from_upload_to_publishing_through_the_pages(page):
    imported = upload(page)
    assert imported.state == "uploaded"
    assert page.get(reverse("import", args=[imported.uuid])).status_code == 200

    imported = read_import(import_uuid=imported.uuid)
    assert imported.state == "waiting"
    shown = page.get(reverse("import", args=[imported.uuid]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "what comes first?" in shown
    assert "رقم الطلب" in shown

    refused = page.post(reverse("import-answers", args=[imported.uuid]), answers(imported))
    assert refused.status_code == 422  # nobody said whether the day comes first
    assert (
        page.post(
            reverse("import-answers", args=[imported.uuid]), answers(imported, day_first="day")
        ).status_code
        == 302
    )
    imported = stage_import(import_uuid=imported.uuid)
    assert (imported.state, imported.counts["orders"], imported.counts["problems"]) == ("ready", 2, 1)
    assert imported.counts["gross_minor"] == 3150

    shown = page.get(reverse("import", args=[imported.uuid]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "this is not a number" in shown
    problems = b"".join(page.get(reverse("import-problems", args=[imported.uuid]), HTTP_ACCEPT_LANGUAGE="en"))
    assert (
        problems.decode()
        == "\ufeffRow of the file,Column,Reason,Value\r\n3,الكمية,this is not a number,'=1+1\r\n"
    )

    assert page.post(reverse("import-publish", args=[imported.uuid])).status_code == 302
    waiting = page.get(reverse("import", args=[imported.uuid])).content.decode()
    assert "every 1s" in waiting  # the page says at once that it goes on, and looks again by itself
    assert reverse("import-publish", args=[imported.uuid]) not in waiting
    imported = publish_import(import_uuid=imported.uuid)
    assert (imported.state, imported.events_published) == ("applying", 3)
    assert (
        page.get(reverse("import-state", args=[imported.uuid]) + "?from=publishing")["HX-Refresh"] == "true"
    )


@pytest.mark.django_db
def test_the_answers_are_remembered_by_the_headings(page):
    imported = read_import(import_uuid=upload(page).uuid)
    page.post(
        reverse("import-answers", args=[imported.uuid]), answers(imported, day_first="month", column_3="")
    )
    stage_import(import_uuid=imported.uuid)
    page.post(reverse("import-publish", args=[imported.uuid]))
    Import.objects.all().delete()

    again = read_import(import_uuid=upload(page).uuid)

    assert again.options["day_first"] is False
    assert "product_name" not in again.mapping


@pytest.mark.django_db
def test_the_demo_is_not_mixed_with_real_orders(page):
    Business.objects.update_or_create(id=1, defaults={"shows_demo": True})
    imported = read_import(import_uuid=upload(page).uuid)
    page.post(reverse("import-answers", args=[imported.uuid]), answers(imported, day_first="day"))
    stage_import(import_uuid=imported.uuid)

    address = reverse("import", args=[imported.uuid])
    shown = page.get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "checked" not in shown.split('name="replaces_demo"')[1].split(">")[0]

    refused = page.post(reverse("import-publish", args=[imported.uuid]), HTTP_ACCEPT_LANGUAGE="en")
    assert refused.status_code == 422
    assert "Say whether this file replaces it." in refused.content.decode()
    assert Import.objects.get().options["replaces_demo"] is None
    assert Import.objects.get().state == "ready"
    for name in ("import-publish", "import-answers"):  # the address of a refused form, opened again
        assert page.get(reverse(name, args=[imported.uuid])).url == address

    page.post(reverse("import-publish", args=[imported.uuid]), {"replaces_demo": "on"})
    imported = publish_import(import_uuid=imported.uuid)
    assert imported.replaced_demo
    assert not Business.objects.get().shows_demo


@pytest.mark.django_db
def test_a_demo_that_came_after_the_word_is_asked_about_again(page):
    imported = read_import(import_uuid=upload(page).uuid)
    page.post(reverse("import-answers", args=[imported.uuid]), answers(imported, day_first="day"))
    stage_import(import_uuid=imported.uuid)
    page.post(reverse("import-publish", args=[imported.uuid]))
    assert Import.objects.get().state == "queued"
    Business.objects.update_or_create(id=1, defaults={"shows_demo": True})

    publish(import_uuid=str(imported.uuid))

    assert Import.objects.get().state == "ready"
    assert Business.objects.get().shows_demo
    assert 'name="replaces_demo"' in page.get(reverse("import", args=[imported.uuid])).content.decode()


@pytest.mark.django_db
def test_cancelling_removes_the_file_and_ends_the_import(page):
    imported = read_import(import_uuid=upload(page).uuid)

    page.post(reverse("import-cancel", args=[imported.uuid]))

    imported.refresh_from_db()
    assert imported.state == "cancelled"
    assert page.get(reverse("import", args=[imported.uuid])).status_code == 200


@pytest.mark.django_db
def test_an_unreadable_file_says_why(page):
    imported = read_import(import_uuid=upload(page, b"%PDF-1.4 ...", "x.csv").uuid)

    shown = page.get(reverse("import", args=[imported.uuid]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert imported.state == "failed"
    assert "A PDF file cannot be imported" in shown


@pytest.mark.django_db
def test_an_empty_upload_is_refused_at_once(page):
    response = page.post(reverse("imports"), {"file": SimpleUploadedFile("x.csv", b"")})

    assert response.status_code == 422
    assert not Import.objects.exists()
