"""Putting answers, the person's own data and hidden fields into a survey's words: `{{answer.q1 | default: "…"}}`.

What comes out is plain text; pages escape it as they escape every text.
"""

import re
from decimal import Decimal

from wafaa.listen.surveys.rules.given import NOTHING, Asked, Value
from wafaa.listen.surveys.rules.parts import OTHER, Content, Question, Words, pick_words

_PIPE = re.compile(
    r"\{\{\s*(answer|profile|hidden)\.([a-zA-Z0-9_.-]{1,121})\s*(?:\|\s*default:\s*[\"“”']([^\"“”']{0,200})[\"“”']\s*)?\}\}"
)
# What is piped in is a few words, not an essay.
PIPED_LETTERS_MAX = 200


def fill_words(words: Words, content: Content, asked: Asked, language: str) -> str:
    """In the language, else in the survey's main one."""
    text = pick_words(words, language, content.main_language)
    if "{{" not in text:
        return text
    return _PIPE.sub(lambda match: _say(match, content, asked, language), text)


def list_pipes(words: Words) -> set[tuple[str, str]]:
    """What the words pipe in, in any language: subject and key."""
    return {(match[1], match[2]) for text in words.values() for match in _PIPE.finditer(text)}


def _say(match: re.Match[str], content: Content, asked: Asked, language: str) -> str:
    subject, key, default = match[1], match[2], match[3] or ""
    if subject == "answer":
        said = say_value(content, key, asked.answers.get(key, NOTHING), language)
    else:
        said = (asked.profile if subject == "profile" else asked.hidden).get(key, "")
    return (said or default)[:PIPED_LETTERS_MAX]


def say_value(content: Content, key: str, value: Value, language: str) -> str:
    """An answer in words: of choices their options' words."""
    if value.choices:
        question = content.find_question(key.partition(".")[0])
        said = [_say_choice(content, question, choice, value, language) for choice in value.choices]
        return ("، " if language == "ar" else ", ").join(said)
    if value.number is not None:
        return say_number(value.number)
    return value.text


def _say_choice(content: Content, question: Question | None, choice: str, value: Value, language: str) -> str:
    if choice == OTHER and value.text:
        return value.text
    for option in question.options if question else ():
        if option.key == choice:
            return pick_words(option.text, language, content.main_language)
    return choice


def say_number(number: Decimal) -> str:
    """Without zeros that say nothing."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
