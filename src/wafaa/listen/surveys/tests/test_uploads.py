"""Files that came as answers: saved and never shown, by who may see answers, with a line in the trail."""

from datetime import UTC

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from wafaa.access.audit.models import Change
from wafaa.kit import clock
from wafaa.listen.surveys.actions import make_collector, make_survey, publish_survey
from wafaa.listen.surveys.models import Answer, Response, Upload
from wafaa.listen.surveys.tests.samples import ask, words

PNG = b"\x89PNG\r\n\x1a\n" + b"<script>alert(1)</script>"
CONTENT = {
    "languages": ["ar", "en"],
    "main_language": "ar",
    "title": words("صورة", "A picture"),
    "pages": [{"key": "p1", "questions": [ask("photo", "file"), ask("reach", "contact")]}],
}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_moment")]


@pytest.fixture
def send(client, settings, tmp_path):
    """Answers with a file, as a browser without a script does."""
    settings.FILES_ROOT = tmp_path

    def answer(*, anonymous=False):
        survey = make_survey(name="Pictures", content={**CONTENT, "anonymous": anonymous}, by=None)
        publish_survey(survey=survey, by=None)
        address = f"/s/{make_collector(survey=survey, kind='link', by=None).token}/"
        page = client.get(address).content.decode()
        state = page.split('name="state" value="')[1].split('"')[0]
        file = SimpleUploadedFile("../IMG_20260504_101723.html", PNG)
        told = {"state": state, "a.photo": file, "a.reach.email": "sara@example.com"}
        assert client.post(address, told).status_code == 303
        return survey

    return answer


def test_a_file_is_saved_by_who_may_see_answers_and_stands_in_the_trail(send, client_as, owner, cashier):
    survey = send()
    upload = Upload.objects.get()
    address = reverse("survey-upload", args=[upload.uuid])
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")

    got = client.get(address)

    assert b"".join(got.streaming_content) == PNG
    assert got["Content-Disposition"] == 'attachment; filename="IMG_20260504_101723.png"'
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert Change.objects.filter(deed="download_answer_file").count() == 1
    assert client_as(cashier).get(address).status_code == 403
    assert Change.objects.filter(deed="download_answer_file").count() == 1
    response = Response.objects.get()
    for page in (
        reverse("survey-uploads", args=[survey.uuid]),
        reverse("survey-response", args=[response.uuid]),
    ):
        assert address in client.get(page).content.decode()
    table = b"".join(
        client.get(reverse("survey-answers-export", args=[survey.uuid])).streaming_content
    ).decode()
    assert f"http://testserver{address}" in table
    assert "sara@example.com" in table


def test_who_sees_no_names_reads_no_contact(send, client_as, analyst):
    survey = send()
    client = client_as(analyst, HTTP_ACCEPT_LANGUAGE="en")

    for page in (
        reverse("survey-answers", args=[survey.uuid]),
        reverse("survey-response", args=[Response.objects.get().uuid]),
    ):
        assert "sara@example.com" not in client.get(page).content.decode()


def test_a_file_of_an_anonymous_answer_tells_only_the_hour(send, tmp_path):
    send(anonymous=True)

    upload = Upload.objects.get()
    hour = clock.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    (file,) = (tmp_path / "answers").iterdir()
    assert (upload.created_at, upload.name, upload.uuid.version) == (hour, "file.png", 4)
    assert Answer.objects.get(question_key="photo").text == "file.png"
    assert file.stat().st_mtime == hour.timestamp()
