"""Who bought is invited, writes on one page, and may change it; nobody else gets the badge."""

import json
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from tests.build import NOON, make_customer, make_order, order_event, tell

from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.know.customers.models import DistinctId
from wafaa.listen.reviews.actions import (
    make_review_invitations,
    mark_sent,
    note_skipped,
    publish_reviews,
    submit_reviews,
    withdraw_quotes,
)
from wafaa.listen.reviews.errors import EditOver
from wafaa.listen.reviews.models import Photo, Review, ReviewInvitation, Showing, Skipped
from wafaa.listen.reviews.queries import get_invitation_path, get_photo_path, list_invited
from wafaa.listen.reviews.rules import PRODUCTS_MAX, Draft, Invitee, Skip, State
from wafaa.listen.reviews.tests.build import get_product, invite, make_jpeg, make_review
from wafaa.listen.surveys.actions import make_survey, publish_survey
from wafaa.listen.surveys.models import Answer, Response
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db


def told(name):
    found = Event.objects.filter(name=name).order_by("position").values_list("properties", flat=True)
    return [one if isinstance(one, dict) else json.loads(one) for one in found]


def fill(invitation, **said):
    """A form as the page has it, for the first product."""
    product = get_product()
    names = {"rating", "title", "text", "photos"}
    return {f"{name}-{product.pk}" if name in names else name: value for name, value in said.items()}


def test_an_order_is_asked_about_once_with_its_dearest_products_first():
    invitation = invite(lines=[{"sku": f"S{n}", "quantity": 1, "price": f"{n}.00"} for n in range(1, 10)])

    products = [product.sku for product, _review in list_invited(invitation)]
    assert products == [f"S{n}" for n in range(9, 9 - PRODUCTS_MAX, -1)]
    again = make_review_invitations(people=[Invitee(customer_id=invitation.customer_id, order_ref="A1")])
    assert [one.token for one in again] == [invitation.token]
    assert mark_sent(invitations=again) == 1
    assert mark_sent(invitations=again) == 0


def test_who_did_not_buy_is_not_invited_and_it_is_written_down_why():
    invitation = invite()
    other = make_customer("2")
    asked = [
        Invitee(customer_id=other.pk, order_ref="A1", share=0.0),
        Invitee(customer_id=other.pk, order_ref="no such order", share=1.0),
        Invitee(customer_id=invitation.customer_id, order_ref="A1", share=0.0),
    ]

    assert make_review_invitations(people=asked) == [invitation]
    note_skipped(people=asked[:1], reason=Skip.NOTHING_BOUGHT)
    found = Skipped.objects.order_by("order_ref").values_list("order_ref", "reason", "known_stars")
    assert list(found) == [("A1", "nothing_bought", 1), ("no such order", "nothing_bought", 5)]


def test_how_satisfied_somebody_is_decides_nothing():
    """Everybody who bought is invited: unhappy, happy and unknown alike."""
    shares = (0.0, 0.25, 0.5, 1.0, None)
    tell(*(order_event(f"Q{place}", customer=f"P{place}") for place, _share in enumerate(shares)))
    ids = dict(DistinctId.objects.values_list("distinct_id", "customer_id"))
    people = [
        Invitee(customer_id=ids[f"P{place}"], order_ref=f"Q{place}", share=share)
        for place, share in enumerate(shares)
    ]

    assert len(make_review_invitations(people=people)) == 5
    known = ReviewInvitation.objects.order_by("id").values_list("known_stars", flat=True)
    assert list(known) == [1, 2, 3, 5, None]
    assert not Skipped.objects.exists()


