"""What can be said of a draft before anybody answers it: time, completion, what to cut, wording, missing words, gaps."""

from collections.abc import Mapping
from typing import Any

from wafaa.listen.surveys.builder.words import ADVICE, pick
from wafaa.listen.surveys.rules.checking import list_gaps, measure_completeness
from wafaa.listen.surveys.rules.content import Content, Question, read_content
from wafaa.listen.surveys.rules.going import expect_path
from wafaa.listen.surveys.words import say_gap
from wafaa.science.estimates import (
    Installation,
    QuestionShape,
    estimate_completion,
    estimate_seconds,
    list_cuts,
)
from wafaa.science.questioning import review_question

# Two minutes is the default length; a longer one has to be wanted.
SECONDS_MAX = 120
CUTS_SHOWN = 3


def shape_questions(content: Content, language: str) -> tuple[list[QuestionShape], list[Question]]:
    """The questions on the expected path, as the estimates want them."""
    shapes, questions = [], []
    for expected in expect_path(content):
        question = expected.question
        words = [question.text, question.help]
        words += [option.text for option in question.options] + [row.text for row in question.rows]
        shapes.append(
            QuestionShape(
                type=question.type.value,
                words=sum(len(pick_in(one, language, content.main_language).split()) for one in words),
                options=len(question.options),
                rows=len(question.rows),
                required=question.required,
                probability=expected.probability,
                page=content.find_page(expected.page.key) or 0,
            )
        )
        questions.append(question)
    return shapes, questions


def pick_in(words: Mapping[str, str], language: str, main: str) -> str:
    return words.get(language) or words.get(main, "")


def review(document: Mapping[str, Any], installation: Installation | None = None) -> dict[str, Any]:
    """Everything that the check shows, as plain values."""
    content = read_content(document)
    times = {
        language: estimate_seconds(shape_questions(content, language)[0], language, installation)
        for language in content.languages
    }
    shapes, questions = shape_questions(content, content.main_language)
    main = content.main_language
    cuts = [
        {
            "text": pick(questions[cut.index].text, main),
            "key": questions[cut.index].key,
            "seconds": cut.seconds,
            "gain": cut.completion,
        }
        for cut in list_cuts(shapes, main, installation)[:CUTS_SHOWN]
    ]
    complete = measure_completeness(content)
    return {
        "times": [{"language": language, "time": time} for language, time in times.items()],
        "completion": estimate_completion(shapes, main, installation),
        "cuts": cuts,
        "is_long": any(time.seconds > SECONDS_MAX for time in times.values()),
        "gaps": show_gaps(content),
        "findings": list_findings(document),
        "missing": [
            {"language": code, "lacks": of - done} for code, (done, of) in complete.items() if of > done
        ],
        "count": len(questions),
    }


def show_gaps(content: Content) -> list[dict[str, str]]:
    """Each with the words for it, and the key of its question where it lies in one."""
    shown = []
    for gap in list_gaps(content):
        parts = gap.path.split(".")
        key, text = "", ""
        if parts[0] == "pages" and len(parts) > 3 and parts[2] == "questions":
            question = content.pages[int(parts[1])].questions[int(parts[3])]
            key, text = question.key, pick(question.text, content.main_language)
        where = (
            "logic"
            if parts[0] in {"jumps", "outcomes"}
            else "settings"
            if parts[0] in {"title", "hidden"}
            else ""
        )
        shown.append({"words": say_gap(gap.code, gap.facts), "key": key, "text": text, "where": where})
    return shown


def say_findings(question: Mapping[str, Any], languages: list[str]) -> list[dict[str, Any]]:
    """The reviewer's words about one question, in each of its languages, with what they point at."""
    found = []
    for language in languages:
        text = (question.get("text") or {}).get(language, "")
        if not text:
            continue
        options = [(option["text"] or {}).get(language, "") for option in question.get("options") or []]
        for one in review_question(
            text, language, question["type"], [option for option in options if option]
        ):
            found.append(  # noqa: PERF401 - one line would be read from the inside out
                {
                    "language": language,
                    "advice": ADVICE[one.kind],
                    "kind": one.kind,
                    "part": text[one.start : one.end],
                }
            )
    return found


def list_findings(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {**finding, "key": question["key"], "text": pick(question.get("text"), document["main_language"])}
        for page in document["pages"]
        for question in page["questions"]
        for finding in say_findings(question, document["languages"])
    ]
