"""A form that was opened before the last sign-in."""

import pytest
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "This form is too old"), ("ar", "هذا النموذج قديم")]
)
def test_a_stale_form_is_refused_in_the_readers_language(language, sentence):
    client = Client(enforce_csrf_checks=True)
    client.cookies["wafaa_language"] = language

    answer = client.post(reverse("sign-in"), {"login": "a@b.example", "password": "x"})

    assert answer.status_code == 403
    assert sentence in answer.content.decode()