def test_one_page_takes_stars_words_and_pictures_without_cookies_or_scripts(passer_by):
    invitation = invite()
    path = get_invitation_path(invitation)
    page = passer_by.get(path)
    html = page.content.decode()

    assert page.status_code == 200
    assert len(page.content) < 20_000
    assert "عود كمبودي" in html
    assert "<script" not in html
    assert page["Referrer-Policy"] == "no-referrer"
    assert html.count('type="radio"') == 10
    upload = SimpleUploadedFile("phone.jpg", make_jpeg(turned=6), "image/jpeg")
    answer = passer_by.post(
        path,
        fill(invitation, rating="5", title="Lovely", text="It lasts", name="Sara", quote="1", photos=upload),
    )
    assert answer.status_code == 302
    review = Review.objects.get()
    assert (review.rating, review.title, review.is_verified, review.state) == (5, "Lovely", True, "waiting")
    assert review.may_quote
    assert "may quote my words" in review.quote_words
    photo = Photo.objects.get()
    assert (photo.kind, photo.width) == ("jpeg", 40)
    assert b"GPS" not in get_photo_path(photo.stored_as).read_bytes()
    (event,) = told("Review Submitted")
    assert event["review_id"] == str(review.uuid)
    assert (event["product_id"], event["order_id"], event["rating"]) == ("OUD-1", "A1", 5)
    assert (event["is_verified"], event["is_low"], event["text"]) == (True, False, "It lasts")
    assert passer_by.get(f"/reviews/photos/{photo.uuid}/").status_code == 404
    own = passer_by.get(f"/reviews/photos/{photo.uuid}/?by={invitation.token}")
    assert own.status_code == 200
    assert own["X-Content-Type-Options"] == "nosniff"
    assert "Thank you" in passer_by.get(answer["Location"]).content.decode()


def test_the_same_form_sent_twice_is_one_review(passer_by):
    invitation = invite()
    form = fill(invitation, rating="2", text="Broken")
    for _time in range(3):
        assert passer_by.post(get_invitation_path(invitation), form).status_code == 302

    assert Review.objects.get().number == 1
    assert [event["is_low"] for event in told("Review Submitted")] == [True]
    assert Showing.objects.get().stars == 2


WRONG = (
    ({}, "Tap the stars of at least one product"),
    ({"text": "words"}, "Tap the stars first"),
    ({"rating": "9"}, "Tap one to five stars"),
    ({"rating": "5", "text": "x" * 200_000}, "5,000 letters at most"),
    (
        {"rating": "5", "photos": SimpleUploadedFile("x.png", b"<html><script>1</script>")},
        "This is no picture",
    ),
)


def test_what_is_wrong_is_said_and_nothing_is_kept(passer_by):
    invitation = invite()
    for said, problem in WRONG:
        answer = passer_by.post(get_invitation_path(invitation), fill(invitation, name="Sara", **said))

        assert answer.status_code == 422
        assert problem in answer.content.decode()
        assert 'value="Sara"' in answer.content.decode()
    assert not Review.objects.exists()
    assert told("Review Submitted") == []


def test_another_product_in_the_form_is_nobodys_business(passer_by):
    invitation = invite()
    make_order("B9", customer="9", lines=(("ELSE", 1, "1.00"),))
    stranger = get_product("ELSE")
    answer = passer_by.post(get_invitation_path(invitation), {f"rating-{stranger.pk}": "1"})

    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_tokens_that_are_not_ours_lead_nowhere(passer_by):
    for token in ("abc", "x" * 22, "x" * 5_000, "%00" * 10):
        assert passer_by.get(f"/r/{token}/").status_code == 404
    invitation = invite()
    with clock.fixed_at(clock.now() + timedelta(days=181)):
        assert passer_by.get(get_invitation_path(invitation)).status_code == 404
        assert passer_by.get(f"{get_invitation_path(invitation)}done/").status_code == 200


def test_a_body_that_is_far_too_large_is_not_read(passer_by):
    invitation = invite()
    answer = passer_by.post(get_invitation_path(invitation), {}, CONTENT_LENGTH=str(10**9))

    assert answer.status_code == 413
    assert not Review.objects.exists()


