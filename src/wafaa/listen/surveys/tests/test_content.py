"""The content of a survey: what is read is what was written, and what is wrong is said where it stands."""

import copy

import pytest

from wafaa.listen.surveys.rules.content import (
    ContentWrong,
    QuestionType,
    hash_content,
    read_content,
    write_content,
)
from wafaa.listen.surveys.tests.samples import AFTER_DELIVERY


def test_what_is_written_is_read_again_the_same():
    content = read_content(AFTER_DELIVERY)

    assert read_content(write_content(content)) == content
    assert hash_content(content) == hash_content(read_content(write_content(content)))
    assert [question.type for question in content.questions][:3] == [
        QuestionType.NPS,
        QuestionType.CSAT,
        QuestionType.SINGLE,
    ]


@pytest.mark.parametrize(
    ("way", "value", "path"),
    [
        (["main_language"], "fr", "main_language"),
        (["pages", 0, "questions", 0, "type"], "guess", "pages.0.questions.0.type"),
        (["pages", 0, "questions", 0, "key"], "Q 1", "pages.0.questions.0.key"),
        (["pages", 0, "questions", 0, "text"], "words", "pages.0.questions.0.text"),
        (["pages", 0, "questions", 0, "colour"], 1, "pages.0.questions.0"),
        (["pages", 0, "questions", 1, "scale"], {"points": 7}, "pages.0.questions.1.scale.points"),
        (["pages", 0, "key"], "p2", "pages"),
        (["pages"], {"0": {}}, "pages"),
        (["outcomes", 0, "link"], {"text": {}, "url": "javascript:alert(1)"}, "outcomes.0.link.url"),
        (["jumps", 0, "if"], {"of": "answer"}, "jumps.0.if"),
        (["title"], {"ar": "x" * 5001}, "title.ar"),
        (["edit_minutes"], True, "edit_minutes"),
    ],
)
def test_a_wrong_piece_is_named_by_its_path(way, value, path):
    document = copy.deepcopy(AFTER_DELIVERY)
    piece = document
    for step in way[:-1]:
        piece = piece[step]
    piece[way[-1]] = value

    with pytest.raises(ContentWrong) as caught:
        read_content(document)
    assert caught.value.path == path


@pytest.mark.parametrize("document", [None, [], "{}", 7, {}, {"languages": "ar"}])
def test_what_is_no_survey_is_refused(document):
    with pytest.raises(ContentWrong):
        read_content(document)
