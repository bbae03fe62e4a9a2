"""The bank and the templates: every one can be asked as it stands, in both languages."""

import pytest

from wafaa.listen.surveys.bank import find_bank_question, list_bank, list_themes, make_question
from wafaa.listen.surveys.builder import editing
from wafaa.listen.surveys.ready import find_ready, list_ready, make_empty
from wafaa.listen.surveys.rules.checking import list_gaps
from wafaa.listen.surveys.rules.content import read_content, write_content
from wafaa.science.questioning import review_question

LANGUAGES = ("ar", "en")
# Meant as they are: their choices are names of things, good and bad ones by chance.
ALLOWED_FINDINGS = {("loyalty.preference", "ar", "unbalanced"), ("returns.reason", "ar", "unbalanced")}


def make_survey_of_the_bank():
    content = make_empty({"ar": "كل الأسئلة", "en": "All questions"})
    content["pages"] = [
        {
            "key": theme,
            "questions": [
                make_question(one.told, one.key.replace(".", "_")) for one in list_bank(theme=theme)
            ],
        }
        for theme in list_themes()
    ]
    return content


def test_the_bank_holds_more_than_eighty_questions_that_read_as_content():
    content = make_survey_of_the_bank()
    read = read_content(content)

    assert len(list(read.questions)) == len(list_bank()) >= 80
    assert read_content(write_content(read)) == read
    assert list_gaps(read) == []
    lacking = [
        (question.key, language)
        for question in read.questions
        for language in LANGUAGES
        for words in (
            question.text,
            *(option.text for option in question.options),
            *(row.text for row in question.rows),
        )
        if not words.get(language)
    ]
    assert lacking == []
    assert {question.measure for question in read.questions} == {
        "",
        "return_intention",
        "preference",
        "suggestion",
    }


def test_no_recommended_question_is_one_that_the_reviewer_points_at():
    found = {
        (one.key, language, finding.kind)
        for one in list_bank()
        for language in LANGUAGES
        for finding in review_question(
            one.text[language],
            language,
            one.type,
            [option["text"][language] for option in make_question(one.told, "q").get("options", [])],
        )
    }

    assert found - ALLOWED_FINDINGS == set()


@pytest.mark.parametrize("searched", ["توصي بنا", "توصى بنا", "تُوصي بنا", "Recommend us"])
def test_the_bank_is_searched_in_both_languages_whatever_the_marks(searched):
    assert [one.key for one in list_bank(search=searched)] == ["loyalty.recommend"]


def test_there_are_at_least_fifteen_templates_and_customer_satisfaction_comes_first():
    ready = list_ready()

    assert len(ready) >= 15
    assert ready[0].key == "customer_satisfaction"
    for survey in ready:
        content = read_content(survey.content)
        assert list_gaps(content) == [], survey.key
        assert len(list(content.questions)) >= 2, survey.key
        assert set(content.languages) == set(LANGUAGES)
        assert any(question.required for question in content.questions), survey.key


def test_questions_are_added_moved_doubled_and_taken_away():
    content = make_empty({"ar": "س", "en": "S"})
    content, first = editing.add_from_bank(content, bank_key="loyalty.recommend")
    content, second = editing.add_question(content, type_="single")
    content, third = editing.duplicate_question(content, first)
    content = editing.add_page(content)
    content = editing.move_question(content, second, 1)
    assert [first, second, third] == ["loyalty_recommend", "q1", "loyalty_recommend_1"]
    assert [[one["key"] for one in page["questions"]] for page in content["pages"]] == [
        [first, third],
        [second],
    ]

    content = editing.put_question(content, third, page_key="p2", place=0)
    content = editing.replace_question(
        content,
        second,
        {
            **editing.find_question(content, second),
            "show_if": {"of": "answer", "key": third, "is": "answered"},
        },
    )
    content = editing.delete_question(content, third)
    assert editing.find_question(content, second)["show_if"] is None
    content = editing.delete_page(content, "p1")
    assert [[one["key"] for one in page["questions"]] for page in content["pages"]] == [[first, second]]
    assert read_content(content)


@pytest.mark.parametrize("gone", ["nobody", "", "q'\"><script>"])
def test_a_step_at_a_question_that_is_gone_changes_nothing(gone):
    content = find_ready("nps").content

    assert editing.delete_question(content, gone) == content
    assert editing.move_question(content, gone, 1) == content
    assert editing.duplicate_question(content, gone) == (content, "")
    assert editing.put_question(content, gone, page_key="p1", place=3) == content
    assert editing.add_from_bank(content, bank_key=gone) == (content, "")
    assert find_bank_question(gone) is None
