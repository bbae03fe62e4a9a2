"""From the JSON of a survey to its content, and back; the content's own dataclasses (parts.py) are handed on.

`read_content` takes the JSON of a draft, however unfinished, and says of what has the wrong shape where it stands;
`list_gaps` (checking.py) says what is missing before it can be published.
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from wafaa.listen.surveys.rules.parts import (
    CHOOSING,
    CONTACT_FIELDS,
    END,
    MEASURES,
    OTHER,
    PROFILE_FIELDS,
    SCALES,
    STYLES,
    SUBJECTS,
    TESTS,
    TEXTS,
    Condition,
    Content,
    ContentWrong,
    Jump,
    Option,
    Outcome,
    OutcomeLink,
    Page,
    Question,
    QuestionType,
    Row,
    Scale,
    Words,
    pick_words,
)
from wafaa.listen.surveys.rules.shapes import Piece

__all__ = [
    "CHOOSING",
    "CONTACT_FIELDS",
    "END",
    "MEASURES",
    "OTHER",
    "PROFILE_FIELDS",
    "SCALES",
    "STYLES",
    "SUBJECTS",
    "TESTS",
    "TEXTS",
    "Condition",
    "Content",
    "ContentWrong",
    "Jump",
    "Option",
    "Outcome",
    "OutcomeLink",
    "Page",
    "Question",
    "QuestionType",
    "Row",
    "Scale",
    "Words",
    "hash_content",
    "pick_words",
    "read_content",
    "write_condition",
    "write_content",
    "write_question",
]

# No survey that anybody would finish comes near these.
PAGES_MAX = 100
QUESTIONS_PER_PAGE_MAX = 100
OPTIONS_MAX = 300
ROWS_MAX = 50
JUMPS_MAX = 200
OUTCOMES_MAX = 50
HIDDEN_MAX = 30
LANGUAGES_MAX = 12
CONDITION_PARTS_MAX = 30
CONDITION_DEPTH_MAX = 6
ANSWER_LETTERS_MAX = 10_000
EDIT_MINUTES_MAX = 30 * 24 * 60
POINTS_MAX = 10_000


def read_content(document: Any) -> Content:
    """Raises ContentWrong at the first piece of the wrong shape."""
    names = "languages main_language title welcome hidden pages jumps outcomes anonymous edit_minutes theme"
    fields = Piece(document, "").fields(*names.split())
    languages = tuple(piece.language() for piece in fields.need("languages").items(LANGUAGES_MAX))
    main = fields.need("main_language")
    if main.language() not in languages:
        raise main.wrong("main_language")
    content = Content(
        languages=languages,
        main_language=main.language(),
        title=fields.need("title").words(),
        welcome=fields.take("welcome", _read_welcome, None),
        hidden=fields.take("hidden", lambda piece: _keys(piece, HIDDEN_MAX), ()),
        pages=fields.take("pages", partial(_many, read=_read_page, limit=PAGES_MAX), ()),
        jumps=fields.take("jumps", partial(_many, read=_read_jump, limit=JUMPS_MAX), ()),
        outcomes=fields.take("outcomes", partial(_many, read=_read_outcome, limit=OUTCOMES_MAX), ()),
        anonymous=fields.take("anonymous", Piece.flag, False),
        edit_minutes=fields.take("edit_minutes", lambda piece: piece.whole(0, EDIT_MINUTES_MAX), 0),
        theme=fields.take("theme", lambda piece: piece.text(40), ""),
    )
    _refuse_twice(Piece(document, "pages"), (page.key for page in content.pages))
    _refuse_twice(Piece(document, "pages"), (question.key for question in content.questions))
    _refuse_twice(Piece(document, "outcomes"), (outcome.key for outcome in content.outcomes))
    return content


def hash_content(content: Content) -> str:
    """The same for the same content, however its JSON was written."""
    text = json.dumps(write_content(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _read_welcome(piece: Piece) -> dict[str, str]:
    return piece.fields("text").need("text").words()


def _read_page(piece: Piece) -> Page:
    fields = piece.fields("key", "title", "random", "questions")
    return Page(
        key=fields.need("key").key(),
        title=fields.take("title", Piece.words, {}),
        random=fields.take("random", Piece.flag, False),
        questions=fields.take(
            "questions", partial(_many, read=_read_question, limit=QUESTIONS_PER_PAGE_MAX), ()
        ),
    )


def _read_question(piece: Piece) -> Question:
    names = (
        "key type text help required options random other not_applicable scale rows min max max_length measure"
        " show_if"
    )
    fields = piece.fields(*names.split())
    kind = QuestionType(fields.need("type").choice({kind.value for kind in QuestionType}))
    question = Question(
        key=fields.need("key").key(),
        type=kind,
        text=fields.need("text").words(),
        help=fields.take("help", Piece.words, {}),
        required=fields.take("required", Piece.flag, False),
        options=fields.take("options", partial(_many, read=_read_option, limit=OPTIONS_MAX), ()),
        random=fields.take("random", Piece.flag, False),
        other=fields.take("other", Piece.flag, False),
        not_applicable=fields.take("not_applicable", Piece.flag, False),
        scale=fields.take("scale", partial(_read_scale, kind=kind), None),
        rows=fields.take("rows", partial(_many, read=_read_row, limit=ROWS_MAX), ()),
        min=fields.take("min", _read_bound, None),
        max=fields.take("max", _read_bound, None),
        max_length=fields.take("max_length", lambda piece: piece.whole(1, ANSWER_LETTERS_MAX), None),
        measure=fields.take("measure", lambda piece: piece.choice(MEASURES), ""),
        show_if=fields.take("show_if", _read_condition, None),
    )
    _refuse_twice(Piece(None, f"{piece.path}.options"), (option.key for option in question.options))
    _refuse_twice(Piece(None, f"{piece.path}.rows"), (row.key for row in question.rows))
    low, high = question.min, question.max
    if type(low) is type(high) and low is not None and high is not None and low > high:  # type: ignore[operator]
        raise piece.wrong("order")
    return question


def _read_bound(piece: Piece) -> float | str:
    if isinstance(piece.value, str):
        return piece.text(10)
    if (
        isinstance(piece.value, bool)
        or not isinstance(piece.value, int | float)
        or not math.isfinite(piece.value)
    ):
        raise piece.wrong("kind", kind="1, 2.5, “2026-12-31”")
    if abs(piece.value) > 1e12:
        raise piece.wrong("range", low="-1000000000000", high="1000000000000")
    return piece.value


def _read_option(piece: Piece) -> Option:
    fields = piece.fields("key", "text", "image", "points")
    return Option(
        key=fields.need("key").key(),
        text=fields.need("text").words(),
        image=fields.take("image", Piece.address, ""),
        points=fields.take("points", lambda piece: piece.whole(-POINTS_MAX, POINTS_MAX), 0),
    )


def _read_row(piece: Piece) -> Row:
    fields = piece.fields("key", "text")
    return Row(key=fields.need("key").key(), text=fields.need("text").words())


def _read_scale(piece: Piece, kind: QuestionType) -> Scale:
    fields = piece.fields("points", "style", "low", "high")
    low, high = {QuestionType.NPS: (11, 11), QuestionType.CES: (7, 7)}.get(kind, (3, 10))
    points = fields.take("points", lambda piece: piece.whole(3, 11), low if low == high else 5)
    if low == high:
        points = low
    elif kind == QuestionType.CSAT and points not in (5, 10):
        raise fields.need("points").wrong("choice", choices="5, 10")
    elif not low <= points <= high:
        raise fields.need("points").wrong("range", low=low, high=high)
    return Scale(
        points=points,
        style=fields.take("style", lambda piece: piece.choice(STYLES), "numbers"),
        low=fields.take("low", Piece.words, {}),
        high=fields.take("high", Piece.words, {}),
    )


def _read_condition(piece: Piece, depth: int = 0) -> Condition:
    if depth > CONDITION_DEPTH_MAX:
        raise piece.wrong("depth")
    fields = piece.fields("all", "any", "not", "of", "key", "is", "value")
    kinds = [name for name in ("all", "any", "not", "of") if name in fields.values]
    if len(kinds) != 1 or (kinds != ["of"] and len(fields.values) != 1):
        raise piece.wrong("condition")
    kind = kinds[0]
    if kind == "of":
        return _read_test(piece)
    inner = fields.need(kind)
    pieces = [inner] if kind == "not" else inner.items(CONDITION_PARTS_MAX)
    return Condition(kind=kind, parts=tuple(_read_condition(one, depth + 1) for one in pieces))


def _read_test(piece: Piece) -> Condition:
    fields = piece.fields("of", "key", "is", "value")
    value = fields.values.get("value")
    if isinstance(value, str):
        fields.need("value").text(500)
    elif value is not None and not (isinstance(value, int | float) and math.isfinite(value)):
        raise fields.need("value").wrong("kind", kind="1, “…”, true")
    return Condition(
        kind="test",
        subject=fields.need("of").choice(SUBJECTS),
        key=fields.need("key").text(121),
        test=fields.need("is").choice(TESTS),
        value=value,
    )


def _read_jump(piece: Piece) -> Jump:
    fields = piece.fields("after", "if", "to")
    to = fields.need("to")
    target = to.text(70)
    if target != END:
        Piece(target.removeprefix(f"{END}:"), to.path).key()
    return Jump(
        after=fields.need("after").key(), to=target, condition=fields.take("if", _read_condition, None)
    )


def _read_outcome(piece: Piece) -> Outcome:
    fields = piece.fields("key", "title", "text", "link", "if", "min_points", "max_points", "screens_out")
    bound = partial(Piece.whole, low=-POINTS_MAX * 100, high=POINTS_MAX * 100)
    return Outcome(
        key=fields.need("key").key(),
        title=fields.need("title").words(),
        text=fields.take("text", Piece.words, {}),
        link=fields.take("link", _read_link, None),
        condition=fields.take("if", _read_condition, None),
        min_points=fields.take("min_points", bound, None),
        max_points=fields.take("max_points", bound, None),
        screens_out=fields.take("screens_out", Piece.flag, False),
    )


def _read_link(piece: Piece) -> OutcomeLink:
    fields = piece.fields("text", "url")
    return OutcomeLink(text=fields.need("text").words(), url=fields.need("url").address())


def _keys(piece: Piece, limit: int) -> tuple[str, ...]:
    keys = tuple(item.key() for item in piece.items(limit))
    _refuse_twice(piece, keys)
    return keys


def _many(piece: Piece, *, read: Callable[[Piece], Any], limit: int) -> tuple[Any, ...]:
    return tuple(read(item) for item in piece.items(limit))


def _refuse_twice(piece: Piece, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise piece.wrong("twice", key=key)
        seen.add(key)


def write_content(content: Content) -> dict[str, Any]:
    """The document that read_content reads."""
    return {
        "languages": list(content.languages),
        "main_language": content.main_language,
        "title": dict(content.title),
        "welcome": None if content.welcome is None else {"text": dict(content.welcome)},
        "hidden": list(content.hidden),
        "pages": [
            {
                "key": page.key,
                "title": dict(page.title),
                "random": page.random,
                "questions": [write_question(question) for question in page.questions],
            }
            for page in content.pages
        ],
        "jumps": [
            {"after": jump.after, "if": write_condition(jump.condition), "to": jump.to}
            for jump in content.jumps
        ],
        "outcomes": [_write_outcome(outcome) for outcome in content.outcomes],
        "anonymous": content.anonymous,
        "edit_minutes": content.edit_minutes,
        "theme": content.theme,
    }


def write_question(question: Question) -> dict[str, Any]:
    scale = question.scale
    return {
        "key": question.key,
        "type": question.type.value,
        "text": dict(question.text),
        "help": dict(question.help),
        "required": question.required,
        "options": [
            {"key": one.key, "text": dict(one.text), "image": one.image, "points": one.points}
            for one in question.options
        ],
        "random": question.random,
        "other": question.other,
        "not_applicable": question.not_applicable,
        "scale": None
        if scale is None
        else {
            "points": scale.points,
            "style": scale.style,
            "low": dict(scale.low),
            "high": dict(scale.high),
        },
        "rows": [{"key": row.key, "text": dict(row.text)} for row in question.rows],
        "min": question.min,
        "max": question.max,
        "max_length": question.max_length,
        "measure": question.measure,
        "show_if": write_condition(question.show_if),
    }


def write_condition(condition: Condition | None) -> dict[str, Any] | None:
    if condition is None:
        return None
    if condition.kind == "test":
        return {
            "of": condition.subject,
            "key": condition.key,
            "is": condition.test,
            "value": condition.value,
        }
    if condition.kind == "not":
        return {"not": write_condition(condition.parts[0])}
    return {condition.kind: [write_condition(part) for part in condition.parts]}


def _write_outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "key": outcome.key,
        "title": dict(outcome.title),
        "text": dict(outcome.text),
        "link": outcome.link and {"text": dict(outcome.link.text), "url": outcome.link.url},
        "if": write_condition(outcome.condition),
        "min_points": outcome.min_points,
        "max_points": outcome.max_points,
        "screens_out": outcome.screens_out,
    }
