"""The list of answers: scores as chips, and what was written."""

from django.utils import translation

from wafaa.listen.surveys.actions import complete_response
from wafaa.listen.surveys.exchange.rows import show_row
from wafaa.listen.surveys.models import Response
from wafaa.listen.surveys.queries import get_questions


def test_a_row_shows_scores_and_the_words_that_were_written(survey, link):
    pages = [{"a.nps": ["3"], "a.csat": ["5"]}, {"a.more": ["The box was open."]}, {"a.again": ["yes"]}]
    complete_response(token=link.token, pages=pages, language="en")
    questions = {one.key: one for one in get_questions(survey)}

    with translation.override("en"):
        row = show_row(Response.objects.get(), questions, sees_personal=True)

    assert [(one["label"], one["said"], one["tone"]) for one in row["scores"]] == [
        ("NPS", "3/10", "bad"),
        ("CSAT", "5/5", "good"),
    ]
    assert (row["texts"], row["chosen"]) == (["The box was open."], [])
