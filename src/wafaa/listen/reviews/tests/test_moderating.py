"""What staff decide, on the pages and by actions; sites for everybody; the audit; the export."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from wafaa.access.audit.models import Change
from wafaa.kit.ids import new_id
from wafaa.listen.reviews.actions import (
    add_site,
    publish_reviews,
    reject_reviews,
    show_sites_after_answer,
    undo_decisions,
)
from wafaa.listen.reviews.errors import NothingToUndo, ReasonUnknown
from wafaa.listen.reviews.models import Review, Showing
from wafaa.listen.reviews.queries import get_invitation_path, get_total
from wafaa.listen.reviews.rules import Reason, State
from wafaa.listen.reviews.tests.build import get_product, invite, invite_all, make_review
from wafaa.listen.surveys.rules.content import read_content
from wafaa.listen.surveys.rules.given import Value
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def see(client_as, owner):
    def open_page(address, who=None, **asked):
        page = client_as(who or owner, HTTP_ACCEPT_LANGUAGE="en").get(address, asked)
        return page.content.decode()

    return open_page


def test_reviews_are_published_in_bulk_told_once_and_undone(client_as, owner, see):
    mine, other = invite_all(("1", "A1"), ("2", "A2"))
    first, second = make_review(mine), make_review(other, 1, text="Bad, very bad")
    page = see(reverse("reviews"))
    assert "Bad, very bad" in page
    assert page.count('name="review"') == 2
    form = {
        "deed": "publish",
        "review": [str(first.uuid), str(second.uuid)],
        "back": "/reviews/?state=waiting",
    }
    answer = client_as(owner, HTTP_ACCEPT_LANGUAGE="en").post(reverse("reviews-decide"), form, follow=True)

    assert "2 reviews are published" in answer.content.decode()
    assert set(Review.objects.values_list("state", flat=True)) == {State.PUBLISHED}
    assert get_total(get_product()).counts == (1, 0, 0, 0, 1)
    undo_decisions(reviews=[first.uuid], staff=owner)
    with pytest.raises(NothingToUndo):
        undo_decisions(reviews=[first.uuid], staff=owner)
    assert get_total(get_product()).counts == (1, 0, 0, 0, 0)
    publish_reviews(reviews=[first.uuid], staff=owner)
    assert Event.objects.filter(name="Review Published").count() == 2
    assert Change.objects.filter(deed="publish_review").count() == 3


def test_a_review_is_rejected_for_a_reason_of_the_list_only(client_as, owner, see):
    review = make_review(invite(), 1)
    with pytest.raises(ReasonUnknown):
        reject_reviews(reviews=[review.uuid], reason="negative", staff=owner)
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")
    page = reverse("review", args=[review.uuid])
    form = {"deed": "reject", "review": str(review.uuid), "reason": "because it is bad", "back": page}
    assert (
        "That a review is negative is none"
        in client.post(reverse("reviews-decide"), form, follow=True).content.decode()
    )
    assert Review.objects.get().state == State.WAITING
    client.post(reverse("reviews-decide"), {**form, "reason": Reason.PERSONAL})
    review = Review.objects.get()
    assert (review.state, review.reject_reason) == (State.REJECTED, "personal")
    assert "Names or numbers of people" in see(page)
    assert "negative" not in " ".join(Reason)


def test_nothing_strange_decides_anything(client_as, owner, agent):
    review = make_review(invite())
    client = client_as(owner)
    for form in (
        {},
        {"deed": "publish"},
        {"deed": "publish", "review": "no uuid"},
        {"deed": "explode", "review": str(review.uuid)},
        {"deed": "publish", "review": [str(review.uuid), "00000000-0000-0000-0000-000000000007"]},
        {
            "deed": "publish",
            "review": ["00000000-0000-0000-0000-000000000007"],
            "back": "https://evil.example/",
        },
    ):
        answer = client.post(reverse("reviews-decide"), form)
        assert answer["Location"] == reverse("reviews")
    assert client_as(agent).post(reverse("reviews-decide"), {"deed": "publish"}).status_code == 403
    assert Review.objects.get().state == State.WAITING


def test_the_list_is_searched_in_arabic_filtered_and_sorted(see):
    mine, other = invite_all(("1", "A1"), ("2", "A2"))
    make_review(mine, text="رائِحَةٌ جميلة")
    make_review(other, 1, text="Terrible packaging", sku="CUP-2")

    assert "رائِحَةٌ" in see(reverse("reviews"), q="رائحه جميله")
    assert "Terrible" not in see(reverse("reviews"), q="رائحة")
    assert "Terrible" in see(reverse("reviews"), stars="1", order="lowest")
    assert "Terrible" in see(reverse("reviews"), product="CUP-2", state="")
    assert "No review fits this search" in see(reverse("reviews"), photos="1")
    assert "Terrible" in see(reverse("reviews"), stars="many", verified="perhaps", page="-7")


def test_who_may_not_see_people_sees_reviews_without_names(see, analyst):
    review = make_review(invite(), name="Sara Alomari")
    page = see(reverse("review", args=[review.uuid]), who=analyst)

    assert "رائحة تدوم" in page
    assert "Sara Alomari" not in page
    assert "سارة العمري" not in page


def test_the_shop_answers_in_public_and_quotes_who_agreed(client_as, owner, see, passer_by):
    review = make_review(invite(), may_quote=True)
    publish_reviews(reviews=[review.uuid], staff=owner)
    client = client_as(owner)
    client.post(reverse("review-reply", args=[review.uuid]), {"text": "شكرًا <b>لك</b>"})
    client.post(reverse("review-testimonial", args=[review.uuid]))

    page = passer_by.get(f"/reviews/of/{review.product.sku}/").content.decode()
    assert "شكرًا &lt;b&gt;لك&lt;/b&gt;" in page
    assert len(passer_by.get("/v1/public/testimonials").json()["testimonials"]) == 1
    passer_by.post(f"{get_invitation_path(review.invitation)}quote/")
    assert passer_by.get("/v1/public/testimonials").json()["testimonials"] == []
    client.post(reverse("review-testimonial", args=[review.uuid]))
    assert not Review.objects.get().is_testimonial
    assert client.post(reverse("review-reply", args=[review.uuid]), {"text": "x" * 9_999}).status_code == 422


def test_other_sites_are_shown_to_everybody_and_the_audit_shows_it(passer_by, owner, see):
    add_site(name="خرائط", url="https://maps.example/shop", staff=owner)
    pages = []
    for stars, invitation in enumerate(invite_all(*((f"{n}", f"A{n}") for n in range(1, 6))), start=1):
        answer = passer_by.post(get_invitation_path(invitation), {f"rating-{get_product().pk}": str(stars)})
        pages.append(passer_by.get(answer["Location"]).content.decode())

    assert all("خرائط" in page for page in pages)
    assert sorted(Showing.objects.values_list("stars", "sites")) == [(stars, 1) for stars in (1, 2, 3, 4, 5)]
    showing = Showing.objects.get(stars=1)
    address = reverse("review-site-go", args=[showing.uuid, 1_000_000])
    assert passer_by.get(address).status_code == 404
    site = pages[0].split('class="button plain" href="')[1].split('"')[0]
    assert passer_by.get(site)["Location"] == "https://maps.example/shop"
    assert Showing.objects.filter(pressed_at__isnull=False).count() == 1
    audit = see(reverse("reviews-audit"))
    assert (
        audit.count(">100%<") == 6
    )  # all who were invited reviewed; sites were shown for each number of stars
    assert "Nobody was left out" in audit


@pytest.mark.parametrize(("number", "stars"), [(0, 1), (3, 2), (10, 5), (None, None)])
def test_after_an_answer_everybody_is_shown_the_sites_too(owner, number, stars):
    words = {"ar": "س", "en": "Q"}
    question = {"key": "q1", "type": "nps", "text": words}
    content = read_content(
        {
            "languages": ["en"],
            "main_language": "en",
            "title": words,
            "pages": [{"key": "p1", "questions": [question]}],
        }
    )
    answers = {} if number is None else {"q1": Value(number=Decimal(number))}
    response = new_id()
    assert show_sites_after_answer(response=response, content=content, answers=answers) == []
    add_site(name="Maps", url="https://maps.example/shop", staff=owner)
    for _time in range(2):
        (link,) = show_sites_after_answer(response=response, content=content, answers=answers)

    assert link.name == "Maps"
    showing = Showing.objects.get()
    assert (showing.asked, showing.stars, showing.sites, showing.at.minute) == ("answer", stars, 1, 0)


def test_a_site_is_an_https_address(client_as, owner):
    client = client_as(owner)
    for url in ("javascript:alert(1)", "http://plain.example/", "nonsense"):
        assert client.post(reverse("review-sites"), {"name": "x", "url": url}).status_code == 422
    assert (
        client.post(reverse("review-sites"), {"name": "G", "url": "https://g.example/s"}).status_code == 302
    )


def test_the_export_holds_no_formula(client_as, owner):
    make_review(invite(), title="=HYPERLINK(1)", text="+1+cmd|' /C calc'!A0", name="@SUM(A1)")
    answer = client_as(owner).get(reverse("reviews-export"))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))

    assert [rows[0][name][:2] for name in ("title", "text", "name")] == ["'=", "'+", "'@"]
    assert (rows[0]["rating"], rows[0]["product_id"], rows[0]["verified"]) == ("5", "OUD-1", "1")


def test_the_customers_page_has_a_panel(client_as, cashier, see):
    review = make_review(invite())
    address = reverse("customer-panel-reviews", args=[review.customer.uuid])

    assert "رائحة تدوم" in see(address)
    assert client_as(cashier).get(address).status_code == 404
