"""Merges, erasure, the copy for a person, facts, and the API."""

import pytest

from wafaa.access.keys.actions import create_key
from wafaa.access.keys.rules import Scope
from wafaa.know.customers.actions import merge_customers, undo_merge
from wafaa.listen.reviews.actions import (
    REVIEWS_FOLLOW,
    erase_customer,
    publish_reviews,
    shrink_photos,
    sweep_photos,
)
from wafaa.listen.reviews.actions.photos import set_photos, unlink_photos
from wafaa.listen.reviews.models import Photo, Review, ReviewInvitation, Showing
from wafaa.listen.reviews.pictures import clean_picture
from wafaa.listen.reviews.queries import export_customer, get_photo_folder
from wafaa.listen.reviews.tests.build import invite, invite_all, make_jpeg, make_png, make_review

pytestmark = pytest.mark.django_db


def test_reviews_follow_a_merged_customer_and_come_back(owner):
    mine, other = invite_all(("1", "A1"), ("2", "A2"))
    both = make_review(mine), make_review(other, 1)
    alone = make_review(other, 3, sku="CUP-2")
    kept, gone = mine.customer, other.customer
    merge = merge_customers(kept=kept, gone=gone, choices={}, movers=[REVIEWS_FOLLOW], by=owner)

    owners = dict(Review.objects.values_list("pk", "customer_id"))
    assert owners == {both[0].pk: kept.pk, both[1].pk: gone.pk, alone.pk: kept.pk}
    undo_merge(merge=merge, movers=[REVIEWS_FOLLOW], by=owner)
    owners = dict(Review.objects.values_list("pk", "customer_id"))
    assert owners == {both[0].pk: kept.pk, both[1].pk: gone.pk, alone.pk: gone.pk}


def test_erasing_takes_words_pictures_and_invitations_away():
    invitation, others = invite_all(("1", "A1"), ("2", "A2"))
    review = make_review(invitation)
    set_photos(review, pictures=[clean_picture(make_png())], dropped=())
    other = make_review(others)
    exported = export_customer(customer_id=invitation.customer_id, distinct_ids=["1"])
    assert exported["reviews"][0]["text"] == "رائحة تدوم طويلا"
    counts = erase_customer(customer_id=invitation.customer_id, distinct_ids=["1"])

    assert counts == {"reviews": 1, "review_photos": 1, "review_invitations": 1, "review_skips": 0}
    assert [path for path in get_photo_folder().rglob("*") if path.is_file()] == []
    assert list(Review.objects.values_list("pk", flat=True)) == [other.pk]
    assert not Photo.objects.exists()
    assert not Showing.objects.filter(key=str(invitation.uuid)).exists()
    assert ReviewInvitation.objects.count() == 1
    assert sweep_photos() == 0


def test_a_photo_gets_a_small_picture_upright_which_the_public_is_shown_and_which_goes_with_it(
    passer_by, owner
):
    """In the process that draws it; a picture that can't be drawn is shown as it came."""
    review = make_review(invite())
    large = make_png(width=900, height=300)
    set_photos(review, pictures=[clean_picture(large), clean_picture(make_jpeg())], dropped=())
    assert shrink_photos() == 1
    assert shrink_photos() == 0
    publish_reviews(reviews=[review.uuid], staff=owner)
    first, broken = passer_by.get("/v1/public/reviews/OUD-1").json()["reviews"][0]["photos"]

    small = b"".join(passer_by.get(first["small"]).streaming_content)
    assert small.startswith(b"\xff\xd8\xff")
    assert (clean_picture(small).width, clean_picture(small).height) == (360, 120)
    assert passer_by.get(broken["small"])["Content-Type"] == "image/jpeg"
    assert Photo.objects.get(small_as="").kind == "jpeg"
    assert sum(path.is_file() for path in get_photo_folder().rglob("*")) == 3
    assert unlink_photos([review.pk]) == 2
    assert not any(path.is_file() for path in get_photo_folder().rglob("*"))


def test_programs_read_and_decide(client):
    review = make_review(invite(), 1)
    keys = {scope: create_key(name=scope, scope=Scope(scope), by=None).text for scope in ("read", "write")}

    def ask(scope, method, address, body=None):
        told = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(client, method)(
            f"/v1/{address}", headers={"Authorization": f"Bearer {keys[scope]}"}, **told
        )

    listed = ask("read", "get", "reviews?state=waiting&rating=1").json()
    assert [one["id"] for one in listed["items"]] == [str(review.uuid)]
    assert ask("read", "get", "reviews?rating=5").json()["items"] == []
    assert ask("read", "get", f"reviews/{review.uuid}").json()["text"] == review.text
    decision = f"reviews/{review.uuid}/decision"
    assert ask("read", "post", decision, {"state": "published"}).status_code == 403
    assert ask("write", "post", decision, {"state": "rejected", "reason": "negative"}).status_code == 422
    assert ask("write", "post", decision, {"state": "rejected"}).status_code == 422
    assert Review.objects.get().state == "waiting"
    done = ask("write", "post", decision, {"state": "published"})
    assert (done.status_code, done.json()["state"]) == (200, "published")
    assert ask("write", "put", f"reviews/{review.uuid}/reply", {"text": "Sorry"}).json()["reply"] == "Sorry"
    assert ask("read", "get", "reviews?answered=true").json()["items"][0]["reply"] == "Sorry"
