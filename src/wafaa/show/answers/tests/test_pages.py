"""The pages of answers, as a reader sees them."""

import csv
import html
import io
from copy import deepcopy
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils.html import strip_tags
from tests.worlds import world

from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Product
from wafaa.learn.facts.queries import close_facts
from wafaa.learn.segments.actions import add_to_list, create_list
from wafaa.show.answers.tests.said import NOW, make_open_survey, tell_survey

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def make_survey():
    """The survey, and the folder of its answers."""
    folder = Path(mkdtemp())
    with override_settings(FACTS_ROOT=folder), clock.fixed_at(NOW):
        return tell_survey(), folder


made = world(make_survey)


@pytest.fixture(scope="module")
def facts(made):
    yield made[1]
    close_facts(made[1])
    rmtree(made[1])


@pytest.fixture
def survey(made, facts, db, settings):
    settings.FACTS_ROOT = facts
    with clock.fixed_at(NOW):
        yield deepcopy(made[0])


def read(response) -> str:
    assert response.status_code == 200, response.content.decode()[:2000]
    text = html.unescape(strip_tags(response.content.decode().replace("<", " <")))
    words = " ".join(text.split())
    for before in "+−":
        words = words.replace(f"{before} ", before)
    return words.replace(" ;", ";").replace(" .", ".")


def test_the_results_tell_scores_with_margins_and_every_question(survey, analyst, client_as):
    client = client_as(analyst, **ENGLISH)
    page = client.get(reverse("survey-results", args=[survey.uuid]))
    words = read(page)

    # 31 promoters and 12 detractors of 43
    assert "The Net Promoter Score is +44; by 43 answers the truth lies between" in words
    assert "71% are satisfied; by 42 answers" in words
    assert "Began 43" in words
    assert "1 person stopped after it" in words
    assert "The &lt;price&gt;" in page.content.decode()
    assert "<price>" not in page.content.decode()
    assert "Receipt: how it was counted" in words


def test_a_filter_stands_in_the_address_and_too_few_answers_are_no_score(survey, analyst, client_as):
    client = client_as(analyst, **ENGLISH)
    address = reverse("survey-results", args=[survey.uuid])

    assert "Began 12" in read(client.get(address, {"agent": "Omar"}))
    assert "No answers pass this filter" in read(client.get(address, {"agent": "Nobody"}))
    assert "Began 43" in read(client.get(address, {"version": "x; drop", "period": "nonsense"}))
    assert "Not enough answers yet" in read(client.get(address, {"agent": "-"}))


def test_answers_of_a_segment_are_those_of_its_present_members(survey, analyst, branch_manager, client_as):
    segment = create_list(name="Regulars", by=None)
    address = reverse("survey-results", args=[survey.uuid])
    unhappy = Customer.objects.order_by("pk").values_list("pk", flat=True)[30:]
    add_to_list(segment=segment, customer_ids=list(unhappy))
    page = client_as(analyst, **ENGLISH).get(address, {"segment": segment.uuid})

    assert "Began 12" in read(page)
    assert f'<option value="{segment.uuid}" selected>Regulars</option>' in page.content.decode()
    add_to_list(segment=segment, customer_ids=[Customer.objects.order_by("pk")[0].pk])
    assert "Began 13" in read(client_as(analyst, **ENGLISH).get(address, {"segment": segment.uuid}))
    # nonsense filters nothing
    assert "Began 43" in read(client_as(analyst, **ENGLISH).get(address, {"segment": "x"}))


def test_a_product_stands_beside_its_sales(survey, analyst, client_as):
    product = Product.objects.create(sku="P1", name="Cup")
    words = read(client_as(analyst, **ENGLISH).get(reverse("satisfaction-product", args=[product.pk])))

    assert "Cup" in words
    assert client_as(analyst).get(reverse("satisfaction-product", args=[10**9])).status_code == 404


def test_groups_and_crossed_questions_say_whether_it_may_be_chance(survey, analyst, client_as):
    client = client_as(analyst, **ENGLISH)
    groups = read(
        client.get(
            reverse("survey-results-groups", args=[survey.uuid]),
            {"question": "q1", "by": "agent", "a": "Sara", "b": "Omar"},
        )
    )
    crossed = read(
        client.get(reverse("survey-results-crossed", args=[survey.uuid]), {"row": "q2", "column": "q3"})
    )

    assert "Sara less Omar: +200 points" in groups
    assert "Chance hardly explains it." in groups
    assert "below the mean" in groups
    assert "The two hang together: chance hardly explains this table." in crossed


def test_satisfaction_stands_beside_what_people_did(survey, analyst, client_as):
    words = read(client_as(analyst, **ENGLISH).get(reverse("satisfaction")))

    assert "Satisfied and came back 30" in words
    assert "Unhappy and left 11" in words
    assert "Unhappy, but came back 1" in words
    assert "Net Promoter Score" in words


def test_who_left_although_satisfied_is_a_list_that_may_be_taken_along(survey, analyst, agent, client_as):
    address = reverse("satisfaction-people", args=["unhappy_who_leave"])
    words = read(client_as(agent, **ENGLISH).get(address))
    masked = read(client_as(analyst, **ENGLISH).get(address))

    assert "11 customers" in words
    assert "Customer 31" in words
    assert "Customer 31" not in masked
    exported = client_as(analyst).get(reverse("satisfaction-people-export", args=["unhappy_who_leave"]))
    rows = list(csv.reader(io.StringIO(b"".join(exported.streaming_content).decode("utf-8-sig"))))
    assert (len(rows), rows[0][:2]) == (12, ["customer_number", "said"])
    assert client_as(analyst).get(reverse("satisfaction-people", args=["nobody"])).status_code == 404


def test_the_figures_may_be_taken_along_by_whoever_sees_answers(survey, analyst, branch_manager, client_as):
    address = reverse("survey-results-export", args=[survey.uuid])
    exported = client_as(analyst, **ENGLISH).get(address)
    rows = list(csv.reader(io.StringIO(b"".join(exported.streaming_content).decode("utf-8-sig"))))

    assert ["q1", "Would you recommend us?", "nps", "10", "30"] in [row[:5] for row in rows]
    assert client_as(branch_manager).get(address).status_code == 404


def test_a_survey_without_answers_says_what_to_do(survey, analyst, client_as):
    fresh = make_open_survey("New")
    words = read(client_as(analyst, **ENGLISH).get(reverse("survey-results", args=[fresh.uuid])))

    assert "Nobody has answered in these days" in words


def test_the_panel_of_a_customer_without_answers_says_so(survey, agent, client_as):
    customer = Customer.objects.order_by("pk").first()
    panel = client_as(agent, HTTP_HX_REQUEST="true", **ENGLISH).get(
        reverse("customer-panel-answers", args=[customer.uuid])
    )

    assert "Has not answered any survey yet." in read(panel)
    assert "<html" not in panel.content.decode()
