"""Which words suggest the same, and what an answer suggests: pure."""

import math
import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from wafaa.kit.text import fold

ANSWERED = "Survey Answered"
DONE = "Suggestion Done"
MEASURE = "suggestion"
TITLE_LETTERS_MAX = 200
TEXT_LETTERS_MAX = 4_000
KEY_LETTERS_MAX = 160
FIELD_LETTERS_MAX = 100
ANSWERS_MAX = 100
# Words that a suggestion is compared by: the first of a long one say what it is about.
WORDS_MAX = 60
# Below it two share a word or two by chance; found by looking at pairs of the tests' suggestions.
SIMILAR_MIN = 0.25
SIMILAR_SHOWN = 5
# Of how many days before and after a change scores are compared.
WINDOWS = (30, 60, 90)


class State(StrEnum):
    """What became of a suggestion."""

    NEW = "new"
    PLANNED = "planned"
    DECLINED = "declined"
    DONE = "done"


class Origin(StrEnum):
    """How somebody's wish came here."""

    ANSWER = "answer"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What one person asked for in one answer."""

    source_key: str
    distinct_id: str
    at: datetime
    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)  # columns of models.Voice

    @property
    def title(self) -> str:
        return shorten(self.text)


def list_wishes(*, message_id: str, distinct_id: str, at: datetime, told: Mapping[str, Any]) -> list[Wish]:
    """What a "Survey Answered" suggests. An answer of a response counts once, however often the response is told of."""
    answers = told.get("answers")
    response = _uuid(told.get("response_id"))
    found = []
    for one in answers[:ANSWERS_MAX] if isinstance(answers, list) else ():
        if not isinstance(one, dict) or one.get("measure") != MEASURE:
            continue
        text, question = read_text(one.get("text")), _text(one.get("question"), 40)
        if is_nothing(text):
            continue
        base = str(response) if response else message_id
        found.append(
            Wish(
                source_key=f"{base}:{question}"[:KEY_LETTERS_MAX],
                distinct_id=distinct_id,
                at=at,
                text=text,
                fields={
                    "survey": _uuid(told.get("survey_id")),
                    "survey_name": _text(told.get("survey"), FIELD_LETTERS_MAX),
                    "question": question,
                    "touchpoint": _text(told.get("touchpoint"), FIELD_LETTERS_MAX),
                },
            )
        )
    return found


def read_text(given: Any) -> str:
    """Text as it can be kept; "" for anything else."""
    if not isinstance(given, str):
        return ""
    text = given.replace("\r\n", "\n").replace("\r", "\n").translate(_TURNING)
    kept = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc")
    return kept.strip()[:TEXT_LETTERS_MAX]


def shorten(text: str) -> str:
    """Its first line, as a name to begin with."""
    line = " ".join(text.partition("\n")[0].split())
    return line if len(line) <= TITLE_LETTERS_MAX else f"{line[: TITLE_LETTERS_MAX - 2]} …"


def is_nothing(text: str) -> bool:
    """Whether somebody wrote only that they have nothing to suggest."""
    return " ".join(_WORD.findall(fold(text))) in _NOTHINGS


def list_words(text: str) -> list[str]:
    """The stems by which it is compared, in its order: folded, without words that say nothing, prefixes and endings."""
    stems = [_stem(word) for word in _WORD.findall(fold(text)) if word not in _STOPS]
    return [stem for stem in stems if len(stem) > 1][:WORDS_MAX]


def make_key(text: str) -> str:
    """The same for texts that differ only in letter variants, marks and empty words; "" where nothing is left."""
    return " ".join(list_words(text))[:TITLE_LETTERS_MAX]


def rank_similar(words: Sequence[str], others: Mapping[int, Sequence[str]]) -> list[tuple[int, float]]:
    """(id, how alike from 0 to 1) of those alike enough, the most alike first: cosine of words weighed by their rarity."""
    many = len(others) + 1
    spread = Counter(word for one in (*others.values(), words) for word in set(one))
    rarity = {word: math.log((1 + many) / (1 + count)) + 1 for word, count in spread.items()}
    own = _weigh(words, rarity)
    scored = [(key, _compare(own, _weigh(one, rarity))) for key, one in others.items()]
    return sorted([one for one in scored if one[1] >= SIMILAR_MIN], key=lambda one: (-one[1], one[0]))[
        :SIMILAR_SHOWN
    ]


def _weigh(words: Sequence[str], rarity: Mapping[str, float]) -> dict[str, float]:
    weights = {word: (1 + math.log(count)) * rarity[word] for word, count in Counter(words).items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}


def _compare(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other.get(word, 0.0) for word, weight in one.items())


def _stem(word: str) -> str:
    """A light stem: enough that والتوصيل, توصيل and للتوصيل meet, and deliveries and delivery."""
    if word.isascii():
        for ending, instead in (
            ("ies", "y"),
            ("ing", ""),
            ("ed", ""),
            ("es", ""),
            ("s", ""),
            ("y", "i"),
            ("e", ""),
        ):
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                return _stem_y(word[: len(word) - len(ending)] + instead)
        return word
    for prefix in ("وال", "بال", "كال", "فال", "لل", "ال", "و"):
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            word = word[len(prefix) :]
            break
    for ending in ("هما", "كما", "تين", "ات", "ون", "ين", "ان", "ها", "هم", "كم", "نا", "ه", "ي"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: len(word) - len(ending)]
    return word


def _stem_y(word: str) -> str:
    return f"{word[:-1]}i" if word.endswith("y") and len(word) > 3 else word


def _text(given: Any, most: int) -> str:
    return given.replace("\x00", "").strip()[:most] if isinstance(given, str) else ""


def _uuid(given: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(given) if isinstance(given, str) else None
    except ValueError:
        return None


_TURNING = dict.fromkeys(range(0x202A, 0x202F))
_WORD = re.compile(r"[^\W_]+")
_NOTHINGS = {
    " ".join(_WORD.findall(fold(text)))
    for text in (
        "", "لا", "لا يوجد", "لا شيء", "لا شي", "لايوجد", "لا يوجد شيء", "لا شكرا", "لا أعلم", "ما عندي", "مافي", "ما في",
        "ولا شي", "ولا شيء", "شكرا", "كل شيء ممتاز", "no", "none", "nothing", "n/a", "na", "nil", "not really", "no thanks",
        "nope", "thanks", "thank you",
    )
}  # fmt: skip
_STOPS = frozenset(
    _WORD.findall(
        fold(
            "في من على عن إلى الى مع أن إن ان لا لم لن ما هل هذا هذه ذلك التي الذي كان كانت يكون هو هي هم نحن أنا انا أنت كل بعض"
            " أو او ثم لو إذا اذا قد حتى عند عندكم لكم لديكم يا أتمنى اتمنى نتمنى أرجو ارجو نرجو أقترح اقترح اقتراح ياليت ليت"
            " يرجى الرجاء ممكن يمكن أريد اريد نريد أبغى ابغى ابي أكثر اكثر جدا فقط أيضا ايضا شكرا"
            " a an the of in on at to for and or but with from by is are was be been it its this that these those i we you my"
            " our your would could should can please add have has had more very just also do does not no so if as like wish"
            " want suggest suggestion thanks"
        )
    )
)
