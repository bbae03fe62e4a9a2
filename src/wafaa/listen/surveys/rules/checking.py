"""What is missing or does not fit before a survey can be published."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wafaa.listen.surveys.rules.parts import (
    CHOOSING,
    CONTACT_FIELDS,
    END,
    OTHER,
    PROFILE_FIELDS,
    Condition,
    Content,
    Question,
    QuestionType,
    Words,
)
from wafaa.listen.surveys.rules.piping import list_pipes

_CHOICES_MIN = 2


@dataclass(frozen=True, kw_only=True)
class Gap:
    """`path` as in ContentWrong; words.py says `code` with `facts`."""

    path: str
    code: str
    facts: dict[str, Any] = field(default_factory=dict)


def list_gaps(content: Content) -> list[Gap]:
    """In the order of the survey. None: it can be published."""
    return [*_check_whole(content), *_check_pages(content), *_check_ways(content)]


def measure_completeness(content: Content) -> dict[str, tuple[int, int]]:
    """By language: how many of the survey's words are there, of how many."""
    every = [words for words in list_words(content) if words.get(content.main_language)]
    return {
        language: (sum(bool(words.get(language, "").strip()) for words in every), len(every))
        for language in content.languages
    }


def list_words(content: Content) -> Iterator[Words]:
    """All that people read of it."""
    yield content.title
    if content.welcome is not None:
        yield content.welcome
    for page in content.pages:
        yield page.title
        for question in page.questions:
            yield from (question.text, question.help)
            if question.scale:
                yield from (question.scale.low, question.scale.high)
            yield from (option.text for option in question.options)
            yield from (row.text for row in question.rows)
    for outcome in content.outcomes:
        yield from (outcome.title, outcome.text)
        if outcome.link:
            yield outcome.link.text


def _says(words: Words, content: Content) -> bool:
    return bool(words.get(content.main_language, "").strip())


def _check_whole(content: Content) -> Iterator[Gap]:
    if not _says(content.title, content):
        yield Gap(path="title", code="no_text")
    if not any(question.is_asked for question in content.questions):
        yield Gap(path="pages", code="no_question")
    for place, outcome in enumerate(content.outcomes):
        if not _says(outcome.title, content):
            yield Gap(path=f"outcomes.{place}.title", code="no_text")
        if outcome.link and not (outcome.link.url and _says(outcome.link.text, content)):
            yield Gap(path=f"outcomes.{place}.link", code="no_text")
    if content.anonymous and content.hidden:
        yield Gap(path="hidden", code="anonymous_hidden")


def _check_pages(content: Content) -> Iterator[Gap]:
    for place, page in enumerate(content.pages):
        if not page.questions:
            yield Gap(path=f"pages.{place}.questions", code="empty_page")
        for number, question in enumerate(page.questions):
            path = f"pages.{place}.questions.{number}"
            yield from _check_question(question, path, content)
            if question.show_if:
                yield from _check_condition(question.show_if, f"{path}.show_if", content, before=question)
            for words in (question.text, question.help, *(option.text for option in question.options)):
                yield from _check_pipes(words, path, content, question)


def _check_question(question: Question, path: str, content: Content) -> Iterator[Gap]:
    if not _says(question.text, content):
        yield Gap(path=f"{path}.text", code="no_text")
    contact = question.type == QuestionType.CONTACT
    if question.type in CHOOSING and len(question.options) + question.other < _CHOICES_MIN:
        yield Gap(path=f"{path}.options", code="few_options", facts={"limit": _CHOICES_MIN})
    if question.type == QuestionType.MATRIX and not question.rows:
        yield Gap(path=f"{path}.rows", code="no_rows")
    for place, option in enumerate(question.options):
        if not contact and not option.image and not _says(option.text, content):
            yield Gap(path=f"{path}.options.{place}.text", code="no_text")
        if contact and option.key not in CONTACT_FIELDS:
            yield Gap(path=f"{path}.options.{place}.key", code="no_contact_field")
        if question.other and option.key == OTHER:
            yield Gap(path=f"{path}.options.{place}.key", code="key_taken", facts={"key": OTHER})
    for place, row in enumerate(question.rows):
        if not _says(row.text, content):
            yield Gap(path=f"{path}.rows.{place}.text", code="no_text")


def _check_ways(content: Content) -> Iterator[Gap]:
    yield from _check_jumps(content)
    for place, outcome in enumerate(content.outcomes):
        if outcome.condition:
            yield from _check_condition(outcome.condition, f"outcomes.{place}.if", content)


def _check_jumps(content: Content) -> Iterator[Gap]:
    outcomes = {outcome.key for outcome in content.outcomes}
    for place, jump in enumerate(content.jumps):
        path = f"jumps.{place}"
        after = content.find_page(jump.after)
        if after is None:
            yield Gap(path=f"{path}.after", code="unknown_page", facts={"key": jump.after})
            continue
        if jump.to.startswith(f"{END}:"):
            if jump.to.removeprefix(f"{END}:") not in outcomes:
                yield Gap(path=f"{path}.to", code="unknown_outcome", facts={"key": jump.to.partition(":")[2]})
        elif jump.to != END:
            target = content.find_page(jump.to)
            if target is None:
                yield Gap(path=f"{path}.to", code="unknown_page", facts={"key": jump.to})
            elif target <= after:
                yield Gap(path=f"{path}.to", code="leads_back")
        if jump.condition:
            yield from _check_condition(jump.condition, f"{path}.if", content)


def _check_condition(
    condition: Condition, path: str, content: Content, *, before: Question | None = None
) -> Iterator[Gap]:
    """A question is shown by what was answered on pages before it: without JavaScript a page does not change."""
    earlier = _list_answer_keys(content, before)
    for test in condition.walk():
        if test.subject == "answer" and test.key not in earlier:
            known = test.key in _list_answer_keys(content, None)
            code = "answered_later" if known else "unknown_question"
            yield Gap(path=path, code=code, facts={"key": test.key})
        elif test.subject == "hidden" and test.key not in content.hidden:
            yield Gap(path=path, code="unknown_hidden", facts={"key": test.key})
        elif test.subject == "profile" and test.key not in PROFILE_FIELDS:
            yield Gap(path=path, code="unknown_profile", facts={"key": test.key})


def _list_answer_keys(content: Content, before: Question | None) -> set[str]:
    keys: set[str] = set()
    for page in content.pages:
        if before is not None and before in page.questions:
            return keys
        for question in page.questions:
            keys.update(question.answer_keys)
    return keys


def _check_pipes(words: Words, path: str, content: Content, question: Question) -> Iterator[Gap]:
    earlier = _list_answer_keys(content, question)
    for subject, key in sorted(list_pipes(words)):
        if subject == "answer" and key not in earlier:
            yield Gap(path=path, code="unknown_question", facts={"key": key})
        elif subject == "hidden" and key not in content.hidden:
            yield Gap(path=path, code="unknown_hidden", facts={"key": key})
        elif subject == "profile" and key not in PROFILE_FIELDS:
            yield Gap(path=path, code="unknown_profile", facts={"key": key})
