"""The list of suggestions, one of them, the public page, and what comes from outside."""

from copy import deepcopy

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.build import make_business, make_customer
from tests.worlds import world

from wafaa.decide.suggestions.actions import decide_suggestion
from wafaa.decide.suggestions.models import Suggestion, Voice
from wafaa.decide.suggestions.queries import get_suggestion
from wafaa.decide.suggestions.rules import State
from wafaa.decide.suggestions.tests.build import DAY, EVENING, EVENING_TOO, HOUR, MORNING, gather
from wafaa.kit import clock

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def make_wishes():
    make_business(name="Palm Roastery", time_zone="Asia/Riyadh")
    with clock.fixed_at(MORNING + HOUR):
        make_customer("C1", name="سارة القحطاني", at=MORNING - DAY)
        return gather(
            ("C1", EVENING), ("anonymous:a", EVENING), ("C3", EVENING_TOO), ("C4", "مواقف السيارات قليلة")
        )


made = world(make_wishes)


@pytest.fixture
def wishes(made, db):
    with clock.fixed_at(MORNING + HOUR):
        yield deepcopy(made)


@pytest.fixture
def desk(manager, client_as, wishes):
    return client_as(manager, **ENGLISH)


def titles(page):
    return [one.title for one in page.context["rows"]]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("q=توصيلُ", 2),
        ("q=deliver", 0),
        ("state=done", 0),
        ("state=x&survey=y&page=z&order=;", 3),
        ("order=title", 3),
    ],
)
def test_the_list_is_searched_sorted_and_narrowed(desk, query, count):
    page = desk.get(f"/suggestions/?{query}")

    assert len(titles(page)) == count
    if not query:
        assert titles(page)[0] == EVENING  # the most people first


def test_one_shows_who_asked_and_what_is_like_it(desk, wishes, analyst, client_as):
    address = reverse("suggestion", args=[wishes[0].uuid])
    told = desk.get(address).content.decode()

    assert "</bdi> people asked for it" in told
    assert "سارة القحطاني" in told
    assert EVENING_TOO in told
    masked = client_as(analyst, **ENGLISH).get(address).content.decode()
    assert "سارة القحطاني" not in masked
    assert 'name="other"' not in masked


def test_it_is_merged_taken_out_worded_and_decided_by_pressing(desk, wishes):
    first, second, _parking = wishes

    def press(name, **told):
        return desk.post(reverse(name, args=[first.uuid]), told, follow=True)

    press("suggestion-merge", other=[str(second.uuid), "no id"])
    assert get_suggestion(first.uuid).people == 3
    page = desk.get(reverse("suggestion", args=[second.uuid]), follow=True)
    assert page.redirect_chain[-1][0] == reverse("suggestion", args=[first.uuid])
    press("suggestion-unmerge", merge="x")
    press("suggestion-unmerge", merge=str(page.context["merges"][0].pk))
    assert get_suggestion(first.uuid).people == 2
    press("suggestion-wording", title="توصيل في المساء")
    assert press("suggestion-decide", state="done").status_code == 422
    told = press(
        "suggestion-decide",
        state="done",
        answer_en="We deliver until ten.",
        is_public="on",
        done_on="٢٠٢٦-١١-٠١",
    )
    assert "Everybody who asked for it is told now." in told.content.decode()
    first.refresh_from_db()
    assert (first.title, first.state, str(first.done_on)) == ("توصيل في المساء", State.DONE, "2026-11-01")
    assert ProcrastinateJob.objects.filter(task_name="wafaa.decide.suggestions.tasks.tell").count() == 1


def test_the_public_page_tells_what_was_decided_without_names(wishes, client, agent):
    for one in (wishes[0], wishes[2]):
        public = one == wishes[0]
        decide_suggestion(
            suggestion=one, state=State.DONE, answer_ar="صرنا نوصّل مساءً", is_public=public, by=agent
        )

    told = client.get("/you-said-we-did/", **ENGLISH).content.decode()

    assert "صرنا نوصّل مساءً" in told  # the other language, where one says nothing
    assert EVENING in told
    assert "مواقف" not in told
    assert "سارة" not in told


def test_a_comment_becomes_a_suggestion_once(desk, wishes):
    said = "<b>ليتكم</b> تقبلون الدفع عند الاستلام"
    page = desk.get("/suggestions/new/", {"text": said, "comment": "17"})
    form = page.context["form"].initial
    assert "&lt;b&gt;" in page.content.decode()
    assert (form["text"], form["source"]) == (said, "comment:17")

    sent = {"title": "الدفع عند الاستلام", "text": said, "source": "comment:17", "customer": ""}
    desk.post("/suggestions/new/", sent)
    desk.post("/suggestions/new/", sent)

    assert Suggestion.objects.filter(title="الدفع عند الاستلام").count() == 1
    assert Voice.objects.filter(source_key="staff:comment:17").count() == 1
    assert desk.post("/suggestions/new/", {"title": " ", "source": "x"}).status_code == 422
    assert desk.get("/suggestions/new/", {"text": "ا" * 50_000}).status_code == 200


def test_scores_that_cannot_be_counted_leave_the_page_whole(desk, wishes, agent):
    decide_suggestion(suggestion=wishes[0], state=State.DONE, answer_ar="تم", by=agent)

    panel = desk.get(reverse("suggestion-scores", args=[wishes[0].uuid]) + "?days=9", HTTP_HX_REQUEST="true")

    assert panel.status_code == 200
    assert "Choose a survey with a score" in panel.content.decode()


def test_the_file_holds_no_formula_and_no_name(desk, wishes, branch_manager, client_as):
    Suggestion.objects.filter(pk=wishes[0].pk).update(title="=1+1")
    file = b"".join(desk.get("/suggestions/export/?format=csv").streaming_content).decode()

    assert ",=1+1" not in file
    assert "سارة" not in file
    assert file.count("\n") == 4
    assert client_as(branch_manager).get("/suggestions/export/").status_code == 404
