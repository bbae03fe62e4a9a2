"""What is published: JSON, markup, fragment, page, widget; and reviews of whom nobody invited."""

import gzip
import json
import re
from datetime import timedelta

import pytest
from tests.build import make_customer, make_event, order_event, tell

from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.listen.reviews.actions import erase_customer, publish_reviews, set_reply
from wafaa.listen.reviews.models import Review, ReviewInvitation
from wafaa.listen.reviews.pages.web import SCRIPT
from wafaa.listen.reviews.queries import make_code
from wafaa.listen.reviews.tests.build import OUD, get_product, invite, invite_all, make_review
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \u2028"


@pytest.fixture
def published(owner):
    """Five and two stars, the second with a script in it."""
    mine, other, _third = invite_all(("1", "A1"), ("2", "A2"), ("3", "A3"))
    first = make_review(mine, title="جميل")
    second = make_review(other, 2, text=EVIL, title=EVIL[:100], name="<b>Eve</b>")
    publish_reviews(reviews=[first.uuid, second.uuid], staff=owner)
    set_reply(review=second, text=EVIL, staff=owner)
    return [first, second]


def test_anybody_reads_the_published_reviews_of_a_product(published, passer_by):
    make_review(ReviewInvitation.objects.get(order_ref="A3"), 1, text="waits")
    answer = passer_by.get("/v1/public/reviews/OUD-1")
    told = answer.json()

    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"].startswith("public, max-age=300")
    assert not answer.cookies
    assert told["rating"] == {"average": 3.5, "count": 2, "stars": {"5": 1, "4": 0, "3": 0, "2": 1, "1": 0}}
    assert [one["rating"] for one in told["reviews"]] == [2, 5]
    assert told["reviews"][0]["isVerified"]
    assert told["reviews"][1]["direction"] == "rtl"
    assert "@example.com" not in answer.content.decode()
    assert "waits" not in answer.content.decode()
    assert told["next"] is None
    assert passer_by.get("/v1/public/reviews/OUD-1", HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    pages = passer_by.get("/v1/public/reviews/OUD-1?limit=1&sort=highest").json()
    assert [one["rating"] for one in pages["reviews"]] == [5]
    assert passer_by.get(pages["next"]).json()["reviews"][0]["rating"] == 2


STRANGE = {
    "/v1/public/reviews/none": 404,
    "/v1/public/reviews/": 404,
    "/v1/public/else": 404,
    "/v1/public/reviews/%00": 404,
    "/v1/public/reviews/" + "x" * 3_000: 404,
    "/v1/public/reviews/OUD-1?page=-1&limit=99999999999&sort=';--&of=xx": 200,
    "/reviews/of/none/": 404,
    "/reviews/of/OUD-1/?page=99999999": 200,
}


def test_strange_questions_get_plain_answers(published, passer_by):
    assert {address: passer_by.get(address).status_code for address in STRANGE} == STRANGE
    assert passer_by.post("/v1/public/reviews/OUD-1").status_code == 405
    assert passer_by.options("/v1/public/reviews/OUD-1").status_code == 204


def test_the_markup_is_that_of_a_product_and_valid_json(published, passer_by):
    page = passer_by.get("/reviews/of/OUD-1/").content.decode()
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told = json.loads(script)

    assert told == passer_by.get("/v1/public/reviews/OUD-1").json()["markup"]
    assert (told["@context"], told["@type"], told["sku"]) == ("https://schema.org", "Product", "OUD-1")
    assert told["aggregateRating"] == {
        "@type": "AggregateRating",
        "ratingValue": 3.5,
        "reviewCount": 2,
        "bestRating": 5,
        "worstRating": 1,
    }
    assert [one["@type"] for one in told["review"]] == ["Review", "Review"]
    assert all(
        one["author"]["name"] and one["datePublished"] and one["reviewRating"] for one in told["review"]
    )
    assert "Organization" not in script
    assert "LocalBusiness" not in script


@pytest.mark.parametrize(
    "address", ["/reviews/of/OUD-1/", "/v1/public/reviews/OUD-1?format=html&language=en"]
)
def test_a_script_in_a_review_is_text(published, passer_by, address):
    page = passer_by.get(address).content.decode()

    assert page.count("<script") == 1
    assert "onerror=alert(2)>" not in page
    assert "&lt;img src=x" in page
    assert "<b>Eve" not in page
    assert len(page) < 20_000


def test_a_product_without_reviews_has_no_markup(passer_by):
    invite()
    page = passer_by.get("/reviews/of/OUD-1/").content.decode()

    assert "No reviews yet" in page
    assert "ld+json" not in page
    assert passer_by.get("/v1/public/reviews/OUD-1").json()["markup"] is None


def test_the_widget_is_small_asks_nobody_else_and_puts_texts_in_as_text(passer_by):
    answer = passer_by.get("/reviews.js")
    source = SCRIPT.read_text()

    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(gzip.compress(SCRIPT.read_bytes())) < 10_000
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "cookie =",
        "localStorage",
    ):
        assert word not in source
    assert not re.findall(r"https?://", source)
    assert " left" not in source
    assert " right" not in source


