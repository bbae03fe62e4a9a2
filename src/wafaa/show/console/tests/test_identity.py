"""Who is one person with whom: what staff see of it, decide, and take back."""

import pytest
from django.urls import reverse
from tests.build import make_customer, make_event, tell

from wafaa.access.audit.models import Change
from wafaa.know.customers.models import Customer, Merge
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.identity.models import Decision, Doubt
from wafaa.stream.rules import NewEvent

pytestmark = pytest.mark.django_db
PAGE = "customer-identity"


@pytest.fixture
def owner(owner):
    """Reads English here."""
    owner.language = "en"
    owner.save(update_fields=["language"])
    return owner


@pytest.fixture
def doubtful():
    """Two accounts of one shop that told the same phone."""
    return [make_customer(number, name=f"Sara {number}", phone="0501234567") for number in ("C1", "C2")]


def see(distinct_id, device):
    event = make_event("page", distinct_id=distinct_id)
    tell(
        NewEvent(
            message_id=event.message_id,
            type="page",
            name="page",
            distinct_id=distinct_id,
            occurred_at=event.occurred_at,
            context={"anonymousId": device},
            source="test",
        )
    )


def answer(client, first, second, said):
    asked = {"first": first.uuid, "second": second.uuid, "answer": said}
    return client.post(reverse("customer-identity-answer"), asked)


def test_the_page_shows_both_and_why(doubtful, owner, client_as):
    page = client_as(owner).get(reverse(PAGE)).content.decode()

    assert "Sara C1" in page
    assert "Sara C2" in page
    assert "+966501234567" in page


def test_the_empty_page_says_what_will_stand_there(owner, client_as):
    page = client_as(owner).get(reverse(PAGE)).content.decode()

    assert "Nothing to decide" in page


def test_the_same_person_is_merged_and_it_can_be_undone(doubtful, owner, client_as):
    client = client_as(owner)

    answer(client, *doubtful, "same")

    merge = Merge.objects.get()
    assert (merge.kept, merge.gone, merge.staff) == (*doubtful, owner)
    assert not Doubt.objects.exists()
    page = client.get(reverse(PAGE)).content.decode()
    assert "Staff decided so" in page
    client.post(reverse("merge-undo", args=[merge.uuid]))
    assert Customer.objects.filter(merged_into=None).count() == 2
    assert Doubt.objects.count() == 1


def test_different_people_are_not_asked_about_again_until_it_is_taken_back(doubtful, owner, client_as):
    client = client_as(owner)

    answer(client, *doubtful, "apart")

    assert not Doubt.objects.exists()
    assert not Merge.objects.exists()
    assert Change.objects.filter(deed="tell_apart", staff=owner).count() == 1
    assert "Told apart by staff" in client.get(reverse(PAGE)).content.decode()
    client.post(reverse("customer-identity-take-back", args=[Decision.objects.get().uuid]))
    assert Doubt.objects.count() == 1


def test_the_panel_explains_every_id(owner, client_as):
    customer = make_customer("C1", email="sara@example.com")
    tell(make_event("identify", distinct_id="salla:1:9", properties={"email": "sara@example.com"}))
    see("C1", "browser-1")

    page = client_as(owner).get(reverse("customer-panel-identity", args=[customer.uuid])).content.decode()

    assert "The same e-mail: sara@example.com" in page
    assert "A device on which they signed in" in page
    assert "browser-1" in page


def test_a_device_is_taken_off_a_customer(owner, client_as):
    customer = make_customer("C1", email="sara@example.com")
    see("C1", "browser-1")
    assert list_distinct_ids([customer.pk])[customer.pk] == ["C1", "anonymous:browser-1"]

    client_as(owner).post(
        reverse("customer-identity-take-off", args=[customer.uuid]), {"id": "anonymous:browser-1"}
    )

    assert list_distinct_ids([customer.pk])[customer.pk] == ["C1"]
    see("C1", "browser-1")
    assert list_distinct_ids([customer.pk])[customer.pk] == ["C1"]


def test_who_may_not_change_customers_decides_nothing(doubtful, analyst, client_as):
    client = client_as(analyst)

    assert client.get(reverse(PAGE)).status_code == 403
    assert answer(client, *doubtful, "same").status_code == 403
    assert not Merge.objects.exists()
    assert not Decision.objects.exists()


def test_a_wrong_place_or_person_is_not_found(owner, client_as):
    client = client_as(owner)

    assert client.get(reverse(PAGE), {"after": "nowhere"}).status_code == 404
    asked = {"first": "x", "second": "y", "answer": "same"}
    assert client.post(reverse("customer-identity-answer"), asked).status_code == 404
