"""The results of one survey: headline scores, every question, where people stop, what they talk about."""

import uuid

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.tables import Cell, answer_table
from wafaa.learn.scores.queries import get_results
from wafaa.learn.scores.rules import HEADLINES, QuestionResult, Results, ScoreFigure
from wafaa.listen.surveys.models import Survey
from wafaa.listen.surveys.queries import get_survey
from wafaa.science.scores import score_share
from wafaa.show.answers.asking import Asked, ask
from wafaa.show.answers.labels import QuestionWords, read_words
from wafaa.show.answers.pages.parts import check_sees_answers, find_url, frame_context
from wafaa.show.answers.pictures import draw_trend
from wafaa.show.answers.queries import count_sent, list_latest_comments, list_topics
from wafaa.show.answers.showing import name_choice, show_filters, show_questions
from wafaa.show.answers.words import name_score, show_score, write_headline
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.pages.parts import receipt_context
from wafaa.show.words import duration

EXPORT_HEAD = (
    "question",
    "text",
    "type",
    "answer",
    "n",
    "share",
    "low",
    "high",
    "answered",
    "not_applicable",
)


@requires(Capability.SEE_ANSWERS)
@require_GET
@waits_for_figures
def results(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    survey = get_survey(survey_uuid)
    asked = ask(request, survey)
    answer, words = get_results(asked.sieve), read_words(survey)
    context = {
        **frame_context(request, asked, show_filters(answer.listed, asked)),
        **show_turnout(survey, asked, answer),
        "survey": survey,
        "headlines": show_headlines(answer, words),
        "questions": show_questions(answer, words),
        "topics": list_topics(survey, asked.period),
        "comments": list_latest_comments(survey, asked.period),
        "comments_url": f"{find_url('comments')}?survey={survey.uuid}",
        "survey_url": find_url("survey", survey.uuid),
        "surveys_url": find_url("surveys"),
        "usual_time": duration(answer.turnout.seconds or 0),
        **receipt_context(answer.receipt),
    }
    return render(request, "answers/results.html", context)


def show_turnout(survey: Survey, asked: Asked, answer: Results) -> dict[str, object]:
    """Completion and response rate; who was asked by name is known for the whole of a survey's days only."""
    turnout = answer.turnout
    sent, answered = (0, 0) if asked.filters else count_sent(survey, asked.sieve.period)
    rate = score_share(answered, sent)
    return {
        "turnout": turnout,
        "completion": show_score(turnout.completion),
        "sent": sent,
        "response_rate": show_score(
            ScoreFigure(
                kind="share",
                value=rate.value,
                low=rate.low,
                high=rate.high,
                n=rate.n,
                is_enough=rate.is_enough,
            )
        ),
    }


def show_headlines(answer: Results, words: dict[str, QuestionWords]) -> list[dict[str, object]]:
    """The questions that make NPS, CSAT and CES, in the survey's order, each with its sentence and its trend."""
    found = {question.question: question for question in answer.questions}
    order = [*(key for key in words if key in found), *(key for key in found if key not in words)]
    shown = []
    for key in order:
        question = found[key]
        if question.score is None or question.score.kind not in HEADLINES:
            continue
        name = name_score(question.score.kind)
        shown.append(
            {
                "name": name,
                "text": words[key].text if key in words else key,
                "shown": show_score(question.score),
                "sentence": write_headline(question.score),
                "trend": draw_trend(question.trend, answer.grain, name),
                "changes": [point for point in question.trend if point.is_change],
            }
        )
    return shown


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export_results(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponseBase:
    """A row per answer that could be given, and one with the score of a question that has one."""
    check_sees_answers(request)
    survey = get_survey(survey_uuid)
    asked = ask(request, survey)
    words = read_words(survey)
    rows = [row for question in get_results(asked.sieve).questions for row in _list_rows(question, words)]
    days = f"{asked.period.start:%Y%m%d}-{asked.last_day:%Y%m%d}"
    return answer_table(request, f"results-{days}", EXPORT_HEAD, rows)


def _list_rows(question: QuestionResult, words: dict[str, QuestionWords]) -> list[list[Cell]]:
    told = words.get(question.question) or QuestionWords(
        key=question.question, type=question.type, text=question.question
    )
    head: list[Cell] = [question.question, told.text, question.type]
    tail: list[Cell] = [question.n, question.not_applicable]
    rows: list[list[Cell]] = [
        [
            *head,
            name_choice(told, choice.key, choice.value),
            choice.n,
            choice.share.value,
            choice.share.low,
            choice.share.high,
            *tail,
        ]
        for choice in question.choices
    ]
    if question.score:
        score = question.score
        rows.append([*head, score.kind, score.n, score.value, score.low, score.high, *tail])
    return rows