def test_a_change_keeps_the_former_words_and_waits_again(passer_by, owner):
    invitation = invite()
    review = make_review(invitation)
    publish_reviews(reviews=[review.uuid], staff=owner)
    make_review(invitation, 2, text="It broke")

    review = Review.objects.get()
    assert (review.state, review.rating, review.number) == ("waiting", 2, 2)
    assert list(review.versions.values_list("number", "rating", "text")) == [(1, 5, "رائحة تدوم طويلا")]
    ids = (
        Event.objects.filter(name="Review Submitted")
        .order_by("position")
        .values_list("message_id", flat=True)
    )
    assert list(ids) == [f"review-submitted:{review.uuid}", f"review-submitted:{review.uuid}:edit-2"]
    with clock.fixed_at(review.submitted_at + timedelta(days=31)), pytest.raises(EditOver):
        make_review(invitation, 1)
    assert Review.objects.get().rating == 2


def test_the_writer_takes_words_and_consent_back_at_any_time(passer_by, owner):
    invitation = invite()
    review = make_review(invitation, may_quote=True)
    base = get_invitation_path(invitation)
    with clock.fixed_at(NOON + timedelta(days=5_000)):
        assert passer_by.post(f"{base}quote/").status_code == 302
        assert not Review.objects.get().may_quote
        assert withdraw_quotes(invitation=invitation) == 0
        assert passer_by.post(f"{base}remove/{review.product_id}/").status_code == 302
    assert Review.objects.get().state == State.WITHDRAWN
    assert "Nothing of yours stands here" in passer_by.get(f"{base}done/").content.decode()


def test_stars_tapped_in_a_mail_are_chosen_but_not_sent(passer_by):
    invitation = invite()
    page = passer_by.get(f"{get_invitation_path(invitation)}?rating-{get_product().pk}=4").content.decode()

    assert 'value="4" checked' in page
    assert not Review.objects.exists()


def test_the_page_speaks_arabic_right_to_left(passer_by):
    page = passer_by.get(f"{get_invitation_path(invite())}?language=ar").content.decode()

    assert 'lang="ar" dir="rtl"' in page


def test_what_somebody_said_last_stands_in_the_audit_and_decides_nothing():
    """Ten stars' worth of NPS 3 on the day before count more than the old review, and nobody is left out for it."""
    words = {"ar": "س", "en": "Q"}
    question = {"key": "q1", "type": "nps", "text": words, "required": True}
    content = {
        "languages": ["en"],
        "main_language": "en",
        "title": words,
        "pages": [{"key": "p1", "questions": [question]}],
    }
    survey = make_survey(name="NPS", content=content, by=None)
    publish_survey(survey=survey, by=None)
    survey.refresh_from_db()
    first = invite()
    with clock.fixed_at(NOON):
        make_review(first, 5)
    make_order("A9", customer="1", lines=(("NEW", 1, "9.00"),))
    response = Response.objects.create(
        uuid=new_id(), survey=survey, version=survey.current_version, customer=first.customer, state="complete",
        language="en", started_at=NOON, last_at=NOON, completed_at=NOON + timedelta(days=1),
    )  # fmt: skip
    answer = Answer(response=response, question_key="q1", page_key="p1", type="nps", number=3, at=NOON)
    answer.save()

    (second,) = make_review_invitations(people=[Invitee(customer_id=first.customer_id, order_ref="A9")])
    assert (first.known_stars, second.known_stars) == (None, 2)


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_are_one_review_of_the_product_and_the_other_its_newer_version():
    """The same person by an invitation and with a second window: one row for the customer and the product, nothing lost."""
    invitation = invite()
    product, gate, broken = get_product(), threading.Barrier(2), []

    def post(rating):
        try:
            gate.wait(30)
            draft = Draft(rating=rating, text=f"said {rating}", language="en")
            submit_reviews(invitation=invitation, drafts={product.pk: draft})
        except Exception as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[rating]) for rating in (1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert broken == []
    review = Review.objects.get()
    former = review.versions.get()
    assert (review.number, {review.rating, former.rating}) == (2, {1, 5})
    assert len(told("Review Submitted")) == 2
