"""A page of a survey as its template shows it: every word piped and in one language, every field with what it holds."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wafaa.listen.surveys.rules import LETTERS_MAX
from wafaa.listen.surveys.rules.content import (
    OTHER,
    SCALES,
    Content,
    Page,
    Question,
    QuestionType,
    Words,
)
from wafaa.listen.surveys.rules.files import FILE_BYTES_MAX
from wafaa.listen.surveys.rules.given import NOTHING, Asked, Value
from wafaa.listen.surveys.rules.going import list_shown
from wafaa.listen.surveys.rules.piping import fill_words, say_number
from wafaa.listen.surveys.rules.taking import (
    PREFIX,
    SAYS_NA,
    SAYS_OTHER,
    AnswerWrong,
    Fields,
    list_contact_fields,
)
from wafaa.listen.surveys.words import say_answer

LARGEST_ECHO = LETTERS_MAX["text"]
# Where the corners of a mouth hang, and where it smiles, in a face of 32 by 32.
_MOUTH_SAD, _MOUTH_GLAD = 16, 28


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing to tap. `mouth` is the height of a face's mouth."""

    value: str
    text: str
    is_chosen: bool = False
    image: str = ""
    mouth: int = 0
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class FieldShown:
    """One text field, or one row of choices, within a question."""

    name: str
    label: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    kind: str = "text"
    autocomplete: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionShown:
    key: str
    name: str
    shape: str  # which part of the template draws it
    type: str
    text: str
    help: str = ""
    required: bool = False
    error: str = ""
    style: str = ""
    low: str = ""
    high: str = ""
    value: str = ""
    other: str = ""
    has_other: bool = False
    letters_max: int = 0
    least: str = ""
    most: str = ""
    megabytes: int = 0
    choices: tuple[Choice, ...] = ()
    fields: tuple[FieldShown, ...] = ()
    columns: tuple[Choice, ...] = field(default=())


