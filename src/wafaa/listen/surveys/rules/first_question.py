"""A survey's first question as a message shows it: what stands on each answer, and where its press leads. Pure."""

from typing import Any, Final
from urllib.parse import urlencode

from wafaa.listen.surveys.rules.content import Content, Question, QuestionType, pick_words

# Those that phones of ten years ago have, too.
FACES: Final = {
    3: "😞😐😊",
    4: "😠😞😊😀",
    5: "😠😞😐😊😀",
}
STAR: Final = "★"
# More words than these nobody reads in a mail; they stand on the page.
ROWS_MAX: Final = 7
YES_NO: Final = {"ar": ("نعم", "لا"), "en": ("Yes", "No")}
RECOMMEND: Final = {"ar": ("غير محتمل إطلاقًا", "محتمل جدًا"), "en": ("Not at all likely", "Extremely likely")}
_SCALES = frozenset({QuestionType.NPS, QuestionType.CSAT, QuestionType.CES, QuestionType.RATING})


def find_first(content: Content) -> Question | None:
    """The question that everybody meets first; None where that depends on something, or is said rather than asked."""
    if not content.pages or content.pages[0].random or not content.pages[0].questions:
        return None
    first = content.pages[0].questions[0]
    return first if first.is_asked and first.show_if is None else None


def describe_survey(content: Content, *, language: str, link: str) -> dict[str, Any]:
    """`survey.…` of a message (act.messages.rendering.names) in the reader's language, or the survey's main one."""
    main = content.main_language
    told: dict[str, Any] = {"link": link, "name": _tell(pick_words(content.title, language, main))}
    question = find_first(content)
    if question is None:
        return told
    words = _tell(pick_words(question.text, language, main))
    # what speaks of another answer or of the profile is filled in by the page, not here
    if words and "{{" not in words:
        told |= {"question": words, **_describe_choices(question, language, main, link)}
    return told


def _tell(words: str) -> str:
    return "" if "{{" in words else words.strip()[:500]


def _describe_choices(question: Question, language: str, main: str, link: str) -> dict[str, Any]:
    if question.type in _SCALES:
        return _describe_scale(question, language, main, link)
    pairs: list[tuple[str, str]] = []
    if question.type is QuestionType.YES_NO:
        yes, no = YES_NO["ar" if language.startswith("ar") else "en"]
        pairs = [("yes", yes), ("no", no)]
    elif question.type is QuestionType.SINGLE and not question.random:
        pairs = [(one.key, pick_words(one.text, language, main)) for one in question.options]
    if not 2 <= len(pairs) <= ROWS_MAX or any("{{" in text or not text for _key, text in pairs):
        return {}
    return {"style": "rows", "choices": [_choose(link, question, key, text, text) for key, text in pairs]}


def _describe_scale(question: Question, language: str, main: str, link: str) -> dict[str, Any]:
    scale = question.scale
    values = range(question.first, question.last + 1)
    style = scale.style if scale else "numbers"
    faces = FACES.get(len(values), "")
    if style == "faces" and not faces:
        style = "numbers"
    low = pick_words(scale.low, language, main) if scale else ""
    high = pick_words(scale.high, language, main) if scale else ""
    if question.type is QuestionType.NPS and not (low and high):
        low, high = RECOMMEND["ar" if language.startswith("ar") else "en"]
    choices = []
    for place, value in enumerate(values):
        label = faces[place] if style == "faces" else STAR if style == "stars" else str(value)
        text = f"{value} / {question.last}"
        if value == values[0] and low:
            text = f"{text} ({low})"
        elif value == values[-1] and high:
            text = f"{text} ({high})"
        choices.append(_choose(link, question, str(value), label, text))
    return {"style": style, "choices": choices} | ({"low": low, "high": high} if low and high else {})


def _choose(link: str, question: Question, value: str, label: str, text: str) -> dict[str, str]:
    return {
        "label": label,
        "text": text,
        "value": value,
        "url": f"{link}?{urlencode({f'a.{question.key}': value})}",
    }
