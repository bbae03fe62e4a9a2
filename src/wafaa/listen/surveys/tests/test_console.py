"""The whole way of a marketer: template, builder, check, publish, collect, answers; and what hostile hands may send."""

import html
import json

import pytest
from django.urls import reverse

from wafaa.listen.surveys.actions import make_collector, make_survey, publish_survey
from wafaa.listen.surveys.builder.frame import get_working
from wafaa.listen.surveys.models import Collector, Invitation, Response, Survey
from wafaa.listen.surveys.ready import find_ready, list_ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client_as, owner):
    return client_as(owner, HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def survey():
    ready = find_ready("customer_satisfaction")
    return make_survey(name="رضا العملاء", content=ready.content, by=None, template_key=ready.key)


def keys_of(survey):
    return [[one["key"] for one in page["questions"]] for page in get_working(survey).content["pages"]]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_of_a_survey_opens(client_as, owner, survey, language):
    publish_survey(survey=survey, by=None)
    survey.refresh_from_db()
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE=language)
    key = keys_of(survey)[0][0]
    pages = [reverse("surveys"), reverse("survey-new"), reverse("survey-question", args=[survey.uuid, key])]
    names = "survey survey-bank survey-preview survey-settings survey-logic survey-check survey-collect"
    names += " survey-sheets survey-answers survey-import"
    pages += [reverse(name, args=[survey.uuid]) for name in names.split()]

    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


@pytest.mark.parametrize("ready", list_ready(), ids=lambda one: one.key)
def test_a_template_is_a_survey_that_can_be_published_as_it_is(editor, ready):
    made = editor.post(reverse("survey-new"), {"template": ready.key})
    survey = Survey.objects.get()
    assert made.url == reverse("survey", args=[survey.uuid])

    published = editor.post(reverse("survey-publish", args=[survey.uuid]))

    survey.refresh_from_db()
    assert (published.status_code, survey.state, survey.template_key) == (302, "open", ready.key)
    assert Collector.objects.get(survey=survey).kind == "link"


def test_steps_move_double_and_delete_and_can_be_taken_back(editor, survey):
    step = reverse("survey-step", args=[survey.uuid])
    before = keys_of(survey)
    first = before[0][0]

    editor.post(step, {"deed": f"duplicate:{first}"})
    assert keys_of(survey)[0] == [first, f"{first}_1"]
    editor.post(step, {"deed": "put", "question": f"{first}_1", "page": "p3", "place": "0"})
    assert keys_of(survey)[2][0] == f"{first}_1"
    editor.post(step, {"deed": f"delete:{first}_1"})
    assert keys_of(survey) == before
    editor.post(step, {"deed": "undo"})
    editor.post(step, {"deed": "undo"})
    assert keys_of(survey)[0] == [first, f"{first}_1"]
    added = editor.post(step, {"deed": "bank:delivery.on_time", "page": "p1"})
    assert added.url.endswith("#q-delivery_on_time")


def test_who_saw_an_older_draft_changes_nothing(editor, survey):
    step = reverse("survey-step", args=[survey.uuid])
    editor.post(step, {"deed": "page-add", "revision": "0"})
    seen = keys_of(survey)

    editor.post(step, {"deed": "page-add", "revision": "0"})

    assert keys_of(survey) == seen


def test_a_question_is_edited_in_both_languages_with_its_condition(editor, survey):
    address = reverse("survey-question", args=[survey.uuid, "loyalty_recommend"])
    told = {
        "text.ar": "هل توصي بنا؟", "text.en": "Would you recommend us?", "required": "on", "low.ar": "لا",
        "show.0.of": "answer:satisfaction_overall", "show.0.is": "at_least", "show.0.value": "٣", "deed": "save",
    }  # fmt: skip

    assert editor.post(address, told).status_code == 302

    saved = next(
        one
        for page in get_working(survey).content["pages"]
        for one in page["questions"]
        if one["key"] == "loyalty_recommend"
    )
    assert saved["text"] == {"ar": "هل توصي بنا؟", "en": "Would you recommend us?"}
    assert saved["required"] is True
    assert saved["show_if"] == {"of": "answer", "key": "satisfaction_overall", "is": "at_least", "value": 3}