class Drawing:
    """Turns the questions of a page into what the template shows.

    `fields` are what was just sent; without them, what was saved stands in the fields.
    """

    def __init__(
        self,
        content: Content,
        asked: Asked,
        language: str,
        *,
        fields: Fields | None,
        seed: int,
        words: Mapping[str, str],
    ) -> None:
        self.content, self.asked, self.language = content, asked, language
        self.fields, self.seed, self.words = fields, seed, words

    def draw(self, page: Page, wrong: Mapping[str, AnswerWrong]) -> list[QuestionShown]:
        shown = list_shown(page, self.asked)
        if page.random:
            shown = self._shuffle(shown, page.key)
        return [self._draw(question, wrong.get(question.key)) for question in shown]

    def say(self, words: Words) -> str:
        return fill_words(words, self.content, self.asked, self.language)

    def _shuffle(self, things: Sequence[object], key: str) -> list:  # type: ignore[type-arg]
        """The same for one person each time."""
        mixed = list(things)
        random.Random(f"{self.seed}:{key}").shuffle(mixed)
        return mixed

    def _draw(self, question: Question, wrong: AnswerWrong | None) -> QuestionShown:
        name = f"{PREFIX}{question.key}"
        chosen = self._list_chosen(name, self.asked.answers.get(question.key, NOTHING))
        scale = question.scale
        return QuestionShown(
            key=question.key,
            name=name,
            shape=_SHAPES.get(question.type, "choices"),
            type=question.type.value,
            text=self.say(question.text),
            help=self.say(question.help),
            required=question.required,
            error=say_answer(wrong.code, wrong.facts) if wrong else "",
            style=(scale.style if scale else "numbers") if question.type in SCALES else "",
            low=self.say(scale.low) if scale else "",
            high=self.say(scale.high) if scale else "",
            value=chosen[0][:LARGEST_ECHO] if chosen else "",
            has_other=question.other,
            other=self._get_other(question, name),
            letters_max=question.max_length
            or LETTERS_MAX["short" if question.type == QuestionType.SHORT_TEXT else "text"],
            least=str(question.min) if question.min is not None else "",
            most=str(question.max) if question.max is not None else "",
            megabytes=FILE_BYTES_MAX // 1024**2,
            choices=self._draw_choices(question, chosen),
            fields=self._draw_fields(question, name),
            columns=tuple(Choice(value=one.key, text=self.say(one.text)) for one in question.options),
        )

    def _list_chosen(self, name: str, value: Value) -> list[str]:
        if self.fields is not None:
            return list(self.fields.get(name, ()))
        if value.not_applicable:
            return [SAYS_NA]
        if value.choices:
            return [SAYS_OTHER if choice == OTHER else choice for choice in value.choices]
        if value.number is not None:
            return [say_number(value.number)]
        return [value.text] if value.text else []

    def _get_other(self, question: Question, name: str) -> str:
        if self.fields is not None:
            return next(iter(self.fields.get(f"{name}.{SAYS_OTHER}", ())), "")[:LARGEST_ECHO]
        value = self.asked.answers.get(question.key, NOTHING)
        return value.text if OTHER in value.choices else ""

    def _draw_choices(self, question: Question, chosen: Sequence[str]) -> tuple[Choice, ...]:
        made: list[Choice] = []

        def add(value: str, text: str, image: str = "", mouth: int = 0) -> None:
            made.append(
                Choice(
                    value=value,
                    text=text,
                    image=image,
                    mouth=mouth,
                    is_chosen=value in chosen,
                    id=f"{question.key}.{len(made)}",
                )
            )

        if question.type in SCALES:
            steps = question.last - question.first
            for number in range(question.first, question.last + 1):
                mouth = _MOUTH_SAD + (number - question.first) * (_MOUTH_GLAD - _MOUTH_SAD) // steps
                add(str(number), str(number), mouth=mouth)
        elif question.type == QuestionType.YES_NO:
            add("yes", self.words["yes"])
            add("no", self.words["no"])
        elif question.type == QuestionType.CONSENT:
            made.append(
                Choice(
                    value="yes",
                    text=self.words["agree"],
                    is_chosen=chosen in (["yes"], ["1"]),
                    id=f"{question.key}.0",
                )
            )
        elif question.type in (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.PICTURE):
            options = self._shuffle(question.options, question.key) if question.random else question.options
            for option in options:
                add(option.key, self.say(option.text), option.image)
            if question.other:
                add(SAYS_OTHER, self.words["other"])
        if question.not_applicable and made:
            add(SAYS_NA, self.words["na"])
        return tuple(made)

    def _draw_fields(self, question: Question, name: str) -> tuple[FieldShown, ...]:
        match question.type:
            case QuestionType.MATRIX:
                return tuple(self._draw_row(question, row.key, row.text) for row in question.rows)
            case QuestionType.RANKING:
                return self._draw_ranks(question, name)
            case QuestionType.CONTACT:
                return self._draw_contact(question, name)
        return ()

    def _draw_row(self, question: Question, key: str, words: Words) -> FieldShown:
        name = f"{PREFIX}{question.key}.{key}"
        chosen = self._list_chosen(name, self.asked.answers.get(f"{question.key}.{key}", NOTHING))
        options = [(one.key, self.say(one.text)) for one in question.options]
        if question.not_applicable:
            options.append((SAYS_NA, self.words["na"]))
        return FieldShown(
            name=name,
            label=self.say(words),
            choices=tuple(
                Choice(value=value, text=text, is_chosen=value in chosen, id=f"{question.key}.{key}.{place}")
                for place, (value, text) in enumerate(options)
            ),
        )

    def _draw_ranks(self, question: Question, name: str) -> tuple[FieldShown, ...]:
        saved = self.asked.answers.get(question.key, NOTHING).choices
        ranks = {key: str(place) for place, key in enumerate(saved, 1)}
        options = self._shuffle(question.options, question.key) if question.random else question.options
        shown = []
        for option in options:
            field_name = f"{name}.{option.key}"
            value = (
                ranks.get(option.key, "")
                if self.fields is None
                else next(iter(self.fields.get(field_name, ())), "")
            )
            numbers = (
                Choice(value=str(number), text=str(number), is_chosen=str(number) == value)
                for number in range(1, len(options) + 1)
            )
            shown.append(FieldShown(name=field_name, label=self.say(option.text), choices=tuple(numbers)))
        return tuple(shown)

    def _draw_contact(self, question: Question, name: str) -> tuple[FieldShown, ...]:
        kinds = {"name": ("text", "name"), "email": ("email", "email"), "phone": ("tel", "tel")}
        kept = json.loads(self.asked.answers.get(question.key, NOTHING).text or "{}")
        return tuple(
            FieldShown(
                name=f"{name}.{part}",
                label=self.words[part],
                value=kept.get(part, "")
                if self.fields is None
                else next(iter(self.fields.get(f"{name}.{part}", ())), "")[:LARGEST_ECHO],
                kind=kinds[part][0],
                autocomplete=kinds[part][1],
            )
            for part in list_contact_fields(question)
        )


_SHAPES = {
    **dict.fromkeys(SCALES, "scale"),
    QuestionType.SHORT_TEXT: "line",
    QuestionType.NUMBER: "line",
    QuestionType.DATE: "line",
    QuestionType.LONG_TEXT: "text",
    QuestionType.MATRIX: "matrix",
    QuestionType.RANKING: "ranking",
    QuestionType.CONTACT: "contact",
    QuestionType.FILE: "file",
    QuestionType.STATEMENT: "statement",
}