# ---------- reviews of whom nobody invited ----------


def open_form(passer_by, *, seconds_ago=10, **said):
    """The form as it is some seconds after it was opened."""
    with clock.fixed_at(clock.now() - timedelta(seconds=seconds_ago)):
        page = passer_by.get("/reviews/of/OUD-1/write/").content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page)[1]
    product = get_product()
    form = {f"rating-{product.pk}": "1", f"text-{product.pk}": "Late", "once": once}
    return {**form, **said}


def write(passer_by, **said):
    return passer_by.post("/reviews/of/OUD-1/write/", open_form(passer_by, **said))


def test_anybody_may_review_without_the_badge_once_per_form(passer_by):
    invite()
    form = open_form(passer_by)
    for _time in range(2):
        assert passer_by.post("/reviews/of/OUD-1/write/", form).status_code == 302

    review = Review.objects.get()
    assert (review.is_verified, review.state, review.origin, review.customer) == (
        False,
        "waiting",
        "web",
        None,
    )
    event = Event.objects.get(name="Review Submitted")
    assert event.distinct_id == f"anonymous:review-{review.uuid}"


def test_machines_are_kept_out_quietly(passer_by):
    invite()
    assert write(passer_by, website="spam.example")["Location"].endswith("/reviews/of/OUD-1/")
    assert write(passer_by, once="made up").status_code == 422
    for seconds in (0, 25 * 3600):
        form = open_form(passer_by, seconds_ago=seconds)
        assert passer_by.post("/reviews/of/OUD-1/write/", form).status_code == 422
    assert not Review.objects.exists()
    codes = [write(passer_by, name=f"N{number}").status_code for number in range(4)]
    assert codes[-1] == 429


def test_a_claim_to_an_order_waits_for_its_mailbox(passer_by, mailbox):
    invitation = invite()
    answer = write(passer_by, email="SARA1@example.com", order="A1")
    review = Review.objects.get()
    assert (review.state, review.is_verified) == ("unconfirmed", False)
    assert not Event.objects.filter(name="Review Submitted").exists()
    assert "Look into your mailbox" in passer_by.get(answer["Location"]).content.decode()
    mailbox.deliver()
    (mail,) = mailbox.mails
    body = mail.get_body().get_content()
    assert "Late" not in body
    path = re.search(r"http://testserver(/r/\S+)", body)[1]
    wrong = path.replace("/confirm/", "/confirm/0")
    assert passer_by.post(wrong).status_code == 404
    assert passer_by.get(path).status_code == 200
    assert Review.objects.get().state == "unconfirmed"
    for _time in range(2):
        assert "badge of a buyer" in passer_by.post(path).content.decode()
    review = Review.objects.get()
    assert (review.state, review.is_verified, review.customer_id) == ("waiting", True, invitation.customer_id)
    assert review.order_ref == "A1"
    assert Event.objects.filter(name="Review Submitted").count() == 1