def test_a_long_survey_has_to_be_wanted(editor, survey):
    step = reverse("survey-step", args=[survey.uuid])
    for key in (
        "satisfaction.best",
        "satisfaction.anything",
        "loyalty.recommend_why",
        "product.missing",
        "leaving.stay",
    ):
        editor.post(step, {"deed": f"bank:{key}", "page": "p3"})
    for key in ("event.next", "onboarding.missing", "about_you.contact", "satisfaction.priorities"):
        editor.post(step, {"deed": f"bank:{key}", "page": "p3"})
    publish = reverse("survey-publish", args=[survey.uuid])

    refused = editor.post(publish)
    survey.refresh_from_db()
    assert (refused.status_code, survey.state) == (422, "draft")
    assert editor.post(publish, {"is_wanted": "on"}).status_code == 302


def test_codes_are_made_one_for_each_table_and_links_once_each(editor, survey):
    publish_survey(survey=survey, by=None)
    collect = reverse("survey-collect", args=[survey.uuid])

    editor.post(collect, {"kind": "qr", "each": "table", "names": "1، 2, 2\n3", "store": "riyadh"})
    assert sorted(Collector.objects.filter(kind="qr").values_list("table_name", "store")) == [
        ("1", "riyadh"), ("2", "riyadh"), ("3", "riyadh"),
    ]  # fmt: skip
    cards = reverse("survey-sheets", args=[survey.uuid])
    assert editor.get(cards).content.decode().count('class="sheet"') == 3
    one = Collector.objects.get(table_name="2")
    assert editor.get(f"{cards}?size=a4&way={one.uuid}").content.decode().count('class="sheet"') == 1
    png = editor.get(reverse("survey-collector-png", args=[one.uuid]))
    assert (png.content[:8], png["X-Content-Type-Options"]) == (b"\x89PNG\r\n\x1a\n", "nosniff")
    svg = editor.get(reverse("survey-collector-svg", args=[one.uuid])).content.decode()
    assert svg.startswith("<?xml")
    assert "<svg" in svg
    assert editor.post(collect, {"kind": "qr", "each": "agent", "names": " ,"}).status_code == 422
    for kind in ("email", "sms", "social", "embed", "popup", "kiosk", "link"):
        editor.post(collect, {"kind": kind})
        made = Collector.objects.get(kind=kind)
        assert editor.get(reverse("survey-collector", args=[made.uuid])).status_code == 200
    editor.post(reverse("survey-collector-links", args=[made.uuid]), {"count": "3"})
    assert Invitation.objects.filter(collector=made).count() == 3
    editor.post(reverse("survey-collector-stop", args=[made.uuid]), {"stop": "1"})
    made.refresh_from_db()
    assert made.is_stopped


def test_what_a_pop_up_is_told_stands_in_its_lines(editor, survey):
    made = make_collector(survey=survey, kind="popup", by=None)
    address = reverse("survey-collector-appearing", args=[made.uuid])
    told = {"event": "Order Completed", "path": "/thanks*", "exit": "on", "share": "٢٥", "quiet": "7"}

    assert editor.get(address).status_code == 200
    assert editor.post(address, {"path": "javascript:", "share": "0"}).status_code == 422
    assert editor.post(address, told).status_code == 302

    made.refresh_from_db()
    assert made.settings == {
        "event": "Order Completed", "path": "/thanks*", "exit": True, "share": 25, "quiet": 7,
    }  # fmt: skip
    shown = html.unescape(editor.get(reverse("survey-collector", args=[made.uuid])).content.decode())
    assert 'data-share="25" data-quiet="7" data-exit' in shown


@pytest.mark.parametrize(
    "deed",
    ["", "put", "up:", "bank:nothing", "add", "delete:<script>", "page-delete:p99", "undo", "x" * 5000],
)
def test_a_strange_step_changes_nothing(editor, survey, deed):
    before = keys_of(survey)

    assert (
        editor.post(
            reverse("survey-step", args=[survey.uuid]), {"deed": deed, "revision": "9" * 30}
        ).status_code
        == 302
    )
    assert keys_of(survey) == before


def test_who_may_only_read_sees_answers_and_changes_nothing(client_as, analyst, survey):
    client = client_as(analyst)
    before = json.dumps(get_working(survey).content)

    assert client.get(reverse("survey-answers", args=[survey.uuid])).status_code == 200
    assert client.get(reverse("survey", args=[survey.uuid])).status_code == 403
    assert client.post(reverse("survey-step", args=[survey.uuid]), {"deed": "page-add"}).status_code == 403
    assert client.post(reverse("survey-publish", args=[survey.uuid])).status_code == 403
    assert json.dumps(get_working(survey).content) == before
    assert not Response.objects.exists()
