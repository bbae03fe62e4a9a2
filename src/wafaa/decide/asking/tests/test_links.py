"""Personal links of a segment: one for each customer, always the same, and only for who sees personal data."""

import csv
import io

import pytest
from django.urls import reverse

from wafaa.access.staff.rules import Capability
from wafaa.decide.asking.tests.build import make_survey
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.learn.segments.models import Segment
from wafaa.listen.surveys.models import Invitation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def test_a_file_has_one_link_for_each_member_and_keeps_it(client_as, owner, analyst, monkeypatch):
    monkeypatch.setattr(
        "wafaa.decide.asking.pages.links.list_member_ids",
        lambda _segment, after, limit: list(
            Customer.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit]
        ),
    )
    Customer.objects.create(name="=cmd()", created_at=clock.now())
    people = Customer.objects.count()
    now = clock.now()
    survey, segment = make_survey(), Segment.objects.create(name="Regulars", created_at=now, changed_at=now)
    address = reverse("survey-links", args=[survey.uuid])
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")

    def fetch():
        answer = client.post(address, {"segment": str(segment.uuid)})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    first = fetch()
    assert client.get(address).status_code == 200
    assert client.post(address, {"segment": "x"}).status_code == 422
    assert fetch() == first
    assert len(first) == people == Invitation.objects.count()
    assert first[-1]["name"].startswith("'=")
    assert "/s/" in first[0]["link"]
    assert not analyst.may(Capability.EDIT_SURVEYS)
    assert client_as(analyst).get(address).status_code == 403