def test_a_mailbox_without_such_an_order_gets_no_badge(passer_by, mailbox):
    invite()
    make_customer("7", email="other@example.com")
    write(passer_by, email="other@example.com")
    invitation = ReviewInvitation.objects.get(is_web=True)
    passer_by.post(f"/r/{invitation.token}/confirm/{make_code(invitation)}/")

    review = Review.objects.get()
    assert (review.state, review.is_verified, review.customer) == ("waiting", False, None)


def test_a_confirmed_review_of_who_reviewed_before_is_a_new_version(passer_by, mailbox):
    make_review(invite())
    write(passer_by, email="sara1@example.com")
    invitation = ReviewInvitation.objects.get(is_web=True)
    passer_by.post(f"/r/{invitation.token}/confirm/{make_code(invitation)}/")

    review = Review.objects.get()
    assert (review.rating, review.number, review.is_verified) == (1, 2, True)


def test_without_a_mail_server_no_order_can_be_claimed(passer_by, settings):
    settings.EMAIL_HOST = ""
    invite()

    assert "E-mail of the order" not in passer_by.get("/reviews/of/OUD-1/write/").content.decode()
    assert write(passer_by, email="sara1@example.com").status_code == 422
    assert not Review.objects.exists()


# ---------- reviews that shops tell ----------


def reviewed(number="R1", *, customer="1", **said):
    told = {
        "review_id": number,
        "sku": "OUD-1",
        "rating": "4",
        "review_body": "ممتاز",
        "order_id": "A1",
        **said,
    }
    return make_event("Product Reviewed", distinct_id=customer, properties=told, source="connector:abc")


def test_a_review_told_by_a_shop_becomes_one_here_once(db):
    tell(order_event("A1", lines=[OUD]), reviewed(), reviewed())
    tell(reviewed(rating="2", review_body="ساء"), reviewed("R2", rating="six"), reviewed("R3", rating=None))

    review = Review.objects.get()
    assert (review.rating, review.text, review.number, review.origin) == (2, "ساء", 2, "shop")
    assert (review.is_verified, review.state) == (True, "waiting")
    assert Event.objects.filter(name="Review Submitted").count() == 2


def test_a_shop_that_tells_nonsense_harms_nothing(db):
    tell(
        reviewed("N1", customer="nobody", sku=["x"], review_body={"a": 1}, rating=True),
        reviewed(
            "N2", customer="nobody", sku=None, product_id=7, review_body="x" * 100_000, order_id="o" * 5_000
        ),
    )

    review = Review.objects.get()
    assert (review.product, review.customer, review.is_verified, len(review.text)) == (
        None,
        None,
        False,
        5_000,
    )


def test_who_reviewed_here_keeps_that_review(db):
    make_review(invite(), 5)
    tell(reviewed(rating="1"))

    assert Review.objects.get().rating == 5


def test_erasing_takes_what_the_same_mailbox_wrote_on_the_web(passer_by, mailbox):
    make_customer("7", email="other@example.com")
    invite()
    write(passer_by, email="other@example.com")
    invitation = ReviewInvitation.objects.get(is_web=True)
    passer_by.post(f"/r/{invitation.token}/confirm/{make_code(invitation)}/")
    assert Event.objects.filter(name="Review Submitted").count() == 1
    customer = Customer.objects.get(distinct_ids__distinct_id="7")
    erase_customer(customer_id=customer.pk, distinct_ids=["7"])

    assert not Review.objects.exists()
    assert not ReviewInvitation.objects.filter(is_web=True).exists()
    assert not Event.objects.filter(name="Review Submitted").exists()
